// Who may do what on the control socket. The kernel names the peer of a Unix socket and its groups at the moment of
// connecting (SO_PEERCRED, SO_PEERGROUPS); no name service is asked, since one that hangs would hold up the loop.
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

#include "daemon/protocol/command_table.h"
#include "vrf/types/result.h"

namespace vrfd::control {

using protocol::Role;

struct Credentials {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
  std::vector<gid_t> groups{};  // supplementary
};

Result<Credentials> credentials_of(int socket);

// Root, the daemon's own user and the group `vrfd` may change, the group `vrfd-read` may look. A group that the system
// does not have lets nobody in.
struct AccessRule {
  uid_t daemon_uid = 0;
  std::optional<gid_t> change_group{};
  std::optional<gid_t> look_group{};

  // Looks the groups up by name; once, before the loop runs.
  static AccessRule of_system();
  std::optional<Role> role_of(const Credentials& caller) const;
};

std::optional<gid_t> group_named(const char* name);

}  // namespace vrfd::control
