// Whether two policies, each with the prefix lists of its own configuration, judge every route alike. Names do not
// count, contents do.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "daemon/config/config.h"

namespace vrfd::config {

class OutcomeComparison {
 public:
  OutcomeComparison(const Config& from, const Config& to) : from_(from), to_(to) {}

  // Remembered: thousands of peers share a few policies.
  bool same(const std::optional<std::string>& from, const std::optional<std::string>& to);

 private:
  bool same_definition(const std::string& from, const std::string& to) const;
  bool same_term(const PolicyTerm& from, const PolicyTerm& to) const;
  bool same_prefix_lists(const PolicyMatch& from, const PolicyMatch& to) const;

  const Config& from_;
  const Config& to_;
  std::map<std::pair<std::string, std::string>, bool> known_;
};

}  // namespace vrfd::config
