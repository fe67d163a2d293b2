#include "daemon/router/feed_sources.h"

#include "daemon/router/router.h"

namespace vrfd {

namespace {

std::string_view name_of(BestPathChange change) {
  constexpr std::array<std::string_view, 4> names{"none", "added", "changed", "withdrawn"};
  return names[static_cast<std::size_t>(change)];
}

std::string_view name_of(FibOutcome outcome) {
  constexpr std::array<std::string_view, 4> names{"added", "replaced", "deleted", "failed"};
  return names[static_cast<std::size_t>(outcome)];
}

std::optional<std::string> instance_name(Router& router, InstanceId id) {
  // The core still knows an instance that is being taken away.
  const VpnInstance* instance = router.core().instance(id);
  if (instance == nullptr || instance->settings.name.empty()) return std::nullopt;
  return instance->settings.name;
}

}  // namespace

void FeedSources::listen(bool on) {
  BestPathObserver::listening = on;
  FibObserver::listening = on;
}

void FeedSources::best_changed(const RouteTable& table, InstanceId owner, DestId dest, BestPathChange change) {
  protocol::RouteEvent event{.event = name_of(change),
                             .vpn_instance = instance_name(router_, owner),
                             .family = vrfd::name_of(table.family()),
                             .prefix = to_string(table.nlri(dest).prefix)};
  if (const PathId best = table.best(dest); best != no_index) {
    const Path& path = table.path(best);
    const IpAddress& next_hop = router_.core().attributes()[path.attributes].next_hop();
    if (!next_hop.is_unspecified()) event.next_hop = to_string(next_hop);
    if (const Peer* peer = router_.peer(path.source)) event.peer = config::name_of(peer->configured());
    if (path.has(PathFlag::imported) && !path.has(PathFlag::transport))
      event.rd = to_string(table.rds()[table.extra(best).path_id]);
  }
  router_.feed().add(event);
}

void FeedSources::settled(const Fib& fib, const Prefix& prefix, FibOutcome outcome, const std::string& error) {
  const auto number = static_cast<std::uint16_t>(fib.owner());
  protocol::FibEvent event{
      .event = name_of(outcome),
      .vpn_instance = instance_name(router_, InstanceId{static_cast<std::uint16_t>(number / address_families)}),
      .table = fib.table().value(),
      .prefix = to_string(prefix)};
  if (outcome == FibOutcome::failed) event.error = error;
  router_.feed().add(event);
}

void FeedSources::compared(const AuditSummary& summary) {
  const FibDifference& d = summary.difference;
  if (!router_.feed().recording() || d.clean()) return;
  router_.feed().add(protocol::FibEvent{
      .event = "audit",
      .audit = protocol::FibAuditCounts{d.missing, d.foreign + d.stale, d.different, summary.repaired}});
}

}  // namespace vrfd
