#include "daemon/config/suggestion.h"

#include <doctest.h>

#include <array>

namespace vrfd::config {

namespace {
constexpr std::array<std::string_view, 4> names{"hold_time", "as", "port", "passive"};
}

TEST_CASE("the nearest name is meant") {
  CHECK(nearest_name("hold-time", names) == "hold_time");
  CHECK(nearest_name("holdtime", names) == "hold_time");
  CHECK(nearest_name("prt", names) == "port");
  CHECK(!nearest_name("family", names));
  CHECK(!nearest_name(std::string(1000, 'x'), names));
}

TEST_CASE("names are listed") {
  CHECK(one_of(names, "none") == R"("hold_time", "as", "port" or "passive")");
  CHECK(one_of({}, "none") == "none");
  const std::array<std::string_view, 14> many{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"};
  CHECK(one_of(many, "none").ends_with("\"l\", ..."));
}

}  // namespace vrfd::config
