#include "vrf/types/target_membership.h"

#include <doctest/doctest.h>

using namespace vrfd;

TEST_CASE("memberships as text") {
  const Prefix whole = membership_of(Asn{65000}, *RouteTarget::from("65000:100"));
  CHECK(whole.length() == membership_bits);
  CHECK(membership_text(whole) == "65000:rt:65000:100");
  CHECK(membership_text(everything_membership()) == "default");
  CHECK(membership_text(*Prefix::from(whole.address(), 32)) == "65000:*");
  CHECK(membership_text(*Prefix::from(whole.address(), 48)) == "65000:0x0002000000000000/48");
}

TEST_CASE("the lengths that RFC 4684 knows") {
  const IpAddress any = everything_membership().address();
  CHECK(is_membership(*Prefix::from(any, 0)));
  CHECK_FALSE(is_membership(*Prefix::from(any, 31)));
  CHECK(is_membership(*Prefix::from(any, 32)));
  CHECK(is_membership(*Prefix::from(any, 96)));
  CHECK_FALSE(is_membership(*Prefix::from(any, 97)));
}
