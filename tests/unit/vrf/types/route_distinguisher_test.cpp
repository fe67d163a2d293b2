#include "vrf/types/route_distinguisher.h"

#include <doctest/doctest.h>

using namespace vrfd;

namespace {

struct RdRow {
  const char* text;
  std::uint64_t octets;
  const char* written;
};

}  // namespace

TEST_CASE("route distinguishers in every notation, there and back") {
  const RdRow rows[] = {
      {"0:0", 0, "0:0"},
      {"0:1000000", 0x00000000000F4240, "0:1000000"},
      {"65535:4294967295", 0x0000FFFFFFFFFFFF, "65535:4294967295"},
      {"65000:100", 0x0000FDE800000064, "65000:100"},
      {"10.0.0.1:65535", 0x00010A000001FFFF, "10.0.0.1:65535"},
      {"4200000001:13", 0x0002FA56EA01000D, "4200000001:13"},
      // Dotted text is kept by who read it; the value alone is written plain.
      {"1.10:5", 0x00020001000A0005, "65546:5"},
      // Plain text would read back as type 0.
      {"0.5:7", 0x0002000000050007, "0.5:7"},
  };
  for (const RdRow& row : rows) {
    CAPTURE(row.text);
    const auto rd = RouteDistinguisher::from(row.text);
    REQUIRE(rd);
    CHECK(rd->octets() == row.octets);
    CHECK(to_string(*rd) == row.written);
    CHECK(RouteDistinguisher::from(to_string(*rd)) == rd);
  }
}

TEST_CASE("a number too large for its administrator is refused") {
  for (const char* text : {"65536:70000", "65535:4294967296", "10.0.0.1:65536", "1.10:65536", "65000", "", "red"}) {
    CAPTURE(text);
    CHECK_FALSE(RouteDistinguisher::from(text));
  }
}

TEST_CASE("types that are not known keep their octets and are written in hexadecimal") {
  CHECK(to_string(RouteDistinguisher{0x0003000000000001}) == "0x0003000000000001");
  CHECK(to_string(RouteDistinguisher{0xFFFFFFFFFFFFFFFF}) == "0xffffffffffffffff");
}

TEST_CASE("the same number under different types is not the same") {
  CHECK(RouteDistinguisher::from("5:7") != RouteDistinguisher::from("0.5:7"));
  CHECK(*RouteDistinguisher::from("65000:1") < *RouteDistinguisher::from("10.0.0.1:1"));
  const std::hash<RouteDistinguisher> hash;
  CHECK(hash(*RouteDistinguisher::from("65000:1")) == hash(*RouteDistinguisher::from("65000:1")));
}
