// Live state that is older than the configuration: for each peer and family the policies in force against those that
// are configured, the instances' own policies, and sessions that came up under other parameters.
#pragma once

#include <vector>

#include "daemon/protocol/bgp_rows.h"
#include "daemon/router/router.h"

namespace vrfd::commands {

std::vector<protocol::PendingRow> pending_rows(Router& router);

}  // namespace vrfd::commands
