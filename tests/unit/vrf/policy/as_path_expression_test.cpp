#include "vrf/policy/as_path_expression.h"

#include <doctest/doctest.h>

using namespace vrfd;

namespace {

struct ExpressionRow {
  const char* pattern;
  const char* path;
  bool matches;
};

}  // namespace

TEST_CASE("an expression is searched anywhere, and _ is a boundary") {
  const ExpressionRow rows[] = {
      {"", "65001", true},
      {"^$", "", true},
      {"^$", "65001", false},
      {"500", "65001", true},
      {"_65001_", "65001", true},
      {"_65001_", "1 65001 2", true},
      {"_65001_", "1 {65001 2}", true},
      {"_65001_", "(65001) 2", true},
      {"_65001_", "[65001]", true},
      {"_65001_", "165001 650012", false},
      {"^65001_", "65001 65002", true},
      {"^65001_", "650010", false},
      {"_65001_65002_", "65001 65002", true},
      {"65001|65009", "1 65009", true},
      {"^(65001|65002)( 6500[12])*$", "65001 65002 65001", true},
      {"[_]", "65001 2", false},
      {"\\_", "65001 2", false},
      {"\\[65001\\]", "[65001]", true},
  };
  for (const ExpressionRow& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.path);
    const auto expression = AsPathExpression::compile(row.pattern);
    REQUIRE(expression.has_value());
    CHECK(expression->matches(row.path) == row.matches);
  }
}

TEST_CASE("a bad expression is an error with a reason") {
  for (const char* pattern : {"(", "[", "*", "a{2,1}", "\\", "(?=x)", "x{100000}"}) {
    CAPTURE(pattern);
    const auto expression = AsPathExpression::compile(pattern);
    REQUIRE(expression.has_error());
    CHECK_FALSE(expression.error().message.empty());
  }
}
