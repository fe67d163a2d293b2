// Next-hop objects: RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP.
//
// A group cannot become a single object nor the other way round, but a group may get other members: routes over groups
// (even of one member) follow any change with one message.
#pragma once

#include "netlink/message.h"
#include "netlink/objects.h"

namespace vrfd::netlink {

// As in route_codec.h: one message at the front of `space`, 0 where it does not fit.
std::size_t encode_next_hop_replace(std::span<std::uint8_t> space, const NextHopObject& object, std::uint32_t sequence);
std::size_t encode_next_hop_delete(std::span<std::uint8_t> space, NextHopObjectId id, std::uint32_t sequence);
std::size_t encode_next_hop_dump(std::span<std::uint8_t> space, std::uint32_t sequence);
std::size_t encode_next_hop_get(std::span<std::uint8_t> space, NextHopObjectId id, std::uint32_t sequence);

// The body of a RTM_NEWNEXTHOP or RTM_DELNEXTHOP.
Result<NextHopObject> decode_next_hop(ByteView body);

}  // namespace vrfd::netlink
