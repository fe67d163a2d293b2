// The part of a term's match that looks at path attributes alone. Its answer is the same for all routes that share a
// set of attributes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vrf/policy/as_path_expression.h"
#include "vrf/policy/definition.h"
#include "vrf/types/attributes.h"

namespace vrfd {

// Attributes, somebody else's, while a policy judges them: edited term by term. The text of the AS path is made once,
// when asked for.
class JudgedAttributes {
 public:
  explicit JudgedAttributes(PathAttributes& value) : value_(value) {}
  const PathAttributes& value() const { return value_; }
  PathAttributes& edit() {
    path_text_.reset();
    return value_;
  }
  const std::string& path_text() const {
    if (!path_text_) path_text_ = to_string(value_.as_path);
    return *path_text_;
  }

 private:
  PathAttributes& value_;
  mutable std::optional<std::string> path_text_;
};

class AttributeConditions {
 public:
  using Holds = bool (*)(const AttributeConditions&, const JudgedAttributes&);

  // `match` is kept by address. The error is about match.as_path, the only condition that can be wrong.
  static Result<AttributeConditions> compile(const PolicyMatch& match);

  bool hold(const JudgedAttributes& attributes) const {
    for (Holds holds : given_)
      if (!holds(*this, attributes)) return false;
    return true;
  }
  bool empty() const { return given_.empty(); }
  const PolicyMatch& match() const { return *match_; }
  const AsPathExpression& expression() const { return *expression_; }

 private:
  explicit AttributeConditions(const PolicyMatch& match) : match_(&match) {}

  const PolicyMatch* match_;
  std::optional<AsPathExpression> expression_;
  std::vector<Holds> given_;  // the conditions that `match` has, cheap ones first
};

}  // namespace vrfd
