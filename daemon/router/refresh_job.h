// `refresh bgp …`: judge routes again without dropping a session (contract: "Command line").
#pragma once

#include <memory>

#include "daemon/router/jobs.h"
#include "daemon/router/selection.h"

namespace vrfd {

std::unique_ptr<Job> make_refresh_job(Router& router, const protocol::RefreshRequest& request,
                                      const std::vector<Target>& targets, TimePoint now);

// A row for a peer, as both verbs have it.
protocol::JobPeer job_row(const Peer& peer, Family family);

}  // namespace vrfd
