#include "vrf/next_hop_objects.h"

#include <algorithm>

namespace vrfd {

NextHopObjects::Slot NextHopObjects::add(ObjectKind kind, std::uint32_t user) { return add(kind, user, new_id()); }

NextHopObjects::Slot NextHopObjects::add(ObjectKind kind, std::uint32_t user, NextHopObjectId id) {
  Slot slot = static_cast<Slot>(objects_.size());
  if (free_slots_.empty()) {
    objects_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  Object& object = objects_[slot];
  const std::uint16_t generation = object.generation;
  object = Object{};
  object.generation = generation;
  object.kind = kind;
  object.user = user;
  object.id = id;
  slots_.emplace(object.id, slot);
  return slot;
}

// Ids that have rested, else fresh ones; if there are none left, the one that has rested longest.
NextHopObjectId NextHopObjects::new_id() {
  while (next_id_ <= last_id && (resting_.empty() || resting_.front().until > latest_)) {
    const NextHopObjectId id{next_id_++};
    // In use are those of an earlier run that are being removed.
    if (!leftovers_.contains(id) && !foreign_.contains(id) && !slots_.contains(id)) return id;
  }
  const NextHopObjectId id = resting_.front().id;
  resting_.pop_front();
  return id;
}

void NextHopObjects::wish(Slot slot, State state) {
  Object& object = objects_[slot];
  object.state = state;
  object.seen = true;
  ++object.generation;
  if (!object.dirty) dirty_.push_back(slot);
  object.dirty = true;
}

void NextHopObjects::set_hop(Slot slot, AddressFamily family, const ForwardingHop& hop) {
  Object& object = objects_[slot];
  const bool known = object.state != State::none && object.state != State::lost;
  if (known && object.hop == hop && object.family == family) return;
  object.hop = hop;
  object.family = family;
  wish(slot, State::wished);
}

void NextHopObjects::set_members(Slot slot, std::vector<Slot> members) {
  Object& object = objects_[slot];
  const bool known = object.state != State::none && object.state != State::lost;
  if (known && object.members == members) return;
  object.members = std::move(members);
  // After a refusal nobody knows what the kernel has; so trust must wait for its word.
  wish(slot, refused(slot) ? State::renewed : State::wished);
}

void NextHopObjects::renew(Slot slot) {
  if (objects_[slot].state == State::refused) wish(slot, State::renewed);
}

void NextHopObjects::remove(Slot slot) {
  Object& object = objects_[slot];
  object.state = State::removing;
  object.members.clear();
  ++object.generation;
  refusals_.erase(slot);
  removals_.push_back(slot);
}

void NextHopObjects::lose(Slot slot) {
  Object& object = objects_[slot];
  object.state = State::lost;
  ++object.generation;
}

void NextHopObjects::free(Slot slot, TimePoint now) {
  const NextHopObjectId id = objects_[slot].id;
  slots_.erase(id);
  if (id.value() < next_id_) resting_.push_back({id, now + id_rest});
  objects_[slot].state = State::none;
  objects_[slot].hop = {};
  free_slots_.push_back(slot);
}

std::string NextHopObjects::error(Slot slot) const {
  const auto at = refusals_.find(slot);
  return at == refusals_.end() ? std::string{} : at->second.text;
}

// ---- emission

std::uint64_t NextHopObjects::cookie(Slot slot) const {
  return FibCookie{FibOwner::next_hop_objects, objects_[slot].generation, slot}.value();
}

std::vector<NextHopObjectId> NextHopObjects::member_ids(const Object& group) const {
  std::vector<NextHopObjectId> ids;
  for (Slot member : group.members) ids.push_back(objects_[member].id);
  return ids;
}

void NextHopObjects::emit(Slot slot, FibOperations& out) {
  Object& object = objects_[slot];
  object.emitted = true;
  if (object.state == State::wished) object.state = State::sent;
  ++progress_.emitted;
  if (object.kind == ObjectKind::group)
    out.push_back({cookie(slot), ReplaceGroup{object.id, member_ids(object)}});
  else
    out.push_back({cookie(slot), std::make_unique<const ReplaceHop>(ReplaceHop{object.id, object.family, object.hop})});
}

void NextHopObjects::emit_kind(ObjectKind kind, FibOperations& out) {
  for (Slot slot : dirty_) {
    const State state = objects_[slot].state;
    if (objects_[slot].kind == kind && objects_[slot].dirty && (state == State::wished || state == State::renewed))
      emit(slot, out);
    if (objects_[slot].kind == kind) objects_[slot].dirty = false;
  }
}

void NextHopObjects::emit(FibOperations& out) {
  if (dirty_.empty()) return;
  emit_kind(ObjectKind::hop, out);
  emit_kind(ObjectKind::group, out);
  dirty_.clear();
}

void NextHopObjects::emit_removals(FibOperations& out) {
  std::partition(removals_.begin(), removals_.end(), [&](Slot s) { return kind(s) == ObjectKind::group; });
  for (Slot slot : removals_) {
    if (!objects_[slot].emitted) {
      free(slot, latest_);
      continue;
    }
    ++progress_.emitted;
    out.push_back({cookie(slot), DeleteObject{objects_[slot].id}});
  }
  removals_.clear();
}

// ---- outcomes

bool NextHopObjects::acknowledge(FibCookie answered, TimePoint now) {
  latest_ = std::max(latest_, now);
  ++progress_.settled;
  if (answered.index >= objects_.size() || objects_[answered.index].generation != answered.generation) return false;
  Object& object = objects_[answered.index];
  object.seen = true;
  if (object.state == State::removing) {
    free(answered.index, now);
    return false;
  }
  const bool regained = object.state == State::renewed;
  object.state = State::installed;
  object.attempts = 0;
  refusals_.erase(answered.index);
  return regained;
}

bool NextHopObjects::refuse(FibCookie refused, int error, const std::string& text, TimePoint now) {
  latest_ = std::max(latest_, now);
  ++progress_.settled;
  if (refused.index >= objects_.size() || objects_[refused.index].generation != refused.generation) return false;
  Object& object = objects_[refused.index];
  if (object.attempts != 0xFF) ++object.attempts;
  retries_.put(refused.index, now, object.attempts);
  if (object.state == State::removing) return false;
  const bool was_trusted = trusted(refused.index);
  object.state = State::refused;
  refusals_[refused.index] = {error, text};
  return was_trusted;
}

void NextHopObjects::retry(TimePoint now) {
  latest_ = std::max(latest_, now);
  while (const auto slot = retries_.take_due(now)) {
    if (objects_[*slot].state == State::removing)
      removals_.push_back(*slot);
    else
      renew(*slot);
  }
}

// ---- losses

// The kernel drops a group with its last member.
void NextHopObjects::add_groups_without_members(std::vector<Slot>& lost) {
  if (lost.empty()) return;
  for (Slot slot = 0; slot != objects_.size(); ++slot) {
    const Object& object = objects_[slot];
    if (object.kind != ObjectKind::group || object.members.empty() || object.state == State::lost) continue;
    if (std::any_of(object.members.begin(), object.members.end(), [&](Slot m) { return trusted(m); })) continue;
    lose(slot);
    lost.push_back(slot);
  }
}

std::vector<NextHopObjects::Slot> NextHopObjects::device_gone(IfIndex device) {
  std::vector<Slot> lost;
  for (Slot slot = 0; slot != objects_.size(); ++slot) {
    const Object& object = objects_[slot];
    if (object.kind != ObjectKind::hop || object.hop.device != device) continue;
    if (object.state == State::none || object.state == State::lost || object.state == State::removing) continue;
    lose(slot);
    lost.push_back(slot);
  }
  add_groups_without_members(lost);
  return lost;
}

std::vector<NextHopObjects::Slot> NextHopObjects::object_gone(NextHopObjectId id) {
  leftovers_.erase(id);
  const auto at = slots_.find(id);
  if (at == slots_.end() || objects_[at->second].state == State::removing) return {};
  std::vector<Slot> lost{at->second};
  lose(at->second);
  add_groups_without_members(lost);
  return lost;
}

// ---- comparison with the kernel

void NextHopObjects::begin_sync(SyncPurpose purpose) {
  sync_ = purpose;
  difference_ = {};
  different_.clear();
  // What is under way may show in the dump or not.
  for (Object& object : objects_) object.seen = object.state != State::installed;
}

bool NextHopObjects::same(const Object& wished, const FoundObject& found) const {
  if (!found.ours || found.members.empty() != (wished.kind == ObjectKind::hop)) return false;
  if (wished.kind == ObjectKind::hop) return wished.hop == found.hop;
  std::vector<NextHopObjectId> expected = member_ids(wished);
  std::vector<NextHopObjectId> members = found.members;
  std::sort(expected.begin(), expected.end());
  std::sort(members.begin(), members.end());
  return expected == members;
}

void NextHopObjects::found(const FoundObject& object) {
  if (!sync_) return;
  const auto at = slots_.find(object.id);
  if (at == slots_.end()) {
    if (object.id.value() < first_id || object.id.value() > last_id) return;
    (object.ours ? leftovers_ : foreign_).insert(object.id);
    ++(object.ours ? difference_.stale : difference_.foreign);
    return;
  }
  Object& wished = objects_[at->second];
  if (wished.seen) return;
  wished.seen = true;
  if (same(wished, object)) return;
  ++(object.ours ? difference_.different : difference_.foreign);
  different_.push_back(at->second);
}

NextHopObjects::Synced NextHopObjects::end_sync(DumpOutcome outcome) {
  Synced synced;
  if (!sync_) return synced;
  const bool audit = *sync_ == SyncPurpose::audit;
  sync_.reset();
  if (outcome == DumpOutcome::broken) return synced;
  for (Slot slot = 0; slot != objects_.size(); ++slot) {
    if (objects_[slot].seen || objects_[slot].state != State::installed) continue;
    ++difference_.missing;
    if (audit) continue;
    lose(slot);
    synced.lost.push_back(slot);
  }
  add_groups_without_members(synced.lost);
  for (Slot slot : different_)
    if (!audit && objects_[slot].state == State::installed) wish(slot, State::wished);
  synced.difference = difference_;
  return synced;
}

void NextHopObjects::sweep() {
  for (NextHopObjectId id : leftovers_) {
    const Slot slot = add(ObjectKind::hop, 0, id);
    objects_[slot].emitted = true;
    remove(slot);
  }
  leftovers_.clear();
}

}  // namespace vrfd
