#include "vrf/types/label.h"

#include <doctest/doctest.h>

#include "vrf/types/nlri.h"

using namespace vrfd;

TEST_CASE("labels have 20 bits") {
  CHECK(label_from(0) == Label{0});
  CHECK(label_from(3) == implicit_null);
  CHECK(label_from(16) == first_unreserved_label);
  CHECK(label_from(1048575) == Label{1048575});
  CHECK_FALSE(label_from(1048576));
  CHECK_FALSE(label_from(0x100000000));
}

TEST_CASE("the same prefix under another route distinguisher is another route") {
  const Prefix prefix = *Prefix::from("10.0.0.0/8");
  const Nlri red{*RouteDistinguisher::from("65000:100"), prefix};
  const Nlri blue{*RouteDistinguisher::from("65000:200"), prefix};
  CHECK(red != blue);
  CHECK(red < blue);
  CHECK(AnnouncedNlri{red, 1, Label{16}} != AnnouncedNlri{red, 2, Label{16}});
}
