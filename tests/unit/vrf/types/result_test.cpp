#include "vrf/types/result.h"

#include <doctest/doctest.h>

using namespace vrfd;

namespace {

Result<int> halved(int number) {
  if (number % 2 != 0) return error("is " + std::to_string(number) + ", expected an even number");
  return number / 2;
}

}  // namespace

TEST_CASE("a result is a value or a text that says why not") {
  CHECK(halved(4).value() == 2);
  const auto failed = halved(3);
  REQUIRE(failed.has_error());
  CHECK(failed.error().message == "is 3, expected an even number");
}

TEST_CASE("taking the value of a failure is our own mistake") { CHECK_THROWS_AS(halved(3).value(), std::logic_error); }
