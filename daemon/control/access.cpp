#include "daemon/control/access.h"

#include <grp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace vrfd::control {
namespace {

Error failed(const char* what) {
  return error(std::string("credentials of a control connection: ") + what + ": " + std::strerror(errno));
}

bool has_group(const Credentials& caller, std::optional<gid_t> group) {
  return group && (caller.gid == *group || std::ranges::find(caller.groups, *group) != caller.groups.end());
}

}  // namespace

Result<Credentials> credentials_of(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return failed("SO_PEERCRED");
  Credentials caller{.uid = peer.uid, .gid = peer.gid, .pid = peer.pid, .groups = std::vector<gid_t>(32)};
  // Asked again with the size that the kernel names if there are more groups than room.
  for (int attempt = 0; attempt < 2; ++attempt) {
    size = static_cast<socklen_t>(caller.groups.size() * sizeof(gid_t));
    const bool read = ::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, caller.groups.data(), &size) == 0;
    if (!read && errno != ERANGE) return failed("SO_PEERGROUPS");
    caller.groups.resize(size / sizeof(gid_t));
    if (read) return caller;
  }
  return failed("SO_PEERGROUPS");
}

std::optional<gid_t> group_named(const char* name) {
  group entry{};
  group* found = nullptr;
  std::vector<char> buffer(1 << 16);
  if (::getgrnam_r(name, &entry, buffer.data(), buffer.size(), &found) != 0 || !found) return std::nullopt;
  return found->gr_gid;
}

AccessRule AccessRule::of_system() {
  return {.daemon_uid = ::geteuid(), .change_group = group_named("vrfd"), .look_group = group_named("vrfd-read")};
}

std::optional<Role> AccessRule::role_of(const Credentials& caller) const {
  if (caller.uid == 0 || caller.uid == daemon_uid || has_group(caller, change_group)) return Role::change;
  if (has_group(caller, look_group)) return Role::look;
  return std::nullopt;
}

}  // namespace vrfd::control
