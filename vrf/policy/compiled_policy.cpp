#include "vrf/policy/compiled_policy.h"

#include <algorithm>

namespace vrfd {

// One set of attributes on its way from a waypoint to the next one or to a decision.
class CompiledPolicy::Judgement {
 public:
  Judgement(const CompiledPolicy& policy, AttrId in, const Waypoint& from)
      : policy_(policy), in_(in), at_(from), value_(policy.table_[in].value()) {}

  // An accepted verdict carries a reference for the caller.
  Verdict run() {
    repeat_edits();
    if (at_.held && enter_held_term()) return decided(at_.term);
    for (; at_.term != policy_.terms_.size(); ++at_.term) {
      const Term& term = policy_.terms_[at_.term];
      if (!term.attributes.hold(attributes_)) continue;
      if (!term.route.empty()) return ask(term);
      if (pass(term)) return decided(at_.term);
    }
    return {VerdictKind::rejected, no_term, AttrId::none, 0, 0};
  }

 private:
  // Edits of the terms before the waypoint: those that were asked about and held are noted, the others held or not by
  // the attributes alone.
  void repeat_edits() {
    const auto applied = policy_.waypoints_.applied_of(at_);
    for (std::uint16_t index : policy_.editing_terms_) {
      if (index >= at_.term) break;
      const Term& term = policy_.terms_[index];
      const bool held = term.route.empty() ? term.attributes.hold(attributes_)
                                           : std::binary_search(applied.begin(), applied.end(), index);
      if (held) apply_edits(term);
    }
  }

  // True if the term that holds decides; else the judgement stands behind it.
  bool enter_held_term() {
    const Term& term = policy_.terms_[at_.term];
    if (pass(term)) return true;
    if (term.set != nullptr) at_.applied = policy_.waypoints_.with(at_.applied, at_.term);
    ++at_.term;
    return false;
  }

  // Does what `term` says; true if it decides.
  bool pass(const Term& term) {
    if (term.then != PolicyAction::reject) apply_edits(term);
    return term.then != PolicyAction::next;
  }

  void apply_edits(const Term& term) {
    if (term.set == nullptr) return;
    apply(*term.set, policy_.waypoints_.session_of(at_), attributes_.edit());
    edited_ = true;
  }

  Verdict ask(const Term& term) const {
    return {VerdictKind::ask_route, at_.term, AttrId::none, 0, policy_.waypoints_.branch(at_, at_.term, term.run)};
  }

  Verdict decided(std::uint16_t term) const {
    if (policy_.terms_[term].then == PolicyAction::reject) return {VerdictKind::rejected, term, AttrId::none, 0, 0};
    AttrId out = in_;
    if (edited_)
      out = policy_.table_.intern(attributes_.value());
    else
      policy_.table_.retain(in_);
    return {VerdictKind::accepted, term, out, policy_.table_.generation(out), 0};
  }

  const CompiledPolicy& policy_;
  AttrId in_;
  Waypoint at_;
  PathAttributes value_;
  JudgedAttributes attributes_{value_};
  bool edited_ = false;
};

PolicyResult CompiledPolicy::evaluate(AttrId in, const PolicyContext& route) const {
  for (std::uint32_t waypoint = start(route);;) {
    Verdict verdict;
    if (const Verdict* known = memo_.find(in, waypoint)) {
      ++counters_.remembered;
      verdict = *known;
      if (verdict.kind == VerdictKind::accepted) table_.retain(verdict.attributes);
    } else {
      verdict = judge(in, waypoint);
    }
    if (verdict.kind == VerdictKind::accepted) return {true, verdict.attributes, verdict.term};
    if (verdict.kind == VerdictKind::rejected) return {false, AttrId::none, verdict.term};
    std::uint16_t term = verdict.term;
    const auto end = static_cast<std::uint16_t>(term + terms_[term].run);
    while (term != end && !terms_[term].route.hold(route)) ++term;
    if (term != end && terms_[term].then == PolicyAction::reject) return {false, AttrId::none, term};
    waypoint = verdict.waypoint + (term - verdict.term);
  }
}

bool CompiledPolicy::transform(PathAttributes& value, const PolicyContext& route) const {
  JudgedAttributes attributes(value);
  for (const Term& term : terms_) {
    if (!term.attributes.hold(attributes) || !term.route.hold(route)) continue;
    if (term.then == PolicyAction::reject) return false;
    if (term.set != nullptr) vrfd::apply(*term.set, {route.local_address, route.remote_address}, attributes.edit());
    if (term.then == PolicyAction::accept) return true;
  }
  return false;
}

std::uint32_t CompiledPolicy::start(const PolicyContext& route) const {
  if (waypoints_.crowded()) {
    memo_.clear();
    waypoints_.clear();
  }
  if (!looks_.local && !looks_.remote) return 0;
  SessionAddresses session;
  if (looks_.local) session.local = route.local_address;
  if (looks_.remote) session.remote = route.remote_address;
  return waypoints_.start(session);
}

Verdict CompiledPolicy::judge(AttrId in, std::uint32_t waypoint) const {
  ++counters_.judged;
  const Verdict verdict = Judgement(*this, in, waypoints_[waypoint]).run();
  memo_.remember(in, waypoint, verdict);
  return verdict;
}

std::string describe(const CompiledPolicy& policy, std::uint16_t term) {
  const auto& terms = policy.definition().terms;
  if (term >= terms.size()) return policy.name() + " default";
  if (terms[term].name) return policy.name() + " term \"" + *terms[term].name + "\"";
  return policy.name() + " term " + std::to_string(term + 1);
}

}  // namespace vrfd
