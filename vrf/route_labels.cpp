#include "vrf/route_labels.h"

namespace vrfd {

namespace {

std::string key_of(const std::string& instance, const RouteLabels::Row& row) {
  return row.prefix ? "route " + to_string(*row.prefix) + " of " + instance
                    : "next-hop " + to_string(*row.next_hop) + " of " + instance;
}

}  // namespace

RouteLabels::RouteLabels(const VpnInstance& instance, Decision& decision, const NextHopTable& next_hops,
                         LabelPool& pool, RouteLabelOwners& owners, ForwardingTable& forwarding, MplsFib* fib,
                         Forwarder& forwarder)
    : instance_(instance),
      decision_(decision),
      next_hops_(next_hops),
      pool_(pool),
      owners_(owners),
      forwarding_(forwarding),
      fib_(fib),
      forwarder_(forwarder) {}

RouteLabels::~RouteLabels() {
  for (const auto& [label, entry] : entries_) {
    owners_.erase(label);
    if (fib_ != nullptr) fib_->remove(label);
    pool_.release(entry.key, now_);
    pool_.forget(entry.key);
  }
}

// ---- export

std::optional<Label> RouteLabels::label_of(const RouteTable& table, DestId dest) {
  const LabelSharing sharing = instance_.settings.label_sharing;
  const std::optional<Label> shared = instance_.settings.label;
  if (sharing == LabelSharing::instance) return shared;
  const PathId best = table.best(dest);
  const auto next_hop = decision_.next_hop_of(table, table.path(best), instance_.id);
  if (!next_hop) return shared;
  Row row{.label = {}, .sharing = sharing, .prefix = {}, .next_hop = {}, .resting_to = {}};
  if (sharing == LabelSharing::route)
    row.prefix = table.nlri(dest).prefix;
  else
    row.next_hop = next_hops_[*next_hop].address;
  const auto at = entry_of(key_of(instance_.settings.name, row), row);
  if (at == entries_.end()) return shared;
  const auto& [label, entry] = *at;
  if (fib_ != nullptr) fib_->set(label, forwarding_of(sharing, table, dest, *next_hop));
  at->second.ready = entry.ready || fib_ == nullptr || fib_->installed(label);
  if (entry.ready) return label;
  at->second.waiting.emplace_back(row_of(table.family()).addresses, dest);
  return entry.refused ? shared : std::nullopt;
}

// The entry of this holder, with a new label if it has none; `end` if none is left.
RouteLabels::Entries::iterator RouteLabels::entry_of(const std::string& key, Row row) {
  const auto allocated = pool_.allocate(key, now_);
  if (!allocated) {
    problem_ = allocated.error().message;
    return entries_.end();
  }
  row.label = *allocated;
  const auto [at, added] = entries_.try_emplace(*allocated, Entry{.key = key, .row = row, .waiting = {}});
  at->second.row.resting_to.reset();
  if (added) {
    owners_[*allocated] = this;
    note_idle(*allocated, at->second);
    problem_.clear();
  }
  return at;
}

// With a reference. A label takes IPv4 and IPv6 gateways alike, so the family of the routes is of no interest.
ForwardingId RouteLabels::forwarding_of(LabelSharing sharing, const RouteTable& table, DestId dest,
                                        NextHopId next_hop) {
  if (sharing == LabelSharing::route) return forwarder_.desired(table, dest);
  const Leg leg = Leg::via(next_hop, AddressFamily::ipv4);
  return forwarding_.intern({&leg, 1});
}

std::vector<DestId> RouteLabels::take_ready(AddressFamily family) {
  return std::exchange(ready_[index_of(family)], {});
}

void RouteLabels::announced(Label label) {
  const auto at = entries_.find(label);
  if (at != entries_.end()) ++at->second.row.routes;
}

void RouteLabels::withdrawn(Label label) {
  const auto at = entries_.find(label);
  if (at == entries_.end() || at->second.row.routes == 0) return;
  if (--at->second.row.routes == 0) note_idle(label, at->second);
}

// ---- the life of a label

bool RouteLabels::settled(Label label) {
  const auto at = entries_.find(label);
  if (at == entries_.end() || at->second.ready) return false;
  Entry& entry = at->second;
  entry.ready = fib_ == nullptr || fib_->installed(label);
  entry.refused = !entry.ready;
  for (const auto& [family, dest] : entry.waiting) ready_[index_of(family)].push_back(dest);
  const bool some = !entry.waiting.empty();
  entry.waiting.clear();
  note_idle(label, entry);
  return some;
}

void RouteLabels::note_idle(Label label, Entry& entry) {
  if (!std::exchange(entry.idle, true)) idle_.push_back(label);
}

void RouteLabels::retire() {
  for (Label label : std::exchange(idle_, {})) {
    const auto at = entries_.find(label);
    if (at == entries_.end()) continue;
    Entry& entry = at->second;
    entry.idle = false;
    if (entry.row.routes != 0 || !entry.waiting.empty() || entry.row.resting_to) continue;
    pool_.release(entry.key, now_);
    entry.row.resting_to = now_ + LabelPool::rest;
    resting_.push_back(label);
  }
}

void RouteLabels::advance(TimePoint now) {
  now_ = now;
  while (!resting_.empty()) {
    const auto at = entries_.find(resting_.front());
    const bool back = at == entries_.end() || !at->second.row.resting_to;  // its holder came back
    if (!back && *at->second.row.resting_to > now) return;
    resting_.pop_front();
    if (back) continue;
    owners_.erase(at->first);
    if (fib_ != nullptr) fib_->remove(at->first);
    pool_.forget(at->second.key);
    entries_.erase(at);
  }
}

std::optional<TimePoint> RouteLabels::next_deadline() const {
  if (resting_.empty()) return std::nullopt;
  const auto at = entries_.find(resting_.front());
  return at == entries_.end() || !at->second.row.resting_to ? now_ : *at->second.row.resting_to;
}

const RouteLabels::Row* RouteLabels::next(std::optional<Label> after) const {
  const auto at = after ? entries_.upper_bound(*after) : entries_.begin();
  return at == entries_.end() ? nullptr : &at->second.row;
}

}  // namespace vrfd
