// One change of the kernel's tables, as the routing side asks for it. All are idempotent: replacing creates what is
// absent, deleting what is absent is success. So a batch whose answers were lost is simply sent again.
//
// A route operation is 80 octets; half a million a second pass through.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "netlink/numbers.h"
#include "vrf/types/bytes.h"
#include "vrf/types/forwarding.h"

namespace vrfd::netlink {

// Chosen by the caller, handed back with the outcome, never looked at: a position, a generation, both.
using Cookie = std::uint64_t;

// Over the next-hop object if `next_hop` is not 0, else over `hops`, which stay empty for a type that forwards nothing.
struct ReplaceRoute {
  RouteKey key{};
  ForwardingHops hops{};
  NextHopObjectId next_hop{};
  std::uint32_t metric = route_metric;
  RouteType type = RouteType::unicast;
};

struct DeleteRoute {
  RouteKey key{};
  std::uint32_t metric = route_metric;
};

// `family` is that of the routes that will use it, of interest only where the hop has no gateway.
struct ReplaceNextHop {
  NextHopObjectId id{};
  ForwardingHop hop{};
  AddressFamily family = AddressFamily::ipv4;
};

// `members` are single next-hop objects, at least one, with equal weight.
struct ReplaceNextHopGroup {
  NextHopObjectId id{};
  std::vector<NextHopObjectId> members{};
};

// Takes the routes over it along; so withdraw or move them first.
struct DeleteNextHop {
  NextHopObjectId id{};
};

// One hop without gateway and labels that names a VRF device: pop and look up in that VRF.
struct ReplaceLabel {
  Label label{};
  ForwardingHops hops{};
};

struct DeleteLabel {
  Label label{};
};

// A permanent entry of vrfd's: `address` on the device's link has this link-layer address.
struct ReplaceNeighbour {
  IfIndex device{};
  IpAddress address{};
  Bytes link_layer{};
};

struct DeleteNeighbour {
  IfIndex device{};
  IpAddress address{};
};

// The kernel finds out who has the address, or whether he still has it. Not for permanent entries.
struct ProbeNeighbour {
  IfIndex device{};
  IpAddress address{};
};

using Change = std::variant<ReplaceRoute, DeleteRoute, ReplaceNextHop, ReplaceNextHopGroup, DeleteNextHop, ReplaceLabel,
                            DeleteLabel, ReplaceNeighbour, DeleteNeighbour, ProbeNeighbour>;

struct Operation {
  Cookie cookie = 0;
  Change change;
};

// Writes the change as one message to the front of `space`; 0 where it does not fit.
std::size_t encode(std::span<std::uint8_t> space, const Change& change, std::uint32_t sequence);
bool is_deletion(const Change& change);

}  // namespace vrfd::netlink
