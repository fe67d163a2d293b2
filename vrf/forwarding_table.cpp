#include "vrf/forwarding_table.h"

#include <algorithm>

namespace vrfd {

std::size_t ForwardingTable::LegHash::operator()(const Leg& leg) const noexcept {
  const auto kinds = static_cast<std::uint64_t>(leg.kind) << 2 | static_cast<std::uint64_t>(leg.family) << 1 |
                     static_cast<std::uint64_t>(leg.backup);
  const std::uint64_t h = (std::uint64_t{leg.target} << 32 | leg.label) * 0x9E3779B97F4A7C15u ^ kinds << 61;
  return static_cast<std::size_t>(h ^ h >> 31);
}

// ---- interning

ForwardingId ForwardingTable::intern(std::span<const Leg> legs) {
  if (legs.empty()) return ForwardingId::none;
  ForwardingId id = last_;
  if (legs.size() > 1) {
    id = intern_several(legs);
  } else if (last_ == ForwardingId::none || legs[0] != last_leg_) {
    const LegId leg = leg_id(legs[0]);
    id = legs_[leg].alone != ForwardingId::none ? legs_[leg].alone : make({leg});
    last_leg_ = legs[0];
    last_ = id;
  }
  ++forwardings_[index_of(id)].references;
  return id;
}

ForwardingId ForwardingTable::intern_several(std::span<const Leg> legs) {
  std::vector<Leg> sorted(legs.begin(), legs.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<LegId> ids;
  for (const Leg& leg : sorted) ids.push_back(leg_id(leg));
  if (ids.size() == 1) return legs_[ids[0]].alone != ForwardingId::none ? legs_[ids[0]].alone : make(std::move(ids));
  const auto at = several_.find(ids);
  return at != several_.end() ? at->second : make(std::move(ids));
}

ForwardingTable::LegId ForwardingTable::leg_id(const Leg& leg) {
  const auto at = leg_ids_.find(leg);
  if (at != leg_ids_.end()) return at->second;
  LegId id = static_cast<LegId>(legs_.size());
  if (free_legs_.empty()) {
    legs_.emplace_back();
  } else {
    id = free_legs_.back();
    free_legs_.pop_back();
  }
  legs_[id] = LegRecord{};
  legs_[id].leg = leg;
  leg_ids_.emplace(leg, id);
  if (leg.kind == Leg::Kind::next_hop) legs_of_next_hop_[leg.target].push_back(id);
  resolve(id);
  return id;
}

ForwardingId ForwardingTable::make(std::vector<LegId> legs) {
  ForwardingId id{static_cast<std::uint32_t>(forwardings_.size())};
  if (free_forwardings_.empty()) {
    forwardings_.emplace_back();
  } else {
    id = free_forwardings_.back();
    free_forwardings_.pop_back();
  }
  for (LegId leg : legs) legs_[leg].users.push_back(id);
  if (legs.size() == 1)
    legs_[legs[0]].alone = id;
  else
    several_.emplace(legs, id);
  Forwarding& forwarding = forwardings_[index_of(id)];
  const std::uint8_t incarnation = forwarding.incarnation;
  const std::uint32_t revision = forwarding.revision;
  forwarding = Forwarding{};
  forwarding.incarnation = incarnation;
  forwarding.revision = revision;
  forwarding.legs = std::move(legs);
  forwarding.pending = verdict(forwarding);  // no change: nobody uses it yet
  ++live_;
  return id;
}

void ForwardingTable::put_to_rest(ForwardingId id) {
  Forwarding& forwarding = forwardings_[index_of(id)];
  if (forwarding.resting) return;
  forwarding.resting = true;
  resting_.push_back(id);
}

void ForwardingTable::free(ForwardingId id) {
  Forwarding& forwarding = forwardings_[index_of(id)];
  if (forwarding.group != NextHopObjects::no_slot) objects_.remove(forwarding.group);
  if (forwarding.legs.size() > 1) several_.erase(forwarding.legs);
  for (LegId leg : forwarding.legs) {
    std::erase(legs_[leg].users, id);
    if (forwarding.legs.size() == 1) legs_[leg].alone = ForwardingId::none;
    if (legs_[leg].users.empty()) free_leg(leg);
  }
  forwarding.legs.clear();
  forwarding.group = NextHopObjects::no_slot;
  free_forwardings_.push_back(id);
  if (last_ == id) last_ = ForwardingId::none;
  --live_;
}

void ForwardingTable::free_leg(LegId id) {
  LegRecord& record = legs_[id];
  for (Slot slot : record.slots) objects_.remove(slot);
  leg_ids_.erase(record.leg);
  if (record.leg.kind == Leg::Kind::next_hop) {
    const auto at = legs_of_next_hop_.find(record.leg.target);
    std::erase(at->second, id);
    if (at->second.empty()) legs_of_next_hop_.erase(at);
  }
  record = LegRecord{};
  free_legs_.push_back(id);
}

void ForwardingTable::emit_removals(FibOperations& out) {
  for (ForwardingId id : std::exchange(resting_, {})) {
    forwardings_[index_of(id)].resting = false;
    if (forwardings_[index_of(id)].references == 0) free(id);
  }
  emit(out);
  if (objects_.removals_wait()) objects_.emit_removals(out);
}

// ---- legs: from next hops to hops

PendingReason ForwardingTable::adapt_gateway(const Leg& leg, ForwardingHop& hop) {
  if (leg.family == AddressFamily::ipv4 || !hop.via || !hop.via->is_v4()) return PendingReason::none;
  const Neighbour neighbour{hop.device, *hop.via};
  const auto [at, added] = link_locals_.try_emplace(neighbour);
  if (added) wanted_link_locals_.push_back(neighbour);
  if (!at->second) return PendingReason::neighbour_unknown;
  hop.via = *at->second;
  return PendingReason::none;
}

PendingReason ForwardingTable::wanted_hops(const Leg& leg, ForwardingHops& hops) {
  if (leg.kind == Leg::Kind::lookup) {
    if (leg.target >= lookup_devices_.size() || lookup_devices_[leg.target] == IfIndex{})
      return PendingReason::device_missing;
    hops.push_back({std::nullopt, lookup_devices_[leg.target], {}});
    return PendingReason::none;
  }
  const NextHop& next_hop = next_hops_[NextHopId{leg.target}];
  if (next_hop.state == NextHopState::unreachable) return PendingReason::next_hop_unreachable;
  if (next_hop.state != NextHopState::reachable) return PendingReason::next_hop_unknown;
  PendingReason reason = PendingReason::next_hop_unreachable;
  for (ForwardingHop hop : next_hop.resolution.hops) {
    if (leg.label != Leg::no_label) hop.labels.push_back(Label{leg.label});
    std::erase(hop.labels, implicit_null);
    const PendingReason obstacle = adapt_gateway(leg, hop);
    if (obstacle == PendingReason::none)
      hops.push_back(std::move(hop));
    else
      reason = obstacle;
  }
  return hops.empty() ? reason : PendingReason::none;
}

// Takes the leg's present resolution over.
void ForwardingTable::resolve(LegId id) {
  ForwardingHops hops;
  const PendingReason pending = wanted_hops(legs_[id].leg, hops);
  LegRecord& record = legs_[id];
  const bool same = pending == record.pending && hops == record.hops && !record.lost;
  record.pending = pending;
  record.lost = false;
  // The objects of a leg that leads nowhere stay as they are until its routes have moved.
  if (!hops.empty()) record.hops = std::move(hops);
  const std::vector<Slot> surplus = place(id);
  if (!same || !surplus.empty()) regroup_users(id);
  for (Slot slot : surplus) objects_.remove(slot);
}

// Gives each hop of the leg its object; returns the objects that are too many.
std::vector<ForwardingTable::Slot> ForwardingTable::place(LegId id) {
  LegRecord& record = legs_[id];
  if (!record.with_objects || record.pending != PendingReason::none) return {};
  while (record.slots.size() < record.hops.size()) record.slots.push_back(objects_.add(ObjectKind::hop, id));
  for (std::size_t i = 0; i != record.hops.size(); ++i) {
    objects_.set_hop(record.slots[i], record.leg.family, record.hops[i]);
    objects_.renew(record.slots[i]);
  }
  std::vector<Slot> surplus(record.slots.begin() + static_cast<std::ptrdiff_t>(record.hops.size()), record.slots.end());
  record.slots.resize(record.hops.size());
  return surplus;
}

template <class Selects>
void ForwardingTable::resolve_where(Selects selects) {
  for (LegId id = 0; id != legs_.size(); ++id)
    if (!legs_[id].users.empty() && selects(legs_[id])) resolve(id);
}

void ForwardingTable::update(NextHopId next_hop) {
  const auto at = legs_of_next_hop_.find(index_of(next_hop));
  if (at == legs_of_next_hop_.end()) return;
  for (LegId id : at->second) resolve(id);
}

void ForwardingTable::set_lookup_device(InstanceId instance, IfIndex device) {
  if (lookup_devices_.size() <= instance.value()) lookup_devices_.resize(std::size_t{instance.value()} + 1);
  if (lookup_devices_[instance.value()] == device) return;
  lookup_devices_[instance.value()] = device;
  resolve_where([&](const LegRecord& record) {
    return record.leg.kind == Leg::Kind::lookup && record.leg.target == instance.value();
  });
}

void ForwardingTable::set_link_local(IfIndex device, const IpAddress& gateway, std::optional<IpAddress> link_local) {
  link_locals_[{device, gateway}] = link_local;
  resolve_where([&](const LegRecord& record) {
    if (record.leg.kind != Leg::Kind::next_hop || record.leg.family != AddressFamily::ipv6) return false;
    const ForwardingHops& hops = next_hops_[NextHopId{record.leg.target}].resolution.hops;
    return std::any_of(hops.begin(), hops.end(),
                       [&](const ForwardingHop& hop) { return hop.device == device && hop.via == gateway; });
  });
}

bool ForwardingTable::uses(const LegRecord& record, IfIndex device) const {
  return std::any_of(record.hops.begin(), record.hops.end(),
                     [&](const ForwardingHop& hop) { return hop.device == device; });
}

void ForwardingTable::device_back(IfIndex device) {
  // Next hops wait for the kernel's new answer; a lookup has no other sign than this.
  resolve_where([&](const LegRecord& record) {
    return uses(record, device) && (record.leg.kind == Leg::Kind::lookup || !record.lost);
  });
}

// ---- groups

template <class Leads>
std::vector<ForwardingTable::LegId> ForwardingTable::active_legs(const Forwarding& forwarding, Leads leads) const {
  std::vector<LegId> active;
  for (bool backup : {false, true}) {
    for (LegId id : forwarding.legs)
      if (legs_[id].leg.backup == backup && leads(legs_[id])) active.push_back(id);
    if (!active.empty()) break;
  }
  return active;
}

// Those that routes can take now.
std::vector<ForwardingTable::LegId> ForwardingTable::usable_legs(const Forwarding& forwarding) const {
  return active_legs(forwarding, [&](const LegRecord& record) {
    if (record.pending != PendingReason::none || record.lost) return false;
    return !record.with_objects ||
           std::any_of(record.slots.begin(), record.slots.end(), [&](Slot slot) { return objects_.trusted(slot); });
  });
}

PendingReason ForwardingTable::reason_of(const Forwarding& forwarding) const {
  const LegRecord& record = legs_[forwarding.legs.front()];
  if (record.pending != PendingReason::none) return record.pending;
  return record.lost ? PendingReason::device_missing : PendingReason::refused;
}

void ForwardingTable::note_change(ForwardingId id) {
  constexpr std::size_t most_remembered = 4096;
  if (changed_.size() == most_remembered) {
    changed_.erase(changed_.begin(), changed_.begin() + most_remembered / 2);
    forgotten_ += most_remembered / 2;
  }
  changed_.push_back(id);
}

bool ForwardingTable::changed_since(std::uint32_t version, const IndexSet& ids) const {
  if (version < forgotten_) return true;
  return std::any_of(changed_.begin() + (version - forgotten_), changed_.end(),
                     [&](ForwardingId id) { return ids.has(index_of(id)); });
}

void ForwardingTable::add_trusted_slots(const LegRecord& record, std::vector<Slot>& members) const {
  std::copy_if(record.slots.begin(), record.slots.end(), std::back_inserter(members),
               [&](Slot slot) { return objects_.trusted(slot); });
}

// Gives the group the members that lead somewhere; if there are none, it keeps what it has.
void ForwardingTable::regroup(ForwardingId id) {
  const Forwarding& forwarding = forwardings_[index_of(id)];
  if (forwarding.group != NextHopObjects::no_slot) {
    std::vector<Slot> members;
    for (LegId leg : usable_legs(forwarding)) add_trusted_slots(legs_[leg], members);
    if (!members.empty()) {
      objects_.set_members(forwarding.group, std::move(members));
      objects_.renew(forwarding.group);
    }
  }
  judge(id);
}

PendingReason ForwardingTable::verdict(const Forwarding& forwarding) const {
  if (usable_legs(forwarding).empty()) return reason_of(forwarding);
  const bool refused = forwarding.group != NextHopObjects::no_slot && objects_.refused(forwarding.group);
  return refused ? PendingReason::refused : PendingReason::none;
}

// Finds out whether it can be used.
void ForwardingTable::judge(ForwardingId id) {
  Forwarding& forwarding = forwardings_[index_of(id)];
  const PendingReason reason = verdict(forwarding);
  if (std::exchange(forwarding.pending, reason) != reason) note_change(id);
}

void ForwardingTable::regroup_users(LegId id) {
  for (ForwardingId user : legs_[id].users) {
    ++forwardings_[index_of(user)].revision;
    ++hops_version_;
    regroup(user);
  }
}

NextHopObjectId ForwardingTable::object(ForwardingId id) {
  Forwarding& forwarding = forwardings_[index_of(id)];
  if (forwarding.group == NextHopObjects::no_slot) {
    for (LegId leg : forwarding.legs) {
      legs_[leg].with_objects = true;
      place(leg);
    }
    forwarding.group = objects_.add(ObjectKind::group, index_of(id));
    regroup(id);
  }
  return objects_.id(forwarding.group);
}

NextHopObjectId ForwardingTable::object_if_any(ForwardingId id) const {
  if (!counted(id) || forwardings_[index_of(id)].group == NextHopObjects::no_slot) return NextHopObjectId{};
  return objects_.id(forwardings_[index_of(id)].group);
}

ForwardingHops ForwardingTable::hops(ForwardingId id) const {
  ForwardingHops hops;
  if (!counted(id)) return hops;
  const auto resolved = [](const LegRecord& record) { return record.pending == PendingReason::none; };
  for (LegId leg : active_legs(forwardings_[index_of(id)], resolved))
    hops.insert(hops.end(), legs_[leg].hops.begin(), legs_[leg].hops.end());
  return hops;
}

std::string ForwardingTable::error(ForwardingId id) const {
  if (!counted(id)) return {};
  const Forwarding& forwarding = forwardings_[index_of(id)];
  for (LegId leg : forwarding.legs)
    for (Slot slot : legs_[leg].slots)
      if (objects_.refused(slot)) return objects_.error(slot);
  return forwarding.group == NextHopObjects::no_slot ? std::string{} : objects_.error(forwarding.group);
}

// ---- what the kernel says

void ForwardingTable::trust_changed(Slot slot) {
  const std::uint32_t user = objects_.user(slot);
  if (objects_.kind(slot) == ObjectKind::hop) {
    regroup_users(user);
    return;
  }
  // A group that was refused may not have existed, and then its routes do not, either.
  if (objects_.trusted(slot)) ++forwardings_[user].incarnation;
  judge(ForwardingId{user});
}

void ForwardingTable::acknowledge(FibCookie cookie, TimePoint now) {
  if (objects_.acknowledge(cookie, now)) trust_changed(cookie.index);
}

void ForwardingTable::refuse(FibCookie cookie, int error, const std::string& text, TimePoint now) {
  if (objects_.refuse(cookie, error, text, now)) trust_changed(cookie.index);
}

void ForwardingTable::lose(const std::vector<Slot>& lost, bool until_resolved) {
  std::vector<LegId> legs;
  std::vector<ForwardingId> groups;
  for (Slot slot : lost) {
    const std::uint32_t user = objects_.user(slot);
    if (objects_.kind(slot) == ObjectKind::hop) {
      legs_[user].lost = true;
      legs.push_back(user);
    } else {
      ++forwardings_[user].incarnation;
      note_change(ForwardingId{user});
      groups.push_back(ForwardingId{user});
    }
  }
  for (LegId leg : legs) {
    if (until_resolved)
      regroup_users(leg);
    else
      resolve(leg);
  }
  for (ForwardingId group : groups) regroup(group);
}

void ForwardingTable::device_gone(IfIndex device) { lose(objects_.device_gone(device), true); }

void ForwardingTable::object_gone(NextHopObjectId id) { lose(objects_.object_gone(id), false); }

FibDifference ForwardingTable::end_sync(DumpOutcome outcome) {
  const NextHopObjects::Synced synced = objects_.end_sync(outcome);
  lose(synced.lost, false);
  return synced.difference;
}

}  // namespace vrfd
