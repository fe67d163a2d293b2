#include "daemon/router/session_rules.h"

#include <algorithm>

namespace vrfd {

namespace {

constexpr std::uint8_t gtsm_ttl = 255;
constexpr std::uint8_t far_ttl = 255;
constexpr std::uint8_t link_ttl = 1;

bool sends(const config::Peer& peer, config::CommunityKind kind) {
  return std::find(peer.send_communities.begin(), peer.send_communities.end(), kind) != peer.send_communities.end();
}

FamilySet families_of(const config::Peer& peer) {
  FamilySet set;
  for (const auto& [family, settings] : peer.families) set.add(family);
  return set;
}

void offer_graceful_restart(const config::Peer& peer, const PeerSurroundings::Restart& restart,
                            bgp::Capabilities& offer) {
  if (!peer.graceful_restart) return;
  const config::GracefulRestart& wanted = *peer.graceful_restart;
  bgp::GracefulRestartCapability capability{.restarted = restart.restarting,
                                            .notification = true,
                                            .restart_time_s = static_cast<std::uint16_t>(wanted.restart_time_s),
                                            .families = {}};
  bgp::LongLivedCapability long_lived;
  for (const auto& [family, settings] : peer.families) {
    capability.families.push_back({family, restart.preserved});
    long_lived.families.push_back({family, restart.preserved, wanted.long_lived_stale_time_s});
  }
  offer.graceful_restart = std::move(capability);
  if (wanted.long_lived_stale_time_s != 0) offer.long_lived = std::move(long_lived);
}

bgp::Capabilities offered(const config::Peer& peer, Asn local_as, const PeerSurroundings::Restart& restart) {
  bgp::Capabilities offer;
  const config::Capabilities& wanted = peer.capabilities;
  // Without the capability, IPv4 goes without saying (RFC 4760, 8).
  if (wanted.multiprotocol) offer.families = families_of(peer);
  if (!peer.internal) offer.role = peer.role;
  offer.route_refresh = wanted.route_refresh;
  offer.enhanced_refresh = wanted.enhanced_route_refresh;
  offer.extended_message = wanted.extended_message;
  if (wanted.four_octet_as) offer.four_octet_as = local_as;
  offer_graceful_restart(peer, restart, offer);
  if (wanted.extended_next_hop) {
    FamilySet over_ipv6;
    over_ipv6.add(Family::ipv4);
    over_ipv6.add(Family::vpnv4);
    offer.extended_next_hop = families_of(peer) & over_ipv6;
  }
  if (wanted.add_path != config::AddPathMode::off)
    for (const auto& [family, settings] : peer.families)
      offer.add_path.push_back({.family = family,
                                .receive = wanted.add_path != config::AddPathMode::send,
                                .send = wanted.add_path != config::AddPathMode::receive});
  return offer;
}

RemovePrivate remove_private_of(config::RemovePrivateAs mode) {
  switch (mode) {
    case config::RemovePrivateAs::no:
      break;
    case config::RemovePrivateAs::yes:
      return RemovePrivate::only_private_paths;
    case config::RemovePrivateAs::all:
      return RemovePrivate::all;
    case config::RemovePrivateAs::replace:
      return RemovePrivate::replace;
  }
  return RemovePrivate::no;
}

std::shared_ptr<const CompiledPolicy> find_policy(const PolicyTable& policies, const std::optional<std::string>& name) {
  return name ? policies.find(*name) : nullptr;
}

std::optional<std::uint16_t> send_hold_time_of(const config::Peer& peer) {
  if (!peer.send_hold_time) return std::nullopt;
  return static_cast<std::uint16_t>(*peer.send_hold_time);
}

// The own AS that stands behind another one in paths sent to the peer.
std::optional<Asn> real_as_shown(const config::Peer& peer, Asn own) {
  return peer.local_as && !peer.local_as->replace ? std::optional(own) : std::nullopt;
}

// RFC 9234, 5: the procedures are those of eBGP and of unicast routes.
std::optional<Role> role_of(const config::Peer& peer, Family family) {
  return peer.internal || !row_of(family).unicast() ? std::nullopt : peer.role;
}

std::uint32_t cluster_id_of(const PeerSurroundings& around) {
  return around.config.cluster_id.value_or(around.own.router_id).v4_value();
}

// The capability's row of `family`; null where the peer does not name it.
template <class Capability>
auto row_for(const std::optional<Capability>& capability, Family family) -> decltype(&capability->families.front()) {
  if (!capability) return nullptr;
  const auto at = std::find_if(capability->families.begin(), capability->families.end(),
                               [&](const auto& row) { return row.family == family; });
  return at == capability->families.end() ? nullptr : &*at;
}

}  // namespace

std::optional<bgp::StaleRoutes::Terms> stale_terms(const config::Peer& peer, const bgp::Ending& ending,
                                                   const std::optional<bgp::Open>& remote, Family family) {
  if (!ending.graceful || !peer.graceful_restart || !remote) return std::nullopt;
  using std::chrono::seconds;
  const auto& restart = remote->capabilities.graceful_restart;
  const auto* long_lived = row_for(remote->capabilities.long_lived, family);
  const std::uint32_t restart_s = row_for(restart, family) != nullptr ? restart->restart_time_s : 0;
  const std::uint32_t long_lived_s =
      long_lived != nullptr ? std::min(long_lived->stale_time_s, peer.graceful_restart->long_lived_stale_time_s) : 0;
  if (restart_s == 0 && long_lived_s == 0) return std::nullopt;
  return bgp::StaleRoutes::Terms{.restart_time = seconds(restart_s),
                                 .stale_time = seconds(peer.graceful_restart->stale_time_s),
                                 .long_lived_time = seconds(long_lived_s)};
}

bool keeps_forwarding(const bgp::Capabilities& remote, Family family) {
  if (!remote.graceful_restart) return false;
  const auto* restart = row_for(remote.graceful_restart, family);
  const auto* long_lived = row_for(remote.long_lived, family);
  return (restart != nullptr && restart->forwarding_preserved) ||
         (long_lived != nullptr && long_lived->forwarding_preserved);
}

Asn local_as_of(const config::Peer& peer, Asn own) { return peer.local_as ? peer.local_as->asn : own; }

config::Peer as_in_session(config::Peer configured, const config::Peer& in_force) {
  configured.as = in_force.as;
  configured.internal = in_force.internal;
  configured.local_as = in_force.local_as;
  configured.role = in_force.role;
  configured.route_reflector_client = in_force.route_reflector_client;
  for (const auto& [family, settings] : in_force.families) configured.families.try_emplace(family, settings);
  return configured;
}

bgp::PeerSettings session_settings(const config::Peer& peer, const PeerSurroundings& around) {
  const Asn local_as = local_as_of(peer, around.own.as);
  return {.local_as = local_as,
          .peer_as = peer.as,
          .router_id = around.own.router_id,
          .hold_time_s = static_cast<std::uint16_t>(peer.hold_time),
          .connect_retry_s = static_cast<std::uint16_t>(peer.connect_retry),
          .least_hold_time_s = static_cast<std::uint16_t>(peer.minimum_hold_time),
          .keepalive_s = static_cast<std::uint16_t>(peer.keepalive.value_or(0)),
          .send_hold_time_s = send_hold_time_of(peer),
          .passive = peer.passive,
          .enforce_first_as = peer.enforce_first_as,
          .strict_role = peer.strict_role,
          .capabilities = offered(peer, local_as, around.restart)};
}

bgp::TransportSettings transport_settings(const config::Peer& peer, IfIndex device, IfIndex scope,
                                          std::optional<IpAddress> source) {
  bgp::TransportSettings settings{.remote = peer.address,
                                  .scope = scope,
                                  .port = peer.port,
                                  .source = source,
                                  .device = device,
                                  .ttl = peer.internal ? far_ttl : link_ttl,
                                  .least_ttl = 0,
                                  .password = peer.password.value_or("")};
  if (peer.multihop) settings.ttl = static_cast<std::uint8_t>(*peer.multihop);
  if (peer.ttl_security) {
    settings.ttl = gtsm_ttl;
    settings.least_ttl = static_cast<std::uint8_t>(gtsm_ttl - *peer.ttl_security + 1);
  }
  return settings;
}

ImportRules import_rules(const config::Peer& peer, Family family, const PeerSurroundings& around) {
  return {.external = !peer.internal,
          .enforce_first_as = peer.enforce_first_as,
          .peer_as = peer.as,
          .local_as = local_as_of(peer, around.own.as),
          .router_id = around.own.router_id.v4_value(),
          .cluster_id = cluster_id_of(around),
          .allow_as_in = peer.allow_as_in,
          .real_as = peer.local_as ? std::optional(around.own.as) : std::nullopt,
          .prepend_local_as = peer.local_as && peer.local_as->prepend && !peer.internal,
          .requires_policy = peer.ebgp_requires_policy,
          .store_rejected = peer.store_rejected,
          .site_of_origin = peer.site_of_origin,
          .role = role_of(peer, family),
          .policy = find_policy(around.policies, peer.families.at(family).import_policy),
          .local_address = {},
          .remote_address = peer.address};
}

ExportRules export_rules(const config::Peer& peer, Family family, const PeerSurroundings& around,
                         const bgp::SessionContext& session, const IpAddress& local, const IpAddress& remote) {
  const auto& originated = peer.families.at(family).default_originate;
  ExportRules rules{.family = family,
                    .external = !peer.internal,
                    .route_reflector_client = peer.route_reflector_client,
                    .local_as = local_as_of(peer, around.own.as),
                    .real_as = real_as_shown(peer, around.own.as),
                    .role = role_of(peer, family),
                    .default_originate = originated.has_value(),
                    .default_policy = originated ? find_policy(around.policies, originated->policy) : nullptr,
                    .peer_as = peer.as_override ? peer.as : Asn{},
                    .as_override = peer.as_override,
                    .next_hop_self = peer.next_hop_self,
                    .next_hop_unchanged = peer.next_hop_unchanged,
                    .remove_private = remove_private_of(peer.remove_private_as),
                    .send_communities = sends(peer, config::CommunityKind::standard),
                    .send_extended_communities = sends(peer, config::CommunityKind::extended),
                    .send_large_communities = sends(peer, config::CommunityKind::large),
                    .send_route_targets = sends(peer, config::CommunityKind::route_targets),
                    .site_of_origin = peer.site_of_origin,
                    .requires_policy = peer.ebgp_requires_policy,
                    .long_lived = session.long_lived,
                    .policy = find_policy(around.policies, peer.families.at(family).export_policy),
                    .cluster_id = cluster_id_of(around),
                    .router_id = row_of(family).membership ? around.own.router_id.v4_value() : 0,
                    .local_address = {},
                    .remote_address = {},
                    .four_octet_as = session.four_octet_as,
                    .extended_message = session.extended_message,
                    .extended_next_hop = session.extended_next_hop.has(family),
                    .path_identifiers = session.add_path_send.has(family)};
  const auto looks_at_session = [](const auto& policy) { return policy && policy->looks_at_session(); };
  if (looks_at_session(rules.policy) || looks_at_session(rules.default_policy)) {
    rules.local_address = local;
    rules.remote_address = remote;
  }
  return rules;
}

}  // namespace vrfd
