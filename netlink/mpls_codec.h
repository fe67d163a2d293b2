// Label routes (AF_MPLS). There is one table per network namespace; NLM_F_REPLACE takes a label from whoever had it.
// Next-hop objects are not for them.
#pragma once

#include "netlink/message.h"
#include "netlink/objects.h"

namespace vrfd::netlink {

// As in route_codec.h: one message at the front of `space`, 0 where it does not fit.
std::size_t encode_label_replace(std::span<std::uint8_t> space, const MplsRoute& route, std::uint32_t sequence);
std::size_t encode_label_delete(std::span<std::uint8_t> space, Label label, std::uint8_t protocol,
                                std::uint32_t sequence);
std::size_t encode_label_dump(std::span<std::uint8_t> space, std::uint8_t protocol, std::uint32_t sequence);

// The body of a RTM_NEWROUTE or RTM_DELROUTE of family AF_MPLS.
Result<MplsRoute> decode_label(ByteView body);

}  // namespace vrfd::netlink
