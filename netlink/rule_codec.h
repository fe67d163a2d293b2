// Routing policy rules, as far as VRFs need them: the l3mdev rule and the place of the `local` rule.
#pragma once

#include "netlink/message.h"
#include "netlink/objects.h"

namespace vrfd::netlink {

// As in route_codec.h: one message at the front of `space`, 0 where it does not fit. Adding an equal rule again is
// EEXIST.
std::size_t encode_rule_add(std::span<std::uint8_t> space, const Rule& rule, std::uint32_t sequence);
std::size_t encode_rule_delete(std::span<std::uint8_t> space, const Rule& rule, std::uint32_t sequence);
std::size_t encode_rule_dump(std::span<std::uint8_t> space, AddressFamily family, std::uint32_t sequence);

// The body of a RTM_NEWRULE or RTM_DELRULE of IPv4 or IPv6.
Result<Rule> decode_rule(ByteView body);

}  // namespace vrfd::netlink
