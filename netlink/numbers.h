// The numbers by which the kernel's tables tell vrfd's entries from everybody else's.
//
// IPv4 routes are keyed by (table, prefix, tos, metric) and NLM_F_REPLACE overwrites whatever has that key, so vrfd
// keeps to a metric of its own. Next-hop object ids are one space per network namespace in which REPLACE overwrites
// too; automatic ids and those of other daemons count from low numbers, hence the high range.
#pragma once

#include <cstdint>

#include "vrf/types/forwarding.h"

namespace vrfd::netlink {

// RTA_PROTOCOL of every route, label and next-hop object of vrfd; free in /etc/iproute2/rt_protos.
inline constexpr std::uint8_t route_protocol = 201;
// RTA_PRIORITY of vrfd's IPv4 and IPv6 routes.
inline constexpr std::uint32_t route_metric = 20;
// The last resort of a VRF's table, so that a lookup never falls through to the main table.
inline constexpr std::uint32_t unreachable_metric = 4278198272;
// vrfd's next-hop objects have ids from the first up to, not including, the second.
inline constexpr NextHopObjectId first_next_hop_id{0x56000000};
inline constexpr NextHopObjectId next_hop_id_limit{0x57000000};

constexpr bool is_own(NextHopObjectId id) { return id >= first_next_hop_id && id < next_hop_id_limit; }

// Routing policy rules: where the l3mdev rule stands and where the `local` rule goes, so that it no longer precedes it.
inline constexpr std::uint32_t l3mdev_rule_priority = 1000;
inline constexpr std::uint32_t local_rule_priority = 32765;

}  // namespace vrfd::netlink
