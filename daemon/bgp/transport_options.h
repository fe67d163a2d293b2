// What a BGP connection asks of its socket: the VRF device, hop limits (RFC 5082), MD5 (RFC 2385), class of service
// CS6 (RFC 4594, 3.1). Plain system calls on a descriptor, no Asio.
#pragma once

#include <string>

#include "daemon/bgp/peer_settings.h"
#include "vrf/types/prefix.h"
#include "vrf/types/result.h"

namespace vrfd::bgp {

// Confines the socket to a device and, if that is a VRF's, to the VRF. None for 0.
Result<void> bind_to_device(int socket, IfIndex device);

// For a socket that will be or is connected: everything but the device.
Result<void> set_connection_options(int socket, const TransportSettings& settings);

// For a listening socket: answers to a first segment that get past the peer's GTSM (RFC 5082, 3).
Result<void> set_listener_options(int socket, AddressFamily family);

// The key for segments from and to the peer; an empty one removes it.
Result<void> set_md5_key(int socket, const IpAddress& peer, IfIndex scope, const std::string& key);
// The key for whoever has an address in `range` and no key of its own (Linux 4.13); an empty one removes it.
Result<void> set_md5_key(int socket, const Prefix& range, const std::string& key);

}  // namespace vrfd::bgp
