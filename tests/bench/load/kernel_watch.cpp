#include "tests/bench/load/kernel_watch.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "tests/bench/load/clock.h"

namespace vrfd::bench {

namespace {

constexpr int buffer_octets = 1 << 30;
constexpr std::size_t batch = 64;
constexpr std::size_t largest_notification = 1024;

void ask_for_all(int socket) {
  struct {
    nlmsghdr head;
    rtmsg route;
  } request{};
  request.head = {sizeof request, RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, 1, 0};
  request.route.rtm_family = AF_INET;
  send(socket, &request, sizeof request, 0);
}

}  // namespace

KernelWatch::KernelWatch(std::string netns, std::uint32_t table, Poller& poller, PrefixIndex& index, Report report)
    : netns_(std::move(netns)),
      table_(table),
      index_(index),
      report_(std::move(report)),
      socket_(open_route_socket(netns_, RTMGRP_IPV4_ROUTE)) {
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_octets, sizeof buffer_octets);
  poller.add(socket_, EPOLLIN, *this);
}

KernelWatch::~KernelWatch() { close(socket_); }

// Addresses of the link itself are the kernel's own, and what `ip route` set is the scenario's.
bool KernelWatch::concerns(const KernelRoute& route) const {
  return route.table == table_ && route.protocol != RTPROT_KERNEL && route.protocol != RTPROT_BOOT;
}

void KernelWatch::take(const KernelRoute& route, RouteState& state) const {
  state.put(index_.find_or_add(key_of(route.address, route.length)),
            route.deleted ? 0 : value_of_gateway(route.gateway));
}

void KernelWatch::expect(const Digest& digest) {
  expected_ = digest;
  waiting_ = true;
}

void KernelWatch::ready(std::uint32_t) {
  static std::array<std::array<std::uint8_t, largest_notification>, batch> buffers;
  std::array<iovec, batch> parts;
  std::array<mmsghdr, batch> messages{};
  for (std::size_t i = 0; i != batch; ++i) {
    parts[i] = {buffers[i].data(), largest_notification};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  const int count = recvmmsg(socket_, messages.data(), batch, MSG_DONTWAIT, nullptr);
  const std::int64_t now = now_ns();
  if (count < 0 && errno == ENOBUFS) report_("overrun", now);
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    each_message(Octets(buffers[at]).first(messages[at].msg_len), [&](const nlmsghdr& message) {
      const auto route = kernel_route(message);
      if (!route || !concerns(*route)) return;
      take(*route, state_);
      if (seen_) seen_(*route, now);
    });
  }
  if (!waiting_ || state_.digest() != expected_) return;
  waiting_ = false;
  report_("arrived", now_ns());
}

Digest KernelWatch::dump() const {
  const int socket = open_route_socket(netns_, 0);
  ask_for_all(socket);
  RouteState state;
  Buffer buffer(1 << 20);
  for (bool done = false; !done;) {
    const ssize_t got = recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    each_message(Octets(buffer).first(static_cast<std::size_t>(got)), [&](const nlmsghdr& message) {
      if (message.nlmsg_type == NLMSG_DONE || message.nlmsg_type == NLMSG_ERROR) done = true;
      if (const auto route = kernel_route(message); route && concerns(*route)) take(*route, state);
    });
  }
  close(socket);
  return state.digest();
}

}  // namespace vrfd::bench
