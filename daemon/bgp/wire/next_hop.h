// Next hops as MP_REACH_NLRI has them (RFC 4760, 3; RFC 2545, 3; RFC 4364, 4.3.2; RFC 4659, 3.2.1; RFC 8950, 3): one
// address or a global and a link-local one, behind a route distinguisher of zero in the VPN families.
#pragma once

#include <optional>

#include "vrf/types/attributes.h"
#include "vrf/types/family.h"

namespace vrfd::bgp {

struct NextHops {
  IpAddress address;
  std::optional<IpAddress> link_local;
};

// Nothing if the length fits no form that the family allows: then what follows is not to be trusted (RFC 7606, 7.11).
// An IPv6 next hop of IPv4 routes is taken whether it was negotiated or not.
std::optional<NextHops> decode_mp_next_hop(ByteView octets, Family family);

// An IPv4 next hop of an IPv6 family is written as an IPv4-mapped address (RFC 4659, 3.2.1.2; RFC 4798).
Bytes encode_mp_next_hop(const PathAttributes& attributes, Family family);

}  // namespace vrfd::bgp
