#include "daemon/router/own_memberships.h"

#include <algorithm>

namespace vrfd {

namespace {

bool carries_vpn(const config::Peer& peer) {
  return peer.families.contains(Family::vpnv4) || peer.families.contains(Family::vpnv6);
}

// A route of one VPN peer may go to another one: by reflection, or over an AS border.
bool passes_on(const std::vector<config::Peer>& peers) {
  return std::any_of(peers.begin(), peers.end(),
                     [](const auto& p) { return carries_vpn(p) && (p.route_reflector_client || !p.internal); });
}

bool tells_nothing(const config::Peer& peer) { return carries_vpn(peer) && !peer.families.contains(Family::rtc); }

}  // namespace

std::set<Prefix> own_memberships(const config::Config& config) {
  std::set<Prefix> memberships;
  const auto add = [&](const config::VpnInstance& instance) {
    for (RouteTarget target : config::values_of(instance.import_targets))
      memberships.insert(membership_of(config.as, target));
  };
  add(config.public_instance);
  for (const config::VpnInstance& instance : config.vpn_instances) add(instance);
  const std::vector<config::Peer>& peers = config.public_instance.peers;
  if (passes_on(peers) && std::any_of(peers.begin(), peers.end(), tells_nothing))
    memberships.insert(everything_membership());
  return memberships;
}

}  // namespace vrfd
