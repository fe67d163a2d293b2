// The core's wishes in the kernel side's words.
#pragma once

#include "netlink/operation.h"
#include "vrf/fib_operation.h"

namespace vrfd {

netlink::Operation to_kernel(FibOperation operation);

}  // namespace vrfd
