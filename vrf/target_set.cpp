#include "vrf/target_set.h"

#include <algorithm>

#include "vrf/types/target_membership.h"

namespace vrfd {

TargetSet::TargetSet(const std::set<Prefix>& memberships) {
  constexpr unsigned all_bits = 64;
  for (const Prefix& membership : memberships) {
    const unsigned length = target_length(membership);
    const std::uint64_t bits = target_bits(membership);
    if (length == 0)
      everything_ = true;
    else if (length == all_bits)
      targets_.emplace_back(bits);
    else
      beginnings_.emplace_back(bits, ~std::uint64_t{0} << (all_bits - length));
  }
  // Of several origins.
  const auto put_in_order = [](auto& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  };
  put_in_order(targets_);
  put_in_order(beginnings_);
}

bool TargetSet::wants(const std::vector<ExtendedCommunity>& communities) const {
  if (everything_) return true;
  return std::any_of(communities.begin(), communities.end(), [&](ExtendedCommunity c) {
    if (!is_route_target(c)) return false;
    if (std::binary_search(targets_.begin(), targets_.end(), c)) return true;
    return std::any_of(beginnings_.begin(), beginnings_.end(),
                       [&](const auto& b) { return (c.value() & b.second) == b.first; });
  });
}

}  // namespace vrfd
