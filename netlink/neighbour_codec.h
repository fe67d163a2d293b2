// Neighbours (ARP and neighbour discovery): RTM_NEWNEIGH and RTM_DELNEIGH as requests, events and dumps.
#pragma once

#include "netlink/message.h"
#include "netlink/objects.h"

namespace vrfd::netlink {

// As in route_codec.h: one message at the front of `space`, 0 where it does not fit.
//
// An entry that the kernel neither verifies nor ages, in place of the one that is there.
std::size_t encode_neighbour_replace(std::span<std::uint8_t> space, const Neighbour& neighbour, std::uint32_t sequence);
std::size_t encode_neighbour_delete(std::span<std::uint8_t> space, IfIndex device, const IpAddress& address,
                                    std::uint32_t sequence);
// Makes the kernel find out, or verify, the link-layer address. Would take the permanence of a permanent entry.
std::size_t encode_neighbour_probe(std::span<std::uint8_t> space, IfIndex device, const IpAddress& address,
                                   std::uint32_t sequence);
// Of both families; `device` 0 is every device.
std::size_t encode_neighbour_dump(std::span<std::uint8_t> space, IfIndex device, std::uint32_t sequence);

Result<Neighbour> decode_neighbour(ByteView body);

}  // namespace vrfd::netlink
