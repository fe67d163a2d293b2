// What a route becomes on its way to a peer (RFC 4271, 5.1 and 9.2; RFC 4456; RFC 4364; RFC 8212).
//
// Three steps: what the protocol changes before policy (next hop, MED, marks of reflection that end at a VRF), the
// export policy, and what it demands after (AS path, attributes that do not leave the AS, communities that the peer may
// not see). An unspecified next hop in the result stands for the session's own address, so that peers reached from
// different addresses share the result; what reflection adds is not in it.
#pragma once

#include <memory>
#include <optional>

#include "vrf/policy/compiled_policy.h"
#include "vrf/source.h"
#include "vrf/target_set.h"
#include "vrf/types/family.h"
#include "vrf/types/role.h"

namespace vrfd {

enum class RemovePrivate : std::uint8_t { no, only_private_paths, all, replace };

// Everything that decides what a peer is sent; peers with equal rules share an update group.
struct ExportRules {
  Family family{};
  bool external = false;
  bool route_reflector_client = false;
  Asn local_as;  // what this side is to the peer
  // Our real AS, where `local_as` is another one and the peer shall see both: it comes after `local_as` in the path.
  std::optional<Asn> real_as{};
  std::optional<Role> role{};  // ours, RFC 9234; unicast families of external peers only
  // The peer gets a default route whatever the table has; `default_policy`, not `policy`, judges it.
  bool default_originate = false;
  std::shared_ptr<const CompiledPolicy> default_policy{};
  // Set only where the rules look at it (as_override).
  Asn peer_as;
  bool as_override = false;
  bool next_hop_self = false;
  bool next_hop_unchanged = false;
  RemovePrivate remove_private = RemovePrivate::no;
  bool send_communities = true;
  bool send_extended_communities = true;
  bool send_large_communities = true;
  // To CEs, whose routes carry none otherwise; VPN peers always get them.
  bool send_route_targets = false;
  std::optional<ExtendedCommunity> site_of_origin;
  bool requires_policy = false;
  // VPN families: what the peer asked for (RFC 4684), after policy.
  TargetFilter wanted{};
  // The peer knows what LLGR_STALE means; others are not sent such routes (RFC 9494, 4.5).
  bool long_lived = false;
  std::shared_ptr<const CompiledPolicy> policy;
  // Ours, for reflection.
  std::uint32_t cluster_id = 0;
  std::uint32_t router_id = 0;  // the family rtc only
  // Of the session; set only where the policy looks at them.
  IpAddress local_address;
  IpAddress remote_address;
  // How the octets are written: peers with different encodings cannot share messages.
  bool four_octet_as = true;
  bool extended_message = false;
  bool extended_next_hop = false;
  bool path_identifiers = false;  // RFC 7911
  bool operator==(const ExportRules&) const = default;
};

// A path's relation to this router, as far as announcing it goes.
enum class PathClass : std::uint8_t { local, external, internal, internal_client, imported };

PathClass class_of(const Source& source, bool imported);

// The path may go to such peers at all, policy aside.
bool may_announce(const ExportRules& rules, PathClass path);
// It is sent on within the AS on behalf of another iBGP peer (RFC 4456).
bool is_reflected(const ExportRules& rules, PathClass path);

// A labelled route goes out with this router as next hop, and so with a label of this router's (RFC 4364, 10 b; RFC
// 8277, 2.4). Of this router's own routes the tables know the label, or that they need one.
bool swaps_label(const ExportRules& rules, PathClass path);

// The peer is told a route even if it is the one who announced it: a client of a reflector would not learn otherwise
// that others want what it wants (RFC 4684, 3.2).
bool tells_source(const ExportRules& rules);

// What a default route made up for the peer begins with; nothing where it may get none (RFC 8212).
std::optional<PathAttributes> originated_default(const ExportRules& rules);

// The steps before and after policy, which change `attributes`. False: the route is not announced.
bool before_policy(const ExportRules& rules, PathClass path, PathAttributes& attributes);
bool after_policy(const ExportRules& rules, PathAttributes& attributes);

// What reflection of routes from `router_id` adds (RFC 4456, 8). Done when they are written: what was learned and what
// is reflected can then be one set of attributes.
void reflect(std::uint32_t router_id, std::uint32_t cluster_id, PathAttributes& attributes);

}  // namespace vrfd
