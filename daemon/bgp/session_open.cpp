#include "daemon/bgp/session_open.h"

#include "daemon/bgp/wire/notification.h"
#include "daemon/bgp/wire/open.h"

namespace vrfd::bgp {
namespace {

OpenFault fault(std::uint8_t subcode, std::string text, Bytes data = {}) {
  return {{code::open, subcode, std::move(data)}, std::move(text)};
}

// The multiprotocol capabilities that the peer would have to offer one of (RFC 5492, 5).
Bytes wanted_families(FamilySet wanted) {
  Bytes data;
  ByteWriter writer(data);
  for (const FamilyRow& row : families) {
    if (!wanted.has(row.family)) continue;
    writer.u8(1);
    writer.u8(4);
    writer.u16(row.afi);
    writer.u8(0);
    writer.u8(row.safi);
  }
  return data;
}

constexpr std::string_view role_names[] = {"provider", "rs_server", "rs_client", "customer", "peer"};

std::string_view name_of(Role role) { return role_names[static_cast<std::size_t>(role)]; }

// RFC 9234, 4.2. A role that this side does not have asks nothing of the peer.
std::optional<OpenFault> fault_in_roles(const Capabilities& remote, const PeerSettings& settings) {
  const auto own = settings.capabilities.role;
  if (!own) return std::nullopt;
  if (remote.contradicting_roles) return fault(subcode::role_mismatch, "the peer has roles that contradict each other");
  if (remote.role && *remote.role != counterpart_of(*own))
    return fault(subcode::role_mismatch, "the peer's role is " + std::string(name_of(*remote.role)) +
                                             ", which does not fit ours, " + std::string(name_of(*own)));
  if (!remote.role && settings.strict_role)
    return fault(subcode::role_mismatch, "the peer names no role, and strict_role asks for one");
  return std::nullopt;
}

}  // namespace

Open make_open(const PeerSettings& settings) {
  Open open;
  open.asn = settings.local_as;
  open.hold_time_s = settings.hold_time_s;
  open.router_id = settings.router_id;
  open.capabilities = settings.capabilities;
  if (open.capabilities.four_octet_as) open.capabilities.four_octet_as = settings.local_as;
  return open;
}

std::optional<OpenFault> fault_in(const Open& remote, const Open& local, const PeerSettings& settings) {
  if (remote.asn != settings.peer_as)
    return fault(subcode::bad_peer_as,
                 "the peer is AS " + to_string(remote.asn) + ", configured is " + to_string(settings.peer_as));
  if (remote.asn == local.asn && remote.router_id == local.router_id)
    return fault(subcode::bad_identifier, "the peer has our router id " + to_string(local.router_id));
  if (remote.hold_time_s < settings.least_hold_time_s)
    return fault(subcode::unacceptable_hold_time, "the peer offers a hold time of " +
                                                      std::to_string(remote.hold_time_s) + " s, below the least of " +
                                                      std::to_string(settings.least_hold_time_s) + " s");
  if (auto mismatch = fault_in_roles(remote.capabilities, settings)) return mismatch;
  if (negotiate(local, remote).families.empty())
    return fault(subcode::unsupported_capability, "no address family is offered by both sides",
                 wanted_families(local.capabilities.families));
  return std::nullopt;
}

bool graceful_restart_negotiated(const Open& local, const Open& remote) {
  return local.capabilities.graceful_restart && remote.capabilities.graceful_restart;
}

bool graceful_notification_negotiated(const Open& local, const Open& remote) {
  return graceful_restart_negotiated(local, remote) && local.capabilities.graceful_restart->notification &&
         remote.capabilities.graceful_restart->notification;
}

}  // namespace vrfd::bgp
