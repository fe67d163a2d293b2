// From a peer's configuration to what the session, the transport and the routing core are told. Pure functions: the one
// place where a configuration key becomes behaviour of a peer.
#pragma once

#include "daemon/bgp/peer_settings.h"
#include "daemon/bgp/session_event.h"
#include "daemon/bgp/stale_routes.h"
#include "daemon/config/config.h"
#include "vrf/adj_rib_in.h"
#include "vrf/export_rules.h"
#include "vrf/policy/policy_table.h"

namespace vrfd {

// What a peer's rules depend on besides its own configuration.
struct PeerSurroundings {
  // What this router says of itself in OPEN.
  struct Identity {
    Asn as;  // the instance's; a peer may be told another one
    IpAddress router_id{};
    bool operator==(const Identity&) const = default;
  };
  // This router has restarted and is not done with it; it has gone on forwarding meanwhile (RFC 4724, 3: R and F bit).
  struct Restart {
    bool restarting = false;
    bool preserved = false;
  };

  const config::Config& config;
  Identity own{};
  const PolicyTable& policies;
  Restart restart{};
};

// `configured` as far as it can act while a session is up: with what the session came up with for the rest. A family
// that has left the configuration goes on by its old settings.
config::Peer as_in_session(config::Peer configured, const config::Peer& in_force);

bgp::PeerSettings session_settings(const config::Peer& peer, const PeerSurroundings& around);
// `device` is the instance's VRF device, 0 for the public instance; `scope` the interface of a link-local peer.
bgp::TransportSettings transport_settings(const config::Peer& peer, IfIndex device, IfIndex scope,
                                          std::optional<IpAddress> source);

// The policies are those of the configuration, looked up now.
ImportRules import_rules(const config::Peer& peer, Family family, const PeerSurroundings& around);
ExportRules export_rules(const config::Peer& peer, Family family, const PeerSurroundings& around,
                         const bgp::SessionContext& session, const IpAddress& local, const IpAddress& remote);

// What of `family` is kept, and for how long, now that a session with this peer has ended; nothing: nothing is.
std::optional<bgp::StaleRoutes::Terms> stale_terms(const config::Peer& peer, const bgp::Ending& ending,
                                                   const std::optional<bgp::Open>& remote, Family family);
// The peer names the family in its OPEN and has kept its forwarding state (RFC 4724, 3; RFC 9494, 3).
bool keeps_forwarding(const bgp::Capabilities& remote, Family family);

// The AS that this side, whose own one is `own`, uses towards the peer.
Asn local_as_of(const config::Peer& peer, Asn own);

}  // namespace vrfd
