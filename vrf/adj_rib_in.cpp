#include "vrf/adj_rib_in.h"

#include <algorithm>
#include <array>

namespace vrfd {

namespace {

// Finds `dest` at the end of a bitmap walk.
constexpr DestId end = IndexSet::end;
// Routes between one stage of announce() and the next.
constexpr std::size_t stage = 4;

}  // namespace

AdjRibIn::AdjRibIn(PeerId peer, InstanceId owner, RouteTable& table, Decision& decision, ImportRules rules)
    : peer_(peer), owner_(owner), table_(table), decision_(decision), rules_(std::move(rules)) {}

void AdjRibIn::set_rules(ImportRules rules) {
  rules_ = std::move(rules);
  forget_last();
}

void AdjRibIn::forget_last() {
  last_received_ = AttributesRef();
  last_attributes_ = AttributesRef();
}

// ---- judging

PolicyContext AdjRibIn::context(const Nlri& nlri, const ImportRules& rules) const {
  return {nlri, table_.family(), rules.remote_address, rules.local_address, rules.remote_address};
}

AttrId AdjRibIn::prepared(AttrId received, const ImportRules& rules) const {
  AttributeTable& attributes = table_.attributes();
  if (edits_before_policy(rules)) {
    PathAttributes value = attributes[received].value();
    edit_before_policy(rules, value);
    return attributes.intern(value);
  }
  attributes.retain(received);
  return received;
}

AdjRibIn::Judgement AdjRibIn::judge(AttrId received, const Nlri& nlri, const ImportRules& rules) const {
  AttributeTable& attributes = table_.attributes();
  if (const PathReason reason = defect(rules, attributes[received]); reason != PathReason::none)
    return {AttrId::none, reason};
  if (!rules.policy && rules.external && rules.requires_policy) return {AttrId::none, PathReason::no_policy};
  AttrId accepted = prepared(received, rules);
  if (rules.policy) {
    const PolicyResult result = rules.policy->evaluate(accepted, context(nlri, rules));
    attributes.release(accepted);
    if (!result.accepted) return {AttrId::none, PathReason::policy};
    accepted = result.attributes;
  }
  if (!edits_after_policy(rules)) return {accepted, PathReason::none};
  PathAttributes value = attributes[accepted].value();
  attributes.release(accepted);
  edit_after_policy(rules, value);
  return {attributes.intern(value), PathReason::none};
}

AdjRibIn::Judgement AdjRibIn::judge_next(AttrId received, const Nlri& nlri) {
  if (rules_.policy && rules_.policy->looks_at_prefix()) return judge(received, nlri, rules_);
  AttributeTable& attributes = table_.attributes();
  if (received != last_received_.id()) {
    const Judgement judgement = judge(received, nlri, rules_);
    attributes.retain(received);
    last_received_ = AttributesRef(attributes, received);
    last_attributes_ = AttributesRef(attributes, judgement.attributes);
    last_reason_ = judgement.reason;
  }
  attributes.retain(last_attributes_.id());
  return {last_attributes_.id(), last_reason_};
}

AdjRibIn::Judgement AdjRibIn::depreferenced(const Judgement& judgement, AttrId received) const {
  if (judgement.attributes == AttrId::none) return judgement;
  AttributeTable& attributes = table_.attributes();
  const auto before = attributes[received].communities();
  const bool unwanted = std::binary_search(before.begin(), before.end(), no_llgr);
  PathAttributes marked = attributes[judgement.attributes].value();
  attributes.release(judgement.attributes);
  if (unwanted) return {AttrId::none, PathReason::no_long_lived};
  marked.communities.push_back(llgr_stale);
  canonicalize(marked);
  return {attributes.intern(marked), PathReason::none};
}

// ---- routes that arrive

// Three stages, so that the cache misses of several routes overlap: a route's slot in the table's index is loaded, some
// routes later its destination, and again some routes later it is stored.
void AdjRibIn::announce(std::span<const AnnouncedNlri> routes, AttrId received) {
  std::array<RouteTable::LookUp, 2 * stage> ahead;
  const auto place = [&](std::size_t i) -> RouteTable::LookUp& { return ahead[i % ahead.size()]; };
  for (std::size_t i = 0; i != routes.size() + 2 * stage - 1; ++i) {
    if (i >= 2 * stage - 1) announce(routes[i - 2 * stage + 1], place(i - 2 * stage + 1), received);
    if (i >= stage && i - stage < routes.size()) table_.load(place(i - stage));
    if (i < routes.size()) place(i) = table_.look_up(routes[i].nlri);
  }
}

void AdjRibIn::announce(const AnnouncedNlri& route, const RouteTable::LookUp& look_up, AttrId received) {
  const Judgement judgement = judge_next(received, route.nlri);
  if (judgement.attributes == AttrId::none && !rules_.store_rejected && judgement.reason == PathReason::policy) {
    if (const DestId dest = table_.find(route.nlri); dest != no_index) remove(dest, route.path_id);
    return;
  }
  store(table_.find_or_add(look_up), route, received, judgement);
}

void AdjRibIn::store(DestId dest, const AnnouncedNlri& route, AttrId received, const Judgement& judgement) {
  table_.attributes().retain(received);
  const auto upserted = table_.upsert(dest, {.source = peer_,
                                             .path_id = route.path_id,
                                             .label = route.label,
                                             .received = received,
                                             .attributes = judgement.attributes,
                                             .reason = judgement.reason});
  if (upserted.added) ++counts_.received;
  counts_.accepted += judgement.attributes != AttrId::none;
  counts_.accepted -= upserted.was_accepted;
  dests_.add(dest);
  stale_.remove(dest);
  if (upserted.effect == RouteTable::Effect::visible) decision_.settle(table_, dest, owner_);
}

void AdjRibIn::withdraw(std::span<const AnnouncedNlri> routes) {
  for (const AnnouncedNlri& route : routes)
    if (const DestId dest = table_.find(route.nlri); dest != no_index) remove(dest, route.path_id);
}

bool AdjRibIn::remove(DestId dest, std::uint32_t path_id) {
  const auto erased = table_.erase(dest, peer_, path_id);
  if (!erased.found) return false;
  --counts_.received;
  counts_.accepted -= erased.was_accepted;
  bool left = false;
  for (PathId p = table_.first(dest); p != no_index; p = table_.next(p)) left |= table_.path(p).source == peer_;
  if (!left) {
    dests_.remove(dest);
    stale_.remove(dest);
  }
  // A path that nobody saw leaves without a decision, but the destination may be empty now.
  if (erased.was_accepted)
    decision_.settle(table_, dest, owner_);
  else if (table_.first(dest) == no_index)
    table_.note(dest);
  return true;
}

std::size_t AdjRibIn::remove_all_at(DestId dest) {
  std::vector<std::uint32_t> path_ids;
  for (PathId p = table_.first(dest); p != no_index; p = table_.next(p))
    if (table_.path(p).source == peer_ && !table_.path(p).has(PathFlag::imported))
      path_ids.push_back(table_.extra(p).path_id);
  for (std::uint32_t path_id : path_ids) remove(dest, path_id);
  return path_ids.size();
}

// ---- re-evaluation

void AdjRibIn::start_reevaluation() {
  outcome_ = {};
  reevaluation_ = dests_.next(0);
}

bool AdjRibIn::step_reevaluation(std::size_t budget) {
  for (; reevaluation_ != end && budget != 0; --budget) {
    const DestId dest = reevaluation_;
    reevaluation_ = dests_.next(dest + 1);
    reevaluate(dest);
  }
  return reevaluation_ == end;
}

void AdjRibIn::reevaluate(DestId dest) {
  const Nlri nlri = table_.nlri(dest);
  bool visible = false;
  std::vector<std::uint32_t> unstored;
  for (PathId p = table_.first(dest); p != no_index; p = table_.next(p)) {
    const Path path = table_.path(p);
    if (path.source != peer_ || path.has(PathFlag::imported)) continue;
    Judgement judgement = judge_next(path.received, nlri);
    if (rules_.long_lived && path.has(PathFlag::stale)) judgement = depreferenced(judgement, path.received);
    const bool accepted = judgement.attributes != AttrId::none;
    ++outcome_.examined;
    ++(accepted ? outcome_.accepted : outcome_.rejected);
    const bool changed = judgement.attributes != path.attributes || judgement.reason != path.reason;
    ++(changed ? outcome_.changed : outcome_.unchanged);
    const PathExtra extra = table_.extra(p);
    if (!accepted && !rules_.store_rejected && judgement.reason == PathReason::policy) {
      unstored.push_back(extra.path_id);
      continue;
    }
    if (!changed) {
      table_.attributes().release(judgement.attributes);
      continue;
    }
    const bool stale = path.has(PathFlag::stale);
    table_.attributes().retain(path.received);
    const auto upserted = table_.upsert(dest, {.source = peer_,
                                               .path_id = extra.path_id,
                                               .label = extra.label,
                                               .received = path.received,
                                               .attributes = judgement.attributes,
                                               .reason = judgement.reason});
    table_.set_flag(upserted.path, PathFlag::stale, stale);
    counts_.accepted += accepted;
    counts_.accepted -= upserted.was_accepted;
    visible |= upserted.effect == RouteTable::Effect::visible;
  }
  for (std::uint32_t path_id : unstored) remove(dest, path_id);
  if (visible) decision_.settle(table_, dest, owner_);
}

bool AdjRibIn::preview(const ImportRules& rules, std::size_t budget, Preview& so_far) {
  Outcome& outcome = so_far.outcome;
  for (so_far.next = dests_.next(so_far.next); so_far.next != end && budget != 0; --budget) {
    const Nlri nlri = table_.nlri(so_far.next);
    for (PathId p = table_.first(so_far.next); p != no_index; p = table_.next(p)) {
      const Path& path = table_.path(p);
      if (path.source != peer_ || path.has(PathFlag::imported)) continue;
      const Judgement judgement = judge(path.received, nlri, rules);
      ++outcome.examined;
      ++(judgement.attributes != AttrId::none ? outcome.accepted : outcome.rejected);
      const bool changed = judgement.attributes != path.attributes || judgement.reason != path.reason;
      ++(changed ? outcome.changed : outcome.unchanged);
      table_.attributes().release(judgement.attributes);
    }
    so_far.next = dests_.next(so_far.next + 1);
  }
  return so_far.next == end;
}

// ---- stale routes and the end of a session

void AdjRibIn::mark_stale() {
  stale_.assign(dests_);
  for (DestId dest = stale_.next(0); dest != end; dest = stale_.next(dest + 1))
    for (PathId p = table_.first(dest); p != no_index; p = table_.next(p))
      if (table_.path(p).source == peer_ && !table_.path(p).has(PathFlag::imported))
        table_.set_flag(p, PathFlag::stale, true);
}

bool AdjRibIn::sweep_stale(std::size_t budget) {
  for (DestId dest = stale_.next(0); dest != end && budget != 0; dest = stale_.next(dest + 1), --budget) {
    std::vector<std::uint32_t> path_ids;
    for (PathId p = table_.first(dest); p != no_index; p = table_.next(p))
      if (table_.path(p).source == peer_ && table_.path(p).has(PathFlag::stale))
        path_ids.push_back(table_.extra(p).path_id);
    for (std::uint32_t path_id : path_ids) remove(dest, path_id);
    stale_.remove(dest);
  }
  return stale_.empty();
}

bool AdjRibIn::clear(std::size_t budget) {
  for (DestId dest = dests_.next(0); dest != end && budget != 0; dest = dests_.next(dest + 1), --budget)
    remove_all_at(dest);
  if (dests_.empty()) {
    reevaluation_ = end;
    forget_last();
  }
  return dests_.empty();
}

std::string AdjRibIn::rejection_text(DestId dest, const Path& path) const {
  if (path.reason != PathReason::policy || !rules_.policy) return std::string(name_of(path.reason));
  const Nlri nlri = table_.nlri(dest);
  const AttributesRef given(table_.attributes(), prepared(path.received, rules_));
  const PolicyResult result = rules_.policy->evaluate(given.id(), context(nlri, rules_));
  table_.attributes().release(result.attributes);
  return describe(*rules_.policy, result.term);
}

}  // namespace vrfd
