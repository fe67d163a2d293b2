#include "vrf/policy/policy_table.h"

#include <iterator>

namespace vrfd {

namespace {

using PrefixSets = std::map<std::string, std::shared_ptr<const PrefixSet>, std::less<>>;

void append(PolicyErrors& all, const PolicyErrors& more) { all.insert(all.end(), more.begin(), more.end()); }

// A wrong list is there with nothing in it, so that policies which use it do not report it as unknown.
PrefixSets compile_lists(std::span<const PrefixList> lists, PolicyErrors& errors) {
  PrefixSets sets;
  for (const PrefixList& list : lists) {
    const auto [at, fresh] = sets.try_emplace(list.name, std::make_shared<const PrefixSet>());
    if (!fresh) errors.push_back({PolicyPlace::prefix_list, list.name, std::nullopt, "", "is defined twice"});
    auto set = PrefixSet::compile(list);
    if (set)
      at->second = std::move(*set);
    else
      append(errors, set.error());
  }
  return sets;
}

}  // namespace

Compilation<PolicyTable> PolicyTable::compile(std::span<const PolicyDefinition> policies,
                                              std::span<const PrefixList> prefix_lists, AttributeTable& table,
                                              const PolicyTable& previous) {
  PolicyErrors errors;
  const PrefixSets sets = compile_lists(prefix_lists, errors);
  const PrefixSetLookup lookup = [&](std::string_view name) {
    const auto found = sets.find(name);
    return found == sets.end() ? nullptr : found->second;
  };
  PolicyTable compiled;
  for (const PolicyDefinition& definition : policies) {
    auto policy = CompiledPolicy::compile(definition, lookup, table);
    if (!policy) {
      append(errors, policy.error());
      continue;
    }
    const auto before = previous.find(definition.name);
    const bool same = before && before->definition() == definition && same_outcome(*before, **policy);
    if (!compiled.policies_.try_emplace(definition.name, same ? before : *policy).second)
      errors.push_back({PolicyPlace::policy, definition.name, std::nullopt, "", "is defined twice"});
  }
  if (!errors.empty()) return errors;
  return compiled;
}

std::shared_ptr<const CompiledPolicy> PolicyTable::find(std::string_view name) const {
  const auto found = policies_.find(name);
  return found == policies_.end() ? nullptr : found->second;
}

}  // namespace vrfd
