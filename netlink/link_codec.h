// Links: RTM_NEWLINK and RTM_DELLINK as events and dumps, the names given to a link, the probe for VRF support. Making
// VRF devices is vrf_device.h's.
#pragma once

#include "netlink/message.h"
#include "netlink/objects.h"

namespace vrfd::netlink {

// As in route_codec.h: one message at the front of `space`, 0 where it does not fit.
std::size_t encode_link_dump(std::span<std::uint8_t> space, std::uint32_t sequence);
// The one link of that name.
std::size_t encode_link_lookup(std::span<std::uint8_t> space, std::string_view name, std::uint32_t sequence);
std::size_t encode_alternative_name(std::span<std::uint8_t> space, IfIndex link, std::string_view name,
                                    std::uint32_t sequence);
// Asks for a VRF device without a table, which no kernel makes: one that knows VRFs says EINVAL, another EOPNOTSUPP.
std::size_t encode_vrf_probe(std::span<std::uint8_t> space, std::uint32_t sequence);

// The body of a RTM_NEWLINK or RTM_DELLINK.
Result<Link> decode_link(ByteView body);
// A bridge announces its ports under the same message types; those messages say nothing about the link itself.
bool is_bridge_port_message(ByteView body);

}  // namespace vrfd::netlink
