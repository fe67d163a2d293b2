// The Linux kernel: sockets, the thread that talks to it, the queues to and from that thread.
//
// Route insertion is work that the kernel does within our system call, hence the thread. The routing thread never waits
// for it: `submit` refuses when the queue is full. The kernel thread waits when the routing thread does not drain its
// events; then notifications overrun, which is an event like any other.
#pragma once

#include <memory>
#include <thread>

#include "netlink/bounded_queue.h"
#include "netlink/kernel_port.h"
#include "netlink/kernel_worker.h"
#include "netlink/vrf_devices.h"

namespace vrfd::netlink {

struct KernelLimits {
  std::size_t operations = 16384;                          // queued, not yet taken by the kernel thread; 1 MB
  std::size_t events = 262144;                             // outcomes and objects not yet drained
  std::size_t notification_octets = std::size_t{8} << 20;  // in the kernel, not yet read: some 13,000 notifications
};

class Kernel final : public KernelPort {
 public:
  // The network namespace of the calling thread. An error says what the kernel refused.
  static Result<std::unique_ptr<Kernel>> open(KernelLimits limits = {});
  // Ends the thread after the batch at hand; requests still queued are left undone.
  ~Kernel() override;

  std::size_t room() const override { return requests_.room(); }
  bool submit(std::vector<Operation>& operations) override;
  void flush_table(Cookie cookie, TableId table) override;
  void lookup(Cookie cookie, IfIndex vrf_device, const IpAddress& destination) override;
  void dump_routes(Cookie cookie, const RouteSelection& selection) override;
  void dump_labels(Cookie cookie, std::uint8_t protocol) override;
  void dump_next_hops(Cookie cookie, std::uint8_t protocol) override;
  void dump_links(Cookie cookie) override;
  void dump_addresses(Cookie cookie) override;
  void dump_neighbours(Cookie cookie, IfIndex device) override;
  void dump_rules(Cookie cookie) override;

  int fd() const override { return events_.fd(); }
  void drain(KernelEvents& events) override { events_.take_all(events); }
  KernelCounters counters() const override { return counters_.get(); }

  Result<std::vector<Link>> links() override { return vrf_devices_.links(); }
  Result<VrfDevice> ensure_vrf(const VrfDeviceRequest& request, std::vector<Link>& links) override {
    return vrf_devices_.ensure(request, links);
  }
  Result<void> remove_vrf(IfIndex device) override { return vrf_devices_.remove(device); }
  Result<void> enslave(IfIndex link, IfIndex device) override { return vrf_devices_.enslave(link, device); }
  Result<void> release(IfIndex link) override { return vrf_devices_.release(link); }
  Result<void> ensure_rules() override { return vrf_devices_.ensure_rules(); }
  std::vector<SysctlFault> apply_sysctls(std::span<const Sysctl> sysctls, bool write) override;
  KernelSupport support() override { return probe_support(probe_); }

 private:
  Kernel(KernelLimits limits, KernelSockets sockets, VrfDevices vrf_devices, Query probe);
  void dump(Cookie cookie, DumpSubject subject, const RouteSelection& selection = {});

  BoundedQueue<KernelRequest> requests_;
  BoundedQueue<KernelEvent> events_;
  SharedCounters counters_;
  VrfDevices vrf_devices_;
  Query probe_;
  KernelWorker worker_;
  std::thread thread_;
};

}  // namespace vrfd::netlink
