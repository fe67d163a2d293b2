// What the configuration says about one BGP neighbor, as far as session and transport need it.
#pragma once

#include <optional>
#include <string>

#include "daemon/bgp/wire/capability.h"
#include "vrf/types/address.h"
#include "vrf/types/strong.h"

namespace vrfd::bgp {

struct PeerSettings {
  Asn local_as;
  Asn peer_as;
  IpAddress router_id;                  // IPv4
  std::uint16_t hold_time_s = 90;       // 0 (neither hold timer nor keepalives), or at least 3
  std::uint16_t connect_retry_s = 5;    // at least 1
  std::uint16_t least_hold_time_s = 0;  // a peer that offers less, 0 included, is refused; 0 takes what RFC 4271 allows
  std::uint16_t keepalive_s = 0;        // at most a third of the negotiated hold time; 0 is that
  // RFC 9687; 0 is never, nothing its default: 480 s, or twice the hold time if that is more.
  std::optional<std::uint16_t> send_hold_time_s;
  bool passive = false;  // never connects, only accepts
  bool enforce_first_as = true;
  bool strict_role = false;   // a peer without the Role capability is refused (RFC 9234, 4.2)
  Capabilities capabilities;  // what is offered; the number in `four_octet_as` is filled in from `local_as`
};

struct TransportSettings {
  IpAddress remote;
  IfIndex scope;  // of a link-local `remote`
  std::uint16_t port = 179;
  std::optional<IpAddress> source;
  IfIndex device;              // of the VRF; 0 for the public instance
  std::uint8_t ttl = 64;       // of what is sent: 1 for a directly connected eBGP peer, 255 under GTSM
  std::uint8_t least_ttl = 0;  // of what is accepted (GTSM, RFC 5082); 0 for any
  std::string password;        // TCP MD5 (RFC 2385); empty for none
};

}  // namespace vrfd::bgp
