// What the kernel holds, as values: routes, labels, next-hop objects, links, addresses, neighbours, rules. Codecs turn
// messages into these; events and dumps carry them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vrf/types/bytes.h"
#include "vrf/types/forwarding.h"

namespace vrfd::netlink {

// An IPv4 or IPv6 route. `hops` is empty for types that forward nothing, and where the kernel names a next-hop object
// alone (net.ipv4.nexthop_compat_mode=0); `next_hop` 0 is none.
struct KernelRoute {
  RouteKey key{};
  RouteType type = RouteType::unicast;
  std::uint8_t protocol = 0;
  std::uint32_t metric = 0;
  NextHopObjectId next_hop{};
  ForwardingHops hops{};
  // Some hop's link is down, or the kernel has given it up.
  bool impaired = false;
  // Some hop has more to it than `hops` can say: an encapsulation other than MPLS, a link-layer gateway.
  bool partial = false;
  bool operator==(const KernelRoute&) const = default;
};

// What happens to packets that arrive with `label`: it is popped, each hop's `labels` are put on. A hop without gateway
// and labels that names a VRF device looks the packet up in that VRF.
struct MplsRoute {
  Label label{};
  std::uint8_t protocol = 0;
  ForwardingHops hops{};
  bool impaired = false;
  bool partial = false;
  bool operator==(const MplsRoute&) const = default;
};

// A next-hop object: one hop, or a group of others (`members` not empty), or a black hole. `family` is that of the
// routes that may use it; it follows the gateway where there is one, and means nothing for a group.
struct NextHopObject {
  NextHopObjectId id{};
  std::uint8_t protocol = 0;
  AddressFamily family = AddressFamily::ipv4;
  bool blackhole = false;
  ForwardingHop hop{};
  std::vector<NextHopObjectId> members{};
  bool impaired = false;
  bool partial = false;
  bool operator==(const NextHopObject&) const = default;
};

struct Link {
  IfIndex index{};
  std::string name{};
  bool up = false;       // administratively
  bool carrier = false;  // a next-hop object needs both
  bool loopback = false;
  bool no_arp = false;  // its packets need no link-layer address (tunnels, point-to-point links)
  IfIndex master{};     // 0 is none; a VRF device for what is bound to a VRF
  std::string kind{};   // "vrf", "veth", ...; empty for hardware
  TableId vrf_table{};  // of a VRF device, else 0
  std::uint32_t mtu = 0;
  std::string alias{};
  std::vector<std::string> alternative_names{};
  bool operator==(const Link&) const = default;
};

struct Address {
  IfIndex device{};
  IpAddress address{};
  // What is on the link: the peer's host prefix on a point-to-point address.
  Prefix on_link{};
  bool tentative = false;   // duplicate address detection has not ended well (yet)
  bool host_scope = false;  // nobody else can reach it: 127.0.0.1, ::1
  bool operator==(const Address&) const = default;
};

// Who has `address` on a device's link. `link_layer` is empty while the kernel does not know it.
struct Neighbour {
  IfIndex device{};
  IpAddress address{};
  Bytes link_layer{};
  std::uint8_t protocol = 0;  // of whom made the entry; 0 is the kernel
  bool permanent = false;     // never verified
  bool verified = false;      // within the last seconds, or needs no verification
  bool operator==(const Neighbour&) const = default;
};

// A routing policy rule. `selective` ones apply to part of the traffic only, besides what `l3mdev` says.
struct Rule {
  AddressFamily family = AddressFamily::ipv4;
  std::uint32_t priority = 0;
  TableId table{};
  bool l3mdev = false;
  bool selective = false;
  std::uint8_t protocol = 0;
  bool operator==(const Rule&) const = default;
};

}  // namespace vrfd::netlink
