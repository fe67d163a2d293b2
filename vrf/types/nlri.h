// What a route is for: a prefix, for the VPN families under a route distinguisher, for ADD-PATH with an identifier.
#pragma once

#include <compare>

#include "vrf/types/label.h"
#include "vrf/types/prefix.h"
#include "vrf/types/route_distinguisher.h"

namespace vrfd {

// The key of a route in a table. The route distinguisher is 0:0 in the unicast families.
struct Nlri {
  RouteDistinguisher rd;
  Prefix prefix;
  auto operator<=>(const Nlri&) const = default;
};

// One route of an UPDATE. `path_id` is 0 without ADD-PATH (RFC 7911); `label` is the one label of a VPN route (RFC
// 8277), 0 elsewhere.
struct AnnouncedNlri {
  Nlri nlri;
  std::uint32_t path_id = 0;
  Label label;
  auto operator<=>(const AnnouncedNlri&) const = default;
};

}  // namespace vrfd
