// A policy that judges routes.
//
// Terms are tried in order; a later term sees what earlier ones set. The first accept or reject decides, a route that
// no term decides is rejected. All members of a match must hold; of a list, one.
//
// Most of a policy depends on path attributes alone, and those are shared by many routes. So a set of attributes is
// judged once and the verdict remembered; only what a term says about prefix, family or source peer is asked for each
// route (waypoints.h). A policy without such terms costs one look into a table per route. The memory is bounded and
// holds no reference to attributes; it lives and dies with the policy, so a changed policy starts with an empty one.
//
// Not for more than one thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vrf/attribute_table.h"
#include "vrf/policy/attribute_conditions.h"
#include "vrf/policy/definition.h"
#include "vrf/policy/policy_error.h"
#include "vrf/policy/route_conditions.h"
#include "vrf/policy/verdict_memo.h"
#include "vrf/policy/waypoints.h"

namespace vrfd {

// Stands for the end of the policy, which rejects.
inline constexpr std::uint16_t no_term = 0xFFFF;

struct PolicyResult {
  bool accepted = false;
  // What came out, with a reference that is the caller's; `none` if rejected.
  AttrId attributes = AttrId::none;
  // The term that decided, from 0, or `no_term`.
  std::uint16_t term = no_term;
  bool operator==(const PolicyResult&) const = default;
};

// The prefix list of a name; null if there is none.
using PrefixSetLookup = std::function<std::shared_ptr<const PrefixSet>(std::string_view)>;

class CompiledPolicy {
 public:
  static constexpr std::size_t most_terms = 32000;

  // All errors at once: unknown prefix lists, expressions that RE2 refuses, values out of range.
  static Compilation<std::shared_ptr<const CompiledPolicy>> compile(PolicyDefinition definition,
                                                                    const PrefixSetLookup& prefix_lists,
                                                                    AttributeTable& table);

  // `in` is alive and not `none`.
  PolicyResult evaluate(AttrId in, const PolicyContext& route) const;
  // The same on a value, which it changes; false if rejected. Remembers nothing: for one who remembers what comes out
  // of more than this.
  bool transform(PathAttributes& value, const PolicyContext& route) const;

  const PolicyDefinition& definition() const { return definition_; }
  const std::string& name() const { return definition_.name; }

  // Routes with the same attributes may fare differently by their prefix.
  bool looks_at_prefix() const { return looks_.prefix; }
  // … by the peer that they came from.
  bool looks_at_source() const { return looks_.source; }
  // … by the session or the family that the policy runs for.
  bool looks_at_session() const { return looks_.family || looks_.local || looks_.remote; }

  // Equal for policies with the same outcome; different ones differ with all likelihood.
  std::uint64_t fingerprint() const { return fingerprint_; }
  friend bool same_outcome(const CompiledPolicy& a, const CompiledPolicy& b);

  struct Counters {
    std::uint64_t remembered = 0;  // verdicts found
    std::uint64_t judged = 0;      // verdicts worked out
  };
  const Counters& counters() const { return counters_; }
  // Octets that remembered verdicts take.
  std::size_t memory() const { return memo_.octets(); }

 private:
  struct Term {
    AttributeConditions attributes;
    RouteConditions route;
    const PolicySet* set = nullptr;  // null without edits
    PolicyAction then = PolicyAction::next;
    // This term and those after it that look at the route alone: asked about in one go.
    std::uint16_t run = 1;
  };
  struct Looks {
    bool prefix = false;
    bool source = false;
    bool family = false;
    bool local = false;
    bool remote = false;
  };
  class Compiler;
  class Judgement;

  CompiledPolicy(PolicyDefinition definition, AttributeTable& table);
  std::uint32_t start(const PolicyContext& route) const;
  Verdict judge(AttrId in, std::uint32_t waypoint) const;

  PolicyDefinition definition_;  // never changed or moved: terms point into it
  AttributeTable& table_;
  std::vector<Term> terms_;
  // Terms that edit and go on: what a waypoint has to do again.
  std::vector<std::uint16_t> editing_terms_;
  Looks looks_;
  std::uint64_t fingerprint_ = 0;
  mutable VerdictMemo memo_;
  mutable Waypoints waypoints_;
  mutable Counters counters_;
};

// Whether a route fares the same under both: equal but for names, of lists the content counts.
bool same_outcome(const CompiledPolicy& a, const CompiledPolicy& b);

// "from-ce term 2", with a name "from-ce term "customers"", "from-ce default"; terms count from 1 here.
std::string describe(const CompiledPolicy& policy, std::uint16_t term);

}  // namespace vrfd
