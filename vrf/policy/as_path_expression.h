// A regular expression on AS paths, RE2 syntax, searched anywhere in the text of the path ("65001 65002 {65003}"). As
// operators know it, "_" stands for a boundary: the start, the end, a space or a bracket.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>

#include "vrf/types/result.h"

namespace vrfd {

class AsPathExpression {
 public:
  // The error is RE2's own text.
  static Result<AsPathExpression> compile(std::string_view pattern);
  bool matches(std::string_view path) const { return re2::RE2::PartialMatch(path, *expression_); }

 private:
  explicit AsPathExpression(std::unique_ptr<const re2::RE2> expression) : expression_(std::move(expression)) {}
  std::unique_ptr<const re2::RE2> expression_;
};

}  // namespace vrfd
