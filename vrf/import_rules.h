// What a received route must be, and what it becomes, before and after the import policy of its peer: everything that
// does not look at the prefix. The counterpart of export_rules.h.
//
// Checks that any route may fail come first and cost next to nothing; those that a peer's configuration asks for
// (roles, a site of origin, another own AS) are made only where it does.
#pragma once

#include <memory>
#include <optional>

#include "vrf/attribute_table.h"
#include "vrf/policy/compiled_policy.h"
#include "vrf/types/reason.h"
#include "vrf/types/role.h"

namespace vrfd {

// How routes of a peer are judged; what a session and the configuration say.
struct ImportRules {
  bool external = false;
  bool enforce_first_as = true;  // external peers only
  Asn peer_as;
  Asn local_as;                  // what this side is to the peer
  std::uint32_t router_id = 0;   // ours, host order
  std::uint32_t cluster_id = 0;  // ours, host order
  unsigned allow_as_in = 0;      // how often an own AS may be in the path
  // Our real AS, where `local_as` is another one: a loop goes through it as well.
  std::optional<Asn> real_as{};
  // `local_as` is put in front of received paths.
  bool prepend_local_as = false;
  // RFC 8212: without a policy nothing is accepted.
  bool requires_policy = false;
  // Rejected routes are kept, for refresh without the peer and for `received`.
  bool store_rejected = true;
  // RFC 9494, 4.3: what is stale is marked with LLGR_STALE, and not accepted with NO_LLGR.
  bool long_lived = false;
  std::optional<ExtendedCommunity> site_of_origin;
  std::optional<Role> role{};                    // ours, RFC 9234; unicast families of external peers only
  std::shared_ptr<const CompiledPolicy> policy;  // null accepts all
  IpAddress local_address;
  IpAddress remote_address;
};

// Why a route cannot be used whatever policy says; PathReason::none if it can.
PathReason defect(const ImportRules& rules, const AttributeSet& received);

// The rules change attributes before, or after, policy.
bool edits_before_policy(const ImportRules& rules);
void edit_before_policy(const ImportRules& rules, PathAttributes& attributes);
bool edits_after_policy(const ImportRules& rules);
void edit_after_policy(const ImportRules& rules, PathAttributes& attributes);

}  // namespace vrfd
