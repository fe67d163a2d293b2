// The OPEN that a session sends, and what it requires of the peer's (RFC 4271, 6.2; RFC 6286; RFC 5492).
#pragma once

#include <optional>
#include <string>

#include "daemon/bgp/peer_settings.h"
#include "daemon/bgp/wire/message.h"

namespace vrfd::bgp {

Open make_open(const PeerSettings& settings);

struct OpenFault {
  Notification notification;
  std::string text;
};

// Nothing if the OPEN is acceptable to a session with these settings.
std::optional<OpenFault> fault_in(const Open& remote, const Open& local, const PeerSettings& settings);

// Both sides offered graceful restart (RFC 4724), and both with the N bit (RFC 8538).
bool graceful_restart_negotiated(const Open& local, const Open& remote);
bool graceful_notification_negotiated(const Open& local, const Open& remote);

}  // namespace vrfd::bgp
