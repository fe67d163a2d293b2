// The policies of a configuration, compiled, by name.
//
// A policy that is the same as in the table before is that very object, with what it remembers, so that reloading an
// unchanged configuration costs nothing. A holder keeps the policy in force by its pointer while a newer one waits for
// a refresh; `same_outcome` tells whether it need wait at all.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "vrf/policy/compiled_policy.h"

namespace vrfd {

class PolicyTable {
 public:
  using Policies = std::map<std::string, std::shared_ptr<const CompiledPolicy>, std::less<>>;

  // Errors of all lists and policies at once. Lists are compiled once, however many policies use them. `previous` is a
  // table over the same attributes.
  static Compilation<PolicyTable> compile(std::span<const PolicyDefinition> policies,
                                          std::span<const PrefixList> prefix_lists, AttributeTable& table,
                                          const PolicyTable& previous = {});

  // Null if there is none of that name.
  std::shared_ptr<const CompiledPolicy> find(std::string_view name) const;
  const Policies& policies() const { return policies_; }

 private:
  Policies policies_;
};

}  // namespace vrfd
