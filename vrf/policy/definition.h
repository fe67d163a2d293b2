// A routing policy as the operator wrote it: a list of terms, each "if all of `match`, then `set`, then accept, reject
// or go on". Plain data; `CompiledPolicy` is what judges routes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vrf/types/attributes.h"
#include "vrf/types/family.h"
#include "vrf/types/prefix.h"

namespace vrfd {

// One line of a prefix list: prefixes within `prefix` whose length is `ge` to `le`. Without both, only the prefix
// itself; with `ge` alone up to the family's full length; with `le` alone from the prefix's own length.
struct PrefixListEntry {
  Prefix prefix;
  std::optional<unsigned> ge;
  std::optional<unsigned> le;
  bool operator==(const PrefixListEntry&) const = default;
};

struct PrefixList {
  std::string name;
  std::vector<PrefixListEntry> entries;
  bool operator==(const PrefixList&) const = default;
};

enum class Comparison : std::uint8_t { equal, at_least, at_most };

struct NumberMatch {
  Comparison comparison = Comparison::equal;
  std::uint32_t value = 0;
  bool operator==(const NumberMatch&) const = default;
};

// Empty and absent mean "any". Lists match if one of their members does.
struct PolicyMatch {
  std::vector<std::string> prefix_lists;  // names
  std::vector<Prefix> prefixes;           // exact
  std::optional<std::string> as_path;     // RE2, searched in to_string(AsPath)
  std::optional<Asn> origin_as;
  std::vector<Community> communities;  // any of them present
  std::vector<LargeCommunity> large_communities;
  std::vector<ExtendedCommunity> extended_communities;
  std::vector<RouteTarget> route_targets;
  std::vector<Prefix> next_hops;  // next hop within
  std::optional<Origin> origin;
  std::optional<NumberMatch> med;               // a missing MED is 0
  std::optional<NumberMatch> local_preference;  // a missing one is 100
  std::optional<NumberMatch> as_path_length;    // hops
  std::vector<IpAddress> peers;                 // the peer that the route came from
  std::vector<Family> families;
  bool operator==(const PolicyMatch&) const = default;
};

// Absent replacement leaves the list, then removals, then additions.
template <class T>
struct CommunityEdit {
  std::optional<std::vector<T>> replace;
  std::vector<T> remove;
  std::vector<T> add;
  bool operator==(const CommunityEdit&) const = default;
  bool empty() const { return !replace && remove.empty() && add.empty(); }
};

struct AsPathPrepend {
  Asn asn;
  unsigned times = 1;  // 1 to 32
  bool operator==(const AsPathPrepend&) const = default;
};

enum class NextHopEdit : std::uint8_t { keep, self, peer, address };

struct PolicySet {
  std::optional<std::uint32_t> local_preference;
  std::optional<std::uint32_t> med;
  bool remove_med = false;
  std::optional<Origin> origin;
  NextHopEdit next_hop = NextHopEdit::keep;
  IpAddress next_hop_address;  // for NextHopEdit::address
  std::optional<AsPathPrepend> prepend;
  CommunityEdit<Community> communities;
  CommunityEdit<ExtendedCommunity> extended_communities;
  CommunityEdit<LargeCommunity> large_communities;
  CommunityEdit<ExtendedCommunity> route_targets;  // edits route targets only; other extended communities stay
  bool operator==(const PolicySet&) const = default;
};

enum class PolicyAction : std::uint8_t { accept, reject, next };

struct PolicyTerm {
  std::optional<std::string> name;
  PolicyMatch match;
  PolicySet set;
  PolicyAction then = PolicyAction::next;
  bool operator==(const PolicyTerm&) const = default;
};

// A route that no term accepts or rejects is rejected.
struct PolicyDefinition {
  std::string name;
  std::vector<PolicyTerm> terms;
  bool operator==(const PolicyDefinition&) const = default;
};

}  // namespace vrfd
