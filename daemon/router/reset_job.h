// `reset bgp …`: close sessions with Cease / Administrative Reset (RFC 4486) and open them again.
#pragma once

#include <memory>

#include "daemon/router/jobs.h"
#include "daemon/router/selection.h"

namespace vrfd {

std::unique_ptr<Job> make_reset_job(Router& router, const protocol::ResetRequest& request,
                                    const std::vector<Target>& targets, TimePoint now);

}  // namespace vrfd
