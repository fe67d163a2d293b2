// CompiledPolicy::compile: checks a definition and makes its terms.
#include <algorithm>
#include <array>

#include "vrf/policy/compiled_policy.h"
#include "vrf/policy/policy_digest.h"

namespace vrfd {

namespace {

constexpr unsigned most_prepends = 32;

// A value that a definition must not have, and what to say about it.
struct RangeRow {
  std::string_view member;
  bool (*wrong)(const PolicyTerm&);
  std::string_view message;
};

bool has_non_target(const std::vector<ExtendedCommunity>& communities) {
  return !std::all_of(communities.begin(), communities.end(), is_route_target);
}

constexpr std::array<RangeRow, 6> ranges{{
    {"set/prepend",
     [](const PolicyTerm& t) {
       return t.set.prepend && (t.set.prepend->times == 0 || t.set.prepend->times > most_prepends);
     },
     "prepends a number of times out of range, expected 1 to 32"},
    {"set/prepend", [](const PolicyTerm& t) { return t.set.prepend && t.set.prepend->asn.value() == 0; },
     "prepends AS 0, expected 1 to 4294967295"},
    {"set/next_hop",
     [](const PolicyTerm& t) {
       return t.set.next_hop == NextHopEdit::address && t.set.next_hop_address.is_unspecified();
     },
     "is no address, expected that of a router"},
    {"set/route_targets/replace",
     [](const PolicyTerm& t) { return t.set.route_targets.replace && has_non_target(*t.set.route_targets.replace); },
     "has a community that is no route target"},
    {"set/route_targets/add", [](const PolicyTerm& t) { return has_non_target(t.set.route_targets.add); },
     "has a community that is no route target"},
    {"set/route_targets/remove", [](const PolicyTerm& t) { return has_non_target(t.set.route_targets.remove); },
     "has a community that is no route target"},
}};

}  // namespace

class CompiledPolicy::Compiler {
 public:
  Compiler(CompiledPolicy& policy, const PrefixSetLookup& prefix_lists)
      : policy_(policy), prefix_lists_(prefix_lists) {}

  PolicyErrors run() {
    const auto& terms = policy_.definition_.terms;
    if (terms.size() > most_terms) {
      const std::string message =
          "has " + std::to_string(terms.size()) + " terms, expected at most " + std::to_string(most_terms);
      return {{PolicyPlace::policy, policy_.name(), std::nullopt, "", message}};
    }
    for (index_ = 0; index_ != terms.size(); ++index_) add(terms[index_]);
    if (!errors_.empty()) return std::move(errors_);
    count_runs();
    policy_.fingerprint_ = digest_of(policy_.definition_.terms, prefix_lists_);
    return {};
  }

 private:
  void add(const PolicyTerm& term) {
    for (const RangeRow& row : ranges)
      if (row.wrong(term)) report(row.member, std::string(row.message));
    auto route = route_conditions(term.match);
    auto attributes = AttributeConditions::compile(term.match);
    if (!attributes) return report("match/as_path", attributes.error().message + " in \"" + *term.match.as_path + "\"");
    note_looks(term);
    const bool edits = has_edits(term.set);
    if (edits && term.then == PolicyAction::next)
      policy_.editing_terms_.push_back(static_cast<std::uint16_t>(policy_.terms_.size()));
    policy_.terms_.push_back({std::move(*attributes), std::move(route), edits ? &term.set : nullptr, term.then, 1});
  }

  RouteConditions route_conditions(const PolicyMatch& match) {
    RouteConditions conditions;
    for (const std::string& name : match.prefix_lists) {
      if (auto list = prefix_lists_(name))
        conditions.prefix_lists.push_back(std::move(list));
      else
        report("match/prefix_list", "there is no prefix list \"" + name + "\"");
    }
    if (!match.prefixes.empty()) conditions.prefixes = PrefixSet::exactly(match.prefixes);
    if (!match.families.empty()) {
      conditions.families.emplace();
      for (Family family : match.families) conditions.families->add(family);
    }
    conditions.peers = match.peers;
    return conditions;
  }

  void note_looks(const PolicyTerm& term) {
    Looks& looks = policy_.looks_;
    looks.prefix |= !term.match.prefix_lists.empty() || !term.match.prefixes.empty();
    looks.source |= !term.match.peers.empty();
    looks.family |= !term.match.families.empty();
    looks.local |= term.set.next_hop == NextHopEdit::self;
    looks.remote |= term.set.next_hop == NextHopEdit::peer;
  }

  // A question may take in the terms after it as long as these look at nothing but the route.
  void count_runs() {
    auto& terms = policy_.terms_;
    for (std::size_t i = terms.size(); i-- > 1;)
      if (terms[i].attributes.empty() && !terms[i].route.empty())
        terms[i - 1].run = static_cast<std::uint16_t>(terms[i].run + 1);
  }

  void report(std::string_view member, std::string message) {
    errors_.push_back({PolicyPlace::policy, policy_.name(), index_, std::string(member), std::move(message)});
  }

  CompiledPolicy& policy_;
  const PrefixSetLookup& prefix_lists_;
  std::size_t index_ = 0;
  PolicyErrors errors_;
};

CompiledPolicy::CompiledPolicy(PolicyDefinition definition, AttributeTable& table)
    : definition_(std::move(definition)), table_(table), memo_(table) {}

Compilation<std::shared_ptr<const CompiledPolicy>> CompiledPolicy::compile(PolicyDefinition definition,
                                                                           const PrefixSetLookup& prefix_lists,
                                                                           AttributeTable& table) {
  const std::shared_ptr<CompiledPolicy> policy(new CompiledPolicy(std::move(definition), table));
  PolicyErrors errors = Compiler(*policy, prefix_lists).run();
  if (!errors.empty()) return errors;
  return std::shared_ptr<const CompiledPolicy>(policy);
}

namespace {

// A term without what does not change its outcome: its name, and the names of lists, whose content is compared apart.
PolicyTerm anonymous(PolicyTerm term) {
  term.name.reset();
  term.match.prefix_lists.clear();
  return term;
}

bool same_lists(const RouteConditions& a, const RouteConditions& b) {
  return std::equal(a.prefix_lists.begin(), a.prefix_lists.end(), b.prefix_lists.begin(), b.prefix_lists.end(),
                    [](const auto& x, const auto& y) { return x == y || *x == *y; });
}

}  // namespace

bool same_outcome(const CompiledPolicy& a, const CompiledPolicy& b) {
  if (a.fingerprint_ != b.fingerprint_ || a.terms_.size() != b.terms_.size()) return false;
  for (std::size_t i = 0; i != a.terms_.size(); ++i) {
    if (anonymous(a.definition_.terms[i]) != anonymous(b.definition_.terms[i])) return false;
    if (!same_lists(a.terms_[i].route, b.terms_[i].route)) return false;
  }
  return true;
}

}  // namespace vrfd
