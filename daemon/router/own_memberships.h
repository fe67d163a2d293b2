// What this router wants VPN routes with, as it says in the family rtc (RFC 4684).
#pragma once

#include <set>

#include "daemon/config/config.h"
#include "vrf/types/target_membership.h"

namespace vrfd {

// The import targets of all instances. Everything, where VPN routes are passed on to peers that do not say themselves
// what they want.
std::set<Prefix> own_memberships(const config::Config& config);

}  // namespace vrfd
