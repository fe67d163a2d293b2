#include "vrf/next_hop_table.h"

#include <algorithm>

namespace vrfd {

NextHopId NextHopTable::track(InstanceId instance, const IpAddress& address) {
  if (last_ != NextHopId::none) {
    const NextHop& last = next_hops_[index_of(last_)];
    if (last.address == address && last.instance == instance && !last.dormant) return last_;
  }
  const Key key{instance, address};
  const auto at = ids_.find(key);
  last_ = at != ids_.end() ? at->second : add(key);
  if (next_hops_[index_of(last_)].dormant) start(last_);
  return last_;
}

NextHopId NextHopTable::add(const Key& key) {
  const NextHopId id{static_cast<std::uint32_t>(next_hops_.size())};
  next_hops_.push_back({.instance = key.first, .address = key.second, .resolution = {}, .dormant = true});
  ids_.emplace(key, id);
  ordered_.emplace(key, id);
  return id;
}

void NextHopTable::start(NextHopId id) {
  NextHop& next_hop = next_hops_[index_of(id)];
  next_hop.dormant = false;
  next_hop.state = rules_.assume_reachable ? NextHopState::assumed : NextHopState::pending;
  requeue(id);
}

void NextHopTable::requeue(NextHopId id) {
  NextHop& next_hop = next_hops_[index_of(id)];
  if (next_hop.queued || next_hop.dormant || rules_.assume_reachable) return;
  next_hop.queued = true;
  queue_.push_back(id);
}

std::vector<NextHopTable::Lookup> NextHopTable::take_lookups(std::size_t budget) {
  std::vector<Lookup> lookups;
  for (; budget != 0 && !queue_.empty(); --budget) {
    NextHop& next_hop = next_hops_[index_of(queue_.front())];
    next_hop.queued = false;
    lookups.push_back({queue_.front(), next_hop.instance, next_hop.address});
    queue_.pop_front();
  }
  return lookups;
}

bool NextHopTable::resolves(const Resolution& answer) const {
  if (answer.type != RouteType::unicast || answer.hops.empty()) return false;
  return rules_.default_route_resolves || !answer.matched.is_default();
}

NextHopChange NextHopTable::set(NextHopId id, std::optional<Resolution> answer) {
  NextHop& next_hop = next_hops_[index_of(id)];
  if (next_hop.dormant) return NextHopChange::none;
  const NextHopState old_state = next_hop.state;
  Resolution resolution = answer ? std::move(*answer) : Resolution{};
  const bool reachable_now = answer && resolves(resolution);
  for (ForwardingHop& hop : resolution.hops)
    if (!hop.via) hop.via = next_hop.address;
  next_hop.state = reachable_now ? NextHopState::reachable : NextHopState::unreachable;
  if (next_hop.state == old_state && next_hop.resolution == resolution) return NextHopChange::none;

  const bool metric_changed = next_hop.resolution.metric != resolution.metric;
  const bool hops_changed = next_hop.resolution.hops != resolution.hops;
  next_hop.resolution = std::move(resolution);
  if (next_hop.state != old_state || (reachable_now && metric_changed)) return NextHopChange::reachability;
  return reachable_now && hops_changed ? NextHopChange::hops : NextHopChange::none;
}

void NextHopTable::invalidate(InstanceId instance, const Prefix& prefix) {
  for (auto at = ordered_.lower_bound({instance, prefix.address()});
       at != ordered_.end() && at->first.first == instance && prefix.contains(at->first.second); ++at) {
    const NextHop& next_hop = next_hops_[index_of(at->second)];
    // A longer match than the changed one stays the best.
    if (next_hop.state == NextHopState::reachable && next_hop.resolution.matched.length() > prefix.length()) continue;
    requeue(at->second);
  }
}

void NextHopTable::invalidate_all(InstanceId instance) {
  for (std::uint32_t i = 0; i != next_hops_.size(); ++i)
    if (next_hops_[i].instance == instance) requeue(NextHopId{i});
}

void NextHopTable::invalidate_device(IfIndex device) {
  for (std::uint32_t i = 0; i != next_hops_.size(); ++i) {
    const ForwardingHops& hops = next_hops_[i].resolution.hops;
    if (std::any_of(hops.begin(), hops.end(), [&](const ForwardingHop& hop) { return hop.device == device; }))
      requeue(NextHopId{i});
  }
}

std::vector<NextHopId> NextHopTable::remove_instance(InstanceId instance) {
  std::vector<NextHopId> lost;
  for (std::uint32_t i = 0; i != next_hops_.size(); ++i) {
    NextHop& next_hop = next_hops_[i];
    if (next_hop.instance != instance) continue;
    if (reachable(NextHopId{i})) lost.push_back(NextHopId{i});
    next_hop.state = NextHopState::pending;
    next_hop.resolution = {};
    next_hop.dormant = true;
  }
  return lost;
}

}  // namespace vrfd
