// The control socket in the file system: 0660, group `vrfd`; the group `vrfd-read`, where it exists, is let in by an
// access control list. A socket file that a dead daemon left is replaced, one that answers is not.
#pragma once

#include <sys/types.h>

#include <string>

#include "vrf/types/result.h"

namespace vrfd::control {

// A listening descriptor, non-blocking; permissions are set before it listens.
Result<int> listen_at(const std::string& path);

// Lets one more group read and write the file; the mode stays 0660. False where the file system has no such lists.
bool let_group_in(const std::string& path, gid_t group);

}  // namespace vrfd::control
