#include "vrf/types/administrator.h"

#include <doctest/doctest.h>

using namespace vrfd;

namespace {

struct NotationRow {
  const char* text;
  std::uint8_t type;
  std::uint64_t value;
};

}  // namespace

TEST_CASE("the type follows from the notation") {
  const NotationRow rows[] = {
      {"0:0", 0, 0},
      {"0:1000000", 0, 1000000},
      {"65000:100", 0, 0xFDE800000064},
      {"65535:4294967295", 0, 0xFFFFFFFFFFFF},
      {"10.0.0.1:65535", 1, 0x0A000001FFFF},
      {"0.0.0.0:0", 1, 0},
      {"255.255.255.255:1", 1, 0xFFFFFFFF0001},
      {"65536:1", 2, 0x000100000001},
      {"4200000001:13", 2, 0xFA56EA01000D},
      {"4294967295:65535", 2, 0xFFFFFFFFFFFF},
      {"1.10:5", 2, 0x0001000A0005},
      {"0.5:7", 2, 0x000000050007},
  };
  for (const NotationRow& row : rows) {
    CAPTURE(row.text);
    const auto administered = administered_from(row.text);
    REQUIRE(administered);
    CHECK(administered->type == row.type);
    CHECK(administered->value == row.value);
  }
}

TEST_CASE("what is neither notation is refused") {
  for (const char* text : {"",
                           ":",
                           "65000",
                           "65000:",
                           ":1",
                           "65000:4294967296",
                           "65536:65536",
                           "65536:70000",
                           "4294967296:1",
                           "10.0.0.1:65536",
                           "10.0.0:1",
                           "10.0.0.256:1",
                           "10.0.0.1.2:1",
                           "1.65536:1",
                           "65536.1:1",
                           "1.2:65536",
                           "1.:5",
                           ".1:5",
                           "-1:1",
                           "1:-1",
                           "+1:1",
                           "1: 1",
                           " 1:1",
                           "1:1 ",
                           "1:2:3",
                           "a:b",
                           "0x1:1",
                           "2001:db8::1:5"}) {
    CAPTURE(text);
    CHECK_FALSE(administered_from(text));
  }
}

TEST_CASE("types 0 to 2 as text") {
  CHECK(to_string(Administered{0, 0xFDE800000064}) == "65000:100");
  CHECK(to_string(Administered{1, 0x0A000001FFFF}) == "10.0.0.1:65535");
  CHECK(to_string(Administered{2, 0xFA56EA01000D}) == "4200000001:13");
}
