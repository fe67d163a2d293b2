// IPv4 and IPv6 routes: RTM_NEWROUTE, RTM_DELROUTE and the request for a dump of them.
//
// Replacing creates what is absent (NLM_F_CREATE | NLM_F_REPLACE); never NLM_F_APPEND, which IPv6 turns into multipath.
// A deletion carries protocol and metric, so that it cannot hit somebody else's route.
#pragma once

#include "netlink/message.h"
#include "netlink/objects.h"

namespace vrfd::netlink {

// Each encoder writes one whole message to the front of `space` and returns its size, 0 if the space does not suffice.

// The route goes over its next-hop object if it names one, else over its hops.
std::size_t encode_route_replace(std::span<std::uint8_t> space, const KernelRoute& route, std::uint32_t sequence);
std::size_t encode_route_delete(std::span<std::uint8_t> space, const RouteKey& key, std::uint32_t metric,
                                std::uint8_t protocol, std::uint32_t sequence);

// `table` 0 is all tables, `protocol` 0 every protocol. The kernel filters (on a socket with strict checks).
std::size_t encode_route_dump(std::span<std::uint8_t> space, AddressFamily family, TableId table, std::uint8_t protocol,
                              std::uint32_t sequence);

// The route that a packet to `destination` would take, as it stands in its table (RTM_F_FIB_MATCH). `vrf_device` 0 is
// the main table.
std::size_t encode_route_lookup(std::span<std::uint8_t> space, const IpAddress& destination, IfIndex vrf_device,
                                std::uint32_t sequence);

// The body of a RTM_NEWROUTE or RTM_DELROUTE of IPv4 or IPv6. A route that applies to a part of the traffic only (by
// source or TOS) has the type `other`.
Result<KernelRoute> decode_route(ByteView body);
// Entries of the IPv6 cache are announced like routes; they are none.
bool is_cached_route(ByteView body);
// The address family number of a route message's body, 0 for an empty one.
std::uint8_t family_number_of(ByteView body);

}  // namespace vrfd::netlink
