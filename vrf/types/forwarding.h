// How packets leave: next hops as the kernel takes them. Shared by the core, which wishes them, and by netlink, which
// makes them so; neither knows the other.
#pragma once

#include <compare>
#include <optional>
#include <vector>

#include "vrf/types/address.h"
#include "vrf/types/label.h"
#include "vrf/types/prefix.h"
#include "vrf/types/strong.h"

namespace vrfd {

// One way out. `via` absent: the destination is on `device`'s link (or, for a VRF device, looked up there).
// `labels` outermost first; empty sends the packet unlabelled.
struct ForwardingHop {
  std::optional<IpAddress> via;
  IfIndex device;
  std::vector<Label> labels;
  bool operator==(const ForwardingHop&) const = default;
};

// A set of ways out with equal weight; more than one is equal-cost multipath. Never empty where a route is forwarded.
using ForwardingHops = std::vector<ForwardingHop>;

// An identifier of a kernel next-hop object (RTA_NH_ID, NHA_ID); vrfd's lie in a range of their own.
using NextHopObjectId = Strong<struct NextHopObjectIdTag, std::uint32_t>;

// A kernel route, in vrfd's own words.
enum class RouteType : std::uint8_t { unicast, blackhole, unreachable, prohibit, local, other };

struct RouteKey {
  TableId table;
  Prefix prefix;
  auto operator<=>(const RouteKey&) const = default;
};

}  // namespace vrfd
