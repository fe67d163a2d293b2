#include "daemon/control/socket_file.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "daemon/control/access.h"

namespace vrfd::control {
namespace {

// The kernel's form of an access control list (acl(5)): a version, then a tag, permissions and an id for each entry.
struct AclEntry {
  std::uint16_t tag;
  std::uint16_t permissions;
  std::uint32_t id;
};
struct Acl {
  std::uint32_t version;
  std::array<AclEntry, 5> entries;
};
static_assert(sizeof(Acl) == 44);

constexpr std::uint32_t no_id = 0xFFFFFFFF;
constexpr std::uint16_t read_write = 6;

Error failed(const std::string& path, const char* what) {
  return error("control socket " + path + ": " + what + ": " + std::strerror(errno));
}

// Under systemd it is there already. Where it cannot be made, bind() says so.
void make_folder_of(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  // Its mode does not depend on the daemon's umask: who may connect is for the socket to say.
  if (!folder.empty() && ::mkdir(folder.c_str(), 0755) == 0) static_cast<void>(::chmod(folder.c_str(), 0755));
}

// True if another daemon listens there.
bool answers(const sockaddr_un& address) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return false;
  const int status = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const bool alive = status == 0 || errno == EAGAIN;
  ::close(probe);
  return alive;
}

Result<int> bind_and_listen(int descriptor, const sockaddr_un& address, const std::string& path) {
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return failed(path, "bind");
  if (const auto group = group_named("vrfd"); group && !give_to_group(path, *group))
    return failed(path, "giving it to the group vrfd");
  if (::chmod(path.c_str(), 0660) != 0) return failed(path, "chmod");
  // Where that fails only the group `vrfd` gets in.
  if (const auto readers = group_named("vrfd-read")) static_cast<void>(let_group_in(path, *readers));
  if (::listen(descriptor, SOMAXCONN) != 0) return failed(path, "listen");
  return descriptor;
}

}  // namespace

bool give_to_group(const std::string& path, gid_t group) {
  return ::chown(path.c_str(), static_cast<uid_t>(-1), group) == 0 || errno == EPERM;
}

bool let_group_in(const std::string& path, gid_t group) {
  const Acl acl{.version = 2,
                .entries = {{{0x01, read_write, no_id},  // owner
                             {0x04, read_write, no_id},  // owning group
                             {0x08, read_write, group},  // the other group
                             {0x10, read_write, no_id},  // mask: the group bits of the mode
                             {0x20, 0, no_id}}}};        // others
  return ::setxattr(path.c_str(), "system.posix_acl_access", &acl, sizeof acl, 0) == 0;
}

Result<int> listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return error("control socket: a path of 1 to " + std::to_string(sizeof address.sun_path - 1) + " octets expected");
  std::memcpy(address.sun_path, path.data(), path.size());
  make_folder_of(path);
  struct stat there{};
  if (::lstat(path.c_str(), &there) == 0) {
    if (!S_ISSOCK(there.st_mode)) return error("control socket " + path + ": there is a file that is no socket");
    if (answers(address)) return error("control socket " + path + ": another daemon answers there");
    ::unlink(path.c_str());
  }
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return failed(path, "socket");
  auto listening = bind_and_listen(descriptor, address, path);
  if (!listening) ::close(descriptor);
  return listening;
}

}  // namespace vrfd::control
