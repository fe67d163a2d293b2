// `vrfd --flush`: takes everything of vrfd's out of the kernel: routes, labels, next-hop objects, and the VRF devices
// that it has made. For when vrfd shall not come back; a stop leaves all that for the next start. Table ids and labels
// stay remembered. Rules and sysctls stay as they are: others may rely on them by now.
#pragma once

#include "daemon/app.h"

namespace vrfd {

// Prints what was removed, or why nothing was; the exit status. Refuses while a vrfd answers on the control socket.
int flush_kernel(const AppOptions& options);

}  // namespace vrfd
