#include "daemon/router/forwarder.h"

#include <algorithm>

namespace vrfd {

namespace {
// Operations that may wait for the kernel before routes are left where they are.
constexpr std::size_t operations_limit = 8192;
}  // namespace

ForwardingId InstanceForwarder::desired(const RouteTable& table, DestId dest) {
  const PathId best = table.best(dest);
  if (best == no_index) return ForwardingId::none;
  const InstanceSettings& settings = core_.instance(instance_)->settings;
  const unsigned maximum = settings.maximum_paths;
  const bool only_path = table.next(best) == no_index;
  legs_.clear();
  if (maximum <= 1 || only_path) {
    if (const auto leg = leg_of(table, best)) legs_.push_back(*leg);
  } else {
    for (PathId path : core_.decision().multipath(table, dest, instance_, maximum))
      if (const auto leg = leg_of(table, path)) legs_.push_back(*leg);
    std::sort(legs_.begin(), legs_.end());
    legs_.erase(std::unique(legs_.begin(), legs_.end()), legs_.end());
  }
  if (settings.backup_path && !only_path && !legs_.empty()) add_backup(table, dest);
  return legs_.empty() ? ForwardingId::none : forwarding_.intern(legs_);
}

void InstanceForwarder::add_backup(const RouteTable& table, DestId dest) {
  std::vector<NextHopId> used;
  for (const Leg& leg : legs_)
    if (leg.kind == Leg::Kind::next_hop) used.push_back(NextHopId{leg.target});
  const PathId backup = core_.decision().backup(table, dest, instance_, used);
  auto leg = backup == no_index ? std::nullopt : leg_of(table, backup);
  if (!leg) return;
  leg->backup = true;
  legs_.push_back(*leg);
}

std::optional<Leg> InstanceForwarder::leg_of(const RouteTable& table, PathId id) const {
  const Path& path = table.path(id);
  const AddressFamily family = row_of(table.family()).addresses;
  const auto next_hop = core_.decision().next_hop_of(table, path, instance_);
  if (next_hop) {
    const Label label = table.extra(id).label;
    const bool labelled = path.has(PathFlag::imported) && label != implicit_null;
    return Leg::via(*next_hop, family, labelled ? std::optional(label) : std::nullopt);
  }
  // Leaked from another instance of this router.
  if (path.has(PathFlag::imported)) return Leg::lookup(core_.sources()[path.source].instance, family);
  return std::nullopt;
}

bool FibConsumer::step(std::size_t budget) {
  if (!may_begin_) return true;
  held_up_ = out_.size() >= operations_limit;
  if (!held_up_) more_ = fib_.step(budget, out_);
  return held_up_ || !more_;
}

}  // namespace vrfd
