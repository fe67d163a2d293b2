// The digest of a policy's terms: everything that matters to the outcome, names left out, prefix lists by content.
#pragma once

#include <span>

#include "vrf/policy/compiled_policy.h"

namespace vrfd {

// All lists are known to `prefix_lists`.
std::uint64_t digest_of(std::span<const PolicyTerm> terms, const PrefixSetLookup& prefix_lists);

}  // namespace vrfd
