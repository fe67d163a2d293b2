#include <algorithm>

#include "daemon/config/checker.h"

namespace vrfd::config {

namespace {

void check_entry(Checker& checker, const PrefixListEntry& entry, const std::string& at) {
  const unsigned shortest = entry.prefix.length();
  const unsigned longest = bits_of(entry.prefix.family());
  const auto check_bound = [&](const std::optional<unsigned>& bound, unsigned least, const char* key) {
    if (bound && (*bound < least || *bound > longest))
      checker.refuse(at + key, "found " + std::to_string(*bound),
                     "a length from " + std::to_string(least) + " to " + std::to_string(longest));
  };
  check_bound(entry.ge, shortest, "/ge");
  check_bound(entry.le, std::max(shortest, std::min(entry.ge.value_or(shortest), longest)), "/le");
}

void check_term(Checker& checker, const PolicyTerm& term, const std::string& at) {
  const std::string lists = at + "/match/prefix_list";
  for (std::size_t i = 0; i != term.match.prefix_lists.size(); ++i) {
    const std::string below = lists + "/" + std::to_string(i);
    checker.check_prefix_list(!checker.is_written(below) ? lists : below, term.match.prefix_lists[i]);
  }
}

}  // namespace

void check_policies(Checker& checker) {
  for (const PrefixList& list : checker.config().prefix_lists)
    for (std::size_t i = 0; i != list.entries.size(); ++i)
      check_entry(checker, list.entries[i], "/prefix_lists/" + pointer_token(list.name) + "/" + std::to_string(i));
  for (const PolicyDefinition& policy : checker.config().policies)
    for (std::size_t i = 0; i != policy.terms.size(); ++i)
      check_term(checker, policy.terms[i], "/policies/" + pointer_token(policy.name) + "/" + std::to_string(i));
}

}  // namespace vrfd::config
