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
