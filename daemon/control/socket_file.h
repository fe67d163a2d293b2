// The control socket in the file system: 0660, group `vrfd`; the group `vrfd-read`, where it exists, is let in by an
// access control list. A daemon of an ordinary user, who is in none of them, keeps it to itself. A socket file that a
// dead daemon left is replaced, one that answers is not.
#pragma once

#include <sys/types.h>

#include <string>

#include "vrf/types/result.h"

namespace vrfd::control {

// A listening descriptor, non-blocking; permissions are set before it listens. The folder is made if there is none.
Result<int> listen_at(const std::string& path);

// False where that failed for another reason than that the daemon's user may not: the file then stays as it is.
bool give_to_group(const std::string& path, gid_t group);

// Lets one more group read and write the file; the mode stays 0660. False where the file system has no such lists.
bool let_group_in(const std::string& path, gid_t group);

}  // namespace vrfd::control
