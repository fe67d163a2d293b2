// Ownership of a file descriptor, and an eventfd as the smallest of signals between threads.
#pragma once

#include <utility>

namespace vrfd::netlink {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// Readable from `raise` until `clear`.
class Signal {
 public:
  Signal();
  int fd() const { return fd_.get(); }
  void raise();
  void clear();

 private:
  FileDescriptor fd_;
};

}  // namespace vrfd::netlink
