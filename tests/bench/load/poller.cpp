#include "tests/bench/load/poller.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace vrfd::bench {

namespace {

void control(int epoll, int what, int descriptor, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  if (epoll_ctl(epoll, what, descriptor, &event) != 0)
    throw std::system_error(errno, std::system_category(), "epoll_ctl");
}

}  // namespace

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}
Poller::~Poller() { close(epoll_); }

void Poller::add(int descriptor, std::uint32_t events, Polled& whom) {
  control(epoll_, EPOLL_CTL_ADD, descriptor, events);
  polled_[descriptor] = &whom;
}

void Poller::change(int descriptor, std::uint32_t events, Polled& whom) {
  control(epoll_, EPOLL_CTL_MOD, descriptor, events);
  polled_[descriptor] = &whom;
}

void Poller::remove(int descriptor) {
  control(epoll_, EPOLL_CTL_DEL, descriptor, 0);
  polled_.erase(descriptor);
}

void Poller::wait(int milliseconds) {
  std::array<epoll_event, 256> events;
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), milliseconds);
  for (int i = 0; i < count; ++i)
    if (const auto found = polled_.find(events[static_cast<std::size_t>(i)].data.fd); found != polled_.end())
      found->second->ready(events[static_cast<std::size_t>(i)].events);
}

}  // namespace vrfd::bench
