#include "netlink/kernel_socket.h"

#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>
#include <utility>

#include "netlink/event_filter.h"

namespace vrfd::netlink {

namespace {

// The kernel fills up to 32 KiB once it has seen a reader with a buffer of that size.
constexpr std::size_t first_buffer = std::size_t{64} * 1024;
constexpr int answers_buffer = 1 << 20;
constexpr int batches_buffer = 1 << 20;

Error failed(std::string_view what) {
  return error("netlink socket: " + std::string(what) + ": " + std::generic_category().message(errno));
}

// The FORCE options need CAP_NET_ADMIN; without it the system's limit applies and more is lost and sent again.
void set_buffer(const mnl_socket* socket, int forced, int ordinary, int octets) {
  const int fd = mnl_socket_get_fd(socket);
  if (::setsockopt(fd, SOL_SOCKET, forced, &octets, sizeof octets) != 0)
    ::setsockopt(fd, SOL_SOCKET, ordinary, &octets, sizeof octets);
}

bool set_option(mnl_socket* socket, int option, int value) {
  return mnl_socket_setsockopt(socket, option, &value, sizeof value) == 0;
}

bool attach_filter(const mnl_socket* socket, std::uint32_t port) {
  EventFilter filter = event_filter(port);
  const sock_fprog program{static_cast<unsigned short>(filter.size()), reinterpret_cast<sock_filter*>(filter.data())};
  return ::setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

constexpr int groups[] = {RTNLGRP_LINK,       RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE,
                          RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE,   RTNLGRP_IPV6_RULE,   RTNLGRP_MPLS_ROUTE,
                          RTNLGRP_NEXTHOP,    RTNLGRP_NEIGH};

}  // namespace

KernelSocket::KernelSocket(mnl_socket* socket) : socket_(socket), buffer_(first_buffer) {}

KernelSocket::KernelSocket(KernelSocket&& other) noexcept
    : socket_(std::exchange(other.socket_, nullptr)), buffer_(std::move(other.buffer_)) {}

KernelSocket& KernelSocket::operator=(KernelSocket&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

KernelSocket::~KernelSocket() {
  if (socket_) mnl_socket_close(socket_);
}

Result<KernelSocket> KernelSocket::for_requests() {
  mnl_socket* opened = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (!opened) return failed("open");
  KernelSocket socket(opened);
  set_buffer(opened, SO_RCVBUFFORCE, SO_RCVBUF, answers_buffer);
  set_buffer(opened, SO_SNDBUFFORCE, SO_SNDBUF, batches_buffer);
  if (!set_option(opened, NETLINK_EXT_ACK, 1)) return failed("NETLINK_EXT_ACK");
  if (!set_option(opened, NETLINK_CAP_ACK, 1)) return failed("NETLINK_CAP_ACK");
  if (!set_option(opened, NETLINK_GET_STRICT_CHK, 1)) return failed("NETLINK_GET_STRICT_CHK (Linux 4.20)");
  if (mnl_socket_bind(opened, 0, MNL_SOCKET_AUTOPID) != 0) return failed("bind");
  return socket;
}

Result<KernelSocket> KernelSocket::for_events(std::uint32_t request_port, std::size_t buffer) {
  mnl_socket* opened = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (!opened) return failed("open");
  KernelSocket socket(opened);
  set_buffer(opened, SO_RCVBUFFORCE, SO_RCVBUF, static_cast<int>(std::min<std::size_t>(buffer, INT_MAX)));
  if (mnl_socket_bind(opened, 0, MNL_SOCKET_AUTOPID) != 0) return failed("bind");
  if (!attach_filter(opened, request_port)) return failed("SO_ATTACH_FILTER");
  for (const int group : groups)
    if (!set_option(opened, NETLINK_ADD_MEMBERSHIP, group))
      return failed("subscription to group " + std::to_string(group));
  return socket;
}

int KernelSocket::fd() const { return mnl_socket_get_fd(socket_); }

std::uint32_t KernelSocket::port() const { return mnl_socket_get_portid(socket_); }

int KernelSocket::send(ByteView octets) {
  return mnl_socket_sendto(socket_, octets.data(), octets.size()) < 0 ? errno : 0;
}

Receipt KernelSocket::receive() {
  sockaddr_nl sender{};
  iovec part{buffer_.data(), buffer_.size()};
  msghdr message{};
  message.msg_name = &sender;
  message.msg_namelen = sizeof sender;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  const ssize_t length = ::recvmsg(fd(), &message, MSG_DONTWAIT);
  if (length < 0) {
    if (errno == EAGAIN || errno == EINTR) return {};
    return {errno == ENOBUFS ? Received::lost : Received::failed, {}, errno};
  }
  if (sender.nl_pid != 0) return receive();
  if ((message.msg_flags & MSG_TRUNC) != 0) {
    buffer_.resize(buffer_.size() * 2);
    return {Received::truncated, {}, 0};
  }
  return {Received::datagram, ByteView(buffer_).first(static_cast<std::size_t>(length)), 0};
}

bool KernelSocket::wait(std::chrono::milliseconds time) const {
  pollfd descriptor{fd(), POLLIN, 0};
  return ::poll(&descriptor, 1, static_cast<int>(time.count())) > 0;
}

}  // namespace vrfd::netlink
