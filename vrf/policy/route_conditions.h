// The part of a term's match that looks beyond the attributes: at the prefix, the family, the peer that the route came
// from. It is asked for every route.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "vrf/policy/prefix_set.h"
#include "vrf/types/family.h"
#include "vrf/types/nlri.h"

namespace vrfd {

// What a policy is told about a route besides its attributes.
struct PolicyContext {
  const Nlri& nlri;
  Family family = Family::ipv4;
  // The peer that the route came from; unspecified for a route of our own.
  IpAddress source_peer;
  // Of the session that the policy runs for, in the family that a next hop of the route has; unspecified where there is
  // no session. NextHopEdit::self takes the local one, NextHopEdit::peer the remote one.
  IpAddress local_address;
  IpAddress remote_address;
};

struct RouteConditions {
  std::vector<std::shared_ptr<const PrefixSet>> prefix_lists;
  std::optional<PrefixSet> prefixes;
  std::optional<FamilySet> families;
  std::vector<IpAddress> peers;

  bool look_at_prefix() const { return !prefix_lists.empty() || prefixes.has_value(); }
  bool empty() const { return !look_at_prefix() && !families && peers.empty(); }
  bool hold(const PolicyContext& route) const;
};

}  // namespace vrfd
