#include "vrf/policy/route_conditions.h"

#include <algorithm>

namespace vrfd {

bool RouteConditions::hold(const PolicyContext& route) const {
  if (families && !families->has(route.family)) return false;
  if (!peers.empty() && std::find(peers.begin(), peers.end(), route.source_peer) == peers.end()) return false;
  const Prefix& prefix = route.nlri.prefix;
  if (prefixes && !prefixes->has(prefix)) return false;
  return prefix_lists.empty() ||
         std::any_of(prefix_lists.begin(), prefix_lists.end(), [&](const auto& list) { return list->has(prefix); });
}

}  // namespace vrfd
