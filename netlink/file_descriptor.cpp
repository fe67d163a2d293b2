#include "netlink/file_descriptor.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace vrfd::netlink {

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Signal::Signal() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!fd_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

// Neither can fail in a way that matters: the counter neither overflows nor is an empty read an error.
void Signal::raise() { ::eventfd_write(fd_.get(), 1); }

void Signal::clear() {
  eventfd_t count = 0;
  ::eventfd_read(fd_.get(), &count);
}

}  // namespace vrfd::netlink
