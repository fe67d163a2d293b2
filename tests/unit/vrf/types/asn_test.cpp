#include "vrf/types/asn.h"

#include <doctest/doctest.h>

using namespace vrfd;

TEST_CASE("AS numbers are read as asplain and asdot, and written as asplain") {
  const std::tuple<const char*, std::uint32_t, const char*> rows[] = {
      {"1", 1, "1"},   {"65535", 65535, "65535"}, {"65536", 65536, "65536"}, {"4294967295", 4294967295u, "4294967295"},
      {"0.1", 1, "1"}, {"1.0", 65536, "65536"},   {"1.10", 65546, "65546"},  {"65535.65535", 4294967295u, "4294967295"},
  };
  for (const auto& [text, value, written] : rows) {
    CAPTURE(text);
    const auto asn = asn_from(text);
    REQUIRE(asn);
    CHECK(asn->value() == value);
    CHECK(to_string(*asn) == written);
    CHECK(asn_from(to_string(*asn)) == asn);
  }
}

TEST_CASE("what is no AS number is refused, AS 0 among it") {
  for (const char* text : {"", "0", "0.0", "4294967296", "65536.1", "1.65536", "1.", ".1", "1.2.3", "-1", "+1", " 1",
                           "1 ", "AS1", "0x10", "99999999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(asn_from(text));
  }
}

TEST_CASE("private AS numbers are those of RFC 6996") {
  for (std::uint32_t value : {64512u, 65534u, 4200000000u, 4294967294u}) CHECK(is_private(Asn{value}));
  for (std::uint32_t value : {1u, 23456u, 64511u, 65535u, 65536u, 4199999999u, 4294967295u})
    CHECK_FALSE(is_private(Asn{value}));
}
