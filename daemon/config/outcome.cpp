#include "daemon/config/outcome.h"

#include <algorithm>

namespace vrfd::config {

bool OutcomeComparison::same(const std::optional<std::string>& from, const std::optional<std::string>& to) {
  if (!from || !to) return !from && !to;
  const auto [known, is_new] = known_.try_emplace({*from, *to}, false);
  if (is_new) known->second = same_definition(*from, *to);
  return known->second;
}

bool OutcomeComparison::same_definition(const std::string& from, const std::string& to) const {
  const PolicyDefinition* before = find_policy(from_, from);
  const PolicyDefinition* after = find_policy(to_, to);
  if (before == nullptr || after == nullptr) return before == after;
  return std::equal(before->terms.begin(), before->terms.end(), after->terms.begin(), after->terms.end(),
                    [this](const PolicyTerm& a, const PolicyTerm& b) { return same_term(a, b); });
}

bool OutcomeComparison::same_term(const PolicyTerm& from, const PolicyTerm& to) const {
  if (from.then != to.then || from.set != to.set || !same_prefix_lists(from.match, to.match)) return false;
  PolicyMatch rest = from.match;
  rest.prefix_lists = to.match.prefix_lists;
  return rest == to.match;
}

bool OutcomeComparison::same_prefix_lists(const PolicyMatch& from, const PolicyMatch& to) const {
  const auto same_list = [this](const std::string& a, const std::string& b) {
    const PrefixList* before = find_prefix_list(from_, a);
    const PrefixList* after = find_prefix_list(to_, b);
    return before != nullptr && after != nullptr && before->entries == after->entries;
  };
  return std::equal(from.prefix_lists.begin(), from.prefix_lists.end(), to.prefix_lists.begin(), to.prefix_lists.end(),
                    same_list);
}

}  // namespace vrfd::config
