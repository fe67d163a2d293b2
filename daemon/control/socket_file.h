// The control socket in the file system: 0660, group `vrfd`; the group `vrfd-read`, where it exists, is let in by an
// access control list. A socket file that a dead daemon left is replaced, one that answers is not.
#pragma once

#include <string>

#include "vrf/types/result.h"

namespace vrfd::control {

// A listening descriptor, non-blocking; permissions are set before it listens.
Result<int> listen_at(const std::string& path);

}  // namespace vrfd::control
