// Interface addresses: RTM_NEWADDR and RTM_DELADDR as events and dumps.
#pragma once

#include "netlink/message.h"
#include "netlink/objects.h"

namespace vrfd::netlink {

// As in route_codec.h: one message at the front of `space`, 0 where it does not fit.
std::size_t encode_address_dump(std::span<std::uint8_t> space, std::uint32_t sequence);

Result<Address> decode_address(ByteView body);

}  // namespace vrfd::netlink
