#include "tests/lab/netlink/kernel_recorder.h"

#include <doctest/doctest.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace vrfd::netlink {

namespace {

// Enough for a slow machine; nothing waits this long when all is well.
constexpr std::chrono::seconds patience{30};

// IPv6 addresses are usable at once, without duplicate address detection.
const char* const topology = R"(ip -batch - << END
link set lo up
link add core0 type veth peer name core1
link add site0 type veth peer name site1
link set core0 up
link set core1 up
link set site0 up
link set site1 up
addr add 10.0.0.1/24 dev core0
addr add 10.1.0.1/24 dev site0
addr add 2001:db8::1/64 dev core0 nodad
END)";

}  // namespace

bool shell(const std::string& command) { return std::system(command.c_str()) == 0; }

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe) return output;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) output.push_back(static_cast<char>(c));
  ::pclose(pipe);
  return output;
}

IfIndex index_of(const std::string& device) { return IfIndex{::if_nametoindex(device.c_str())}; }
IpAddress address(std::string_view text) { return IpAddress::from(text).value(); }
Prefix prefix(std::string_view text) { return Prefix::from(text).value(); }

KernelRecorder::KernelRecorder(KernelLimits limits, Namespace where) {
  if (where == Namespace::fresh) {
    REQUIRE(::unshare(CLONE_NEWNET) == 0);
    REQUIRE(shell(topology));
  }
  auto opened = Kernel::open(limits);
  if (!opened) FAIL(opened.error().message);
  kernel_ = std::move(*opened);
}

void KernelRecorder::submit(std::vector<Operation> operations) {
  submitted_ += operations.size();
  REQUIRE(kernel_->submit(operations));
  REQUIRE(operations.empty());
}

bool KernelRecorder::wait(const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + patience;
  drain();
  while (!done()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd descriptor{kernel_->fd(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&descriptor, 1, static_cast<int>(left.count())) <= 0) return false;
    drain();
  }
  return true;
}

std::size_t KernelRecorder::acknowledged() const {
  std::size_t count = 0;
  for (const Acknowledged* some : all<Acknowledged>()) count += some->cookies.size();
  return count;
}

bool KernelRecorder::settle() {
  const bool complete = wait([&] { return acknowledged() + refused() == submitted_; });
  for (const Refused* one : all<Refused>()) MESSAGE("refused ", one->cookie, ": ", one->error, " ", one->text);
  return complete;
}

LookupAnswer KernelRecorder::look_up(IfIndex vrf_device, std::string_view destination) {
  const Cookie cookie = ++cookie_;
  kernel_->lookup(cookie, vrf_device, address(destination));
  REQUIRE(wait_for<LookupAnswer>([&](const LookupAnswer& answer) { return answer.cookie == cookie; }));
  return *all<LookupAnswer>().back();
}

void KernelRecorder::require_complete(bool complete) { REQUIRE(complete); }

std::vector<KernelRoute> KernelRecorder::own_routes(TableId table, AddressFamily family) {
  return dumped<KernelRoute>([&](Cookie cookie) {
    kernel_->dump_routes(cookie, {.family = family, .table = table, .protocol = route_protocol});
  });
}

}  // namespace vrfd::netlink
