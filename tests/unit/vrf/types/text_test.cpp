#include "vrf/types/text.h"

#include <doctest/doctest.h>

using namespace vrfd;

TEST_CASE("a decimal number is digits and no more than its limit") {
  CHECK(parse_decimal("0", 9) == 0u);
  CHECK(parse_decimal("9", 9) == 9u);
  CHECK(parse_decimal("007", 9) == 7u);
  CHECK(parse_decimal("18446744073709551615", 0xFFFFFFFFFFFFFFFF) == 0xFFFFFFFFFFFFFFFF);
  for (const char* text : {"", "10", "-1", "+1", " 1", "1 ", "1a", "0x1", "1.0", "18446744073709551616"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_decimal(text, 9));
  }
}

TEST_CASE("hexadecimal digits as many as asked") {
  CHECK(hex(0, 4) == "0000");
  CHECK(hex(0xABC, 4) == "0abc");
  CHECK(hex(0x12345, 4) == "2345");
  CHECK(hex(0xFFFFFFFFFFFFFFFF, 16) == "ffffffffffffffff");
}
