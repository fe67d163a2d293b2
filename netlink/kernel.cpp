#include "netlink/kernel.h"

#include <pthread.h>

#include <csignal>

namespace vrfd::netlink {

namespace {

// A thread that no signal is delivered to; they are for the routing thread.
template <class Run>
std::thread thread_without_signals(Run run) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(run));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

Result<std::unique_ptr<Kernel>> Kernel::open(KernelLimits limits) {
  auto requests = KernelSocket::for_requests();
  if (!requests) return requests.error();
  auto events = KernelSocket::for_events(requests->port(), limits.notification_octets);
  if (!events) return events.error();
  auto queries = KernelSocket::for_requests();
  if (!queries) return queries.error();
  auto probe = KernelSocket::for_requests();
  if (!probe) return probe.error();
  auto vrf_devices = VrfDevices::open();
  if (!vrf_devices) return vrf_devices.error();
  KernelSockets sockets{std::move(*requests), std::move(*events), Query(std::move(*queries))};
  return std::unique_ptr<Kernel>(
      new Kernel(limits, std::move(sockets), std::move(*vrf_devices), Query(std::move(*probe))));
}

Kernel::Kernel(KernelLimits limits, KernelSockets sockets, VrfDevices vrf_devices, Query probe)
    : requests_(limits.operations),
      events_(limits.events),
      vrf_devices_(std::move(vrf_devices)),
      probe_(std::move(probe)),
      worker_(std::move(sockets), requests_, events_, counters_),
      thread_(thread_without_signals([this] { worker_.run(); })) {}

Kernel::~Kernel() {
  requests_.close();
  events_.close();
  thread_.join();
}

bool Kernel::submit(std::vector<Operation>& operations) {
  const std::size_t weight = operations.size();
  if (weight == 0) return true;
  KernelRequest request(std::move(operations));
  const bool taken = requests_.try_push(request, weight);
  if (taken)
    operations.clear();
  else
    operations = std::get<std::vector<Operation>>(std::move(request));
  return taken;
}

void Kernel::flush_table(Cookie cookie, TableId table) { requests_.force(FlushRequest{cookie, table}, 1); }

void Kernel::lookup(Cookie cookie, IfIndex vrf_device, const IpAddress& destination) {
  requests_.force(LookupRequest{cookie, vrf_device, destination}, 1);
}

void Kernel::dump(Cookie cookie, DumpSubject subject, const RouteSelection& selection) {
  requests_.force(DumpRequest{.cookie = cookie, .subject = subject, .selection = selection}, 1);
}

void Kernel::dump_routes(Cookie cookie, const RouteSelection& selection) {
  dump(cookie, DumpSubject::routes, selection);
}

void Kernel::dump_labels(Cookie cookie, std::uint8_t protocol) {
  dump(cookie, DumpSubject::labels, {.protocol = protocol});
}

void Kernel::dump_next_hops(Cookie cookie, std::uint8_t protocol) {
  dump(cookie, DumpSubject::next_hops, {.protocol = protocol});
}

void Kernel::dump_links(Cookie cookie) { dump(cookie, DumpSubject::links); }

void Kernel::dump_addresses(Cookie cookie) { dump(cookie, DumpSubject::addresses); }

void Kernel::dump_neighbours(Cookie cookie, IfIndex device) {
  requests_.force(DumpRequest{.cookie = cookie, .subject = DumpSubject::neighbours, .device = device}, 1);
}

void Kernel::dump_rules(Cookie cookie) { dump(cookie, DumpSubject::rules); }

std::vector<SysctlFault> Kernel::apply_sysctls(std::span<const Sysctl> sysctls, bool write) {
  return netlink::apply_sysctls(sysctls, write);
}

}  // namespace vrfd::netlink
