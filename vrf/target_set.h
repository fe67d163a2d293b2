// The route targets that a peer wants VPN routes with (RFC 4684, 5): a filter after its export policy.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "vrf/types/community.h"
#include "vrf/types/prefix.h"

namespace vrfd {

class TargetSet {
 public:
  // Wants nothing.
  TargetSet() = default;
  explicit TargetSet(const std::set<Prefix>& memberships);

  // A route with these communities is wanted: one of its route targets is in the set, or the set is of everything.
  bool wants(const std::vector<ExtendedCommunity>& communities) const;
  bool operator==(const TargetSet&) const = default;

 private:
  bool everything_ = false;
  std::vector<ExtendedCommunity> targets_;  // sorted
  // What begins alike: the bits, and a mask of those that count. Sorted.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> beginnings_;
};

// Two filters are equal if they want the same.
struct TargetFilter {
  std::shared_ptr<const TargetSet> wanted;  // null: everything
  bool operator==(const TargetFilter& other) const {
    return wanted == other.wanted || (wanted && other.wanted && *wanted == *other.wanted);
  }
};

}  // namespace vrfd
