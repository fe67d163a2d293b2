#include "vrf/route_labels.h"

namespace vrfd {

namespace {

std::string key_of(const std::string& instance, const RouteLabels::Row& row) {
  return row.prefix ? "route " + to_string(*row.prefix) + " of " + instance
                    : "next-hop " + to_string(*row.next_hop) + " of " + instance;
}

}  // namespace

RouteLabels::RouteLabels(const VpnInstance& instance, Decision& decision, const NextHopTable& next_hops,
                         LabelPool& pool, LabelOwners& owners, ForwardingTable& forwarding, MplsFib* fib,
                         Forwarder& forwarder)
    : LabelLeases(pool, owners, fib),
      instance_(instance),
      decision_(decision),
      next_hops_(next_hops),
      forwarding_(forwarding),
      forwarder_(forwarder) {}

std::optional<Label> RouteLabels::label_of(const RouteTable& table, DestId dest) {
  const LabelSharing sharing = instance_.settings.label_sharing;
  const std::optional<Label> shared = instance_.settings.label;
  if (sharing == LabelSharing::instance) return shared;
  const auto next_hop = decision_.next_hop_of(table, table.path(table.best(dest)), instance_.id);
  if (!next_hop) return shared;
  Row row{.label = {}, .sharing = sharing};
  if (sharing == LabelSharing::route)
    row.prefix = table.nlri(dest).prefix;
  else
    row.next_hop = next_hops_[*next_hop].address;
  const Lease own = lease(key_of(instance_.settings.name, row), row, table.family(), dest,
                          [&] { return forwarding_of(sharing, table, dest, *next_hop); });
  if (own.state == State::waits) return std::nullopt;
  return own.state == State::ready ? own.label : shared;
}

// With a reference. A label takes IPv4 and IPv6 gateways alike, so the family of the routes is of no interest.
ForwardingId RouteLabels::forwarding_of(LabelSharing sharing, const RouteTable& table, DestId dest,
                                        NextHopId next_hop) {
  if (sharing == LabelSharing::route) return forwarder_.desired(table, dest);
  const Leg leg = Leg::via(next_hop, AddressFamily::ipv4);
  return forwarding_.intern({&leg, 1});
}

}  // namespace vrfd
