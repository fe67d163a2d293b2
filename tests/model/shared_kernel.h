// A port to a kernel that belongs to somebody else: it is still there when the router that had the port is gone.
#pragma once

#include "tests/model/fake_kernel.h"

namespace vrfd::netlink {

class SharedKernel final : public KernelPort {
 public:
  explicit SharedKernel(FakeKernel& kernel) : kernel_(kernel) {}

  std::size_t room() const override { return kernel_.room(); }
  bool submit(std::vector<Operation>& operations) override { return kernel_.submit(operations); }
  void flush_table(Cookie cookie, TableId table) override { kernel_.flush_table(cookie, table); }
  void lookup(Cookie cookie, IfIndex device, const IpAddress& to) override { kernel_.lookup(cookie, device, to); }
  void dump_routes(Cookie cookie, const RouteSelection& which) override { kernel_.dump_routes(cookie, which); }
  void dump_labels(Cookie cookie, std::uint8_t protocol) override { kernel_.dump_labels(cookie, protocol); }
  void dump_next_hops(Cookie cookie, std::uint8_t protocol) override { kernel_.dump_next_hops(cookie, protocol); }
  void dump_links(Cookie cookie) override { kernel_.dump_links(cookie); }
  void dump_addresses(Cookie cookie) override { kernel_.dump_addresses(cookie); }
  void dump_neighbours(Cookie cookie, IfIndex device) override { kernel_.dump_neighbours(cookie, device); }
  void dump_rules(Cookie cookie) override { kernel_.dump_rules(cookie); }
  int fd() const override { return kernel_.fd(); }
  void drain(KernelEvents& events) override { kernel_.drain(events); }
  KernelCounters counters() const override { return kernel_.counters(); }
  Result<std::vector<Link>> links() override { return kernel_.links(); }
  Result<VrfDevice> ensure_vrf(const VrfDeviceRequest& request, std::vector<Link>& links) override {
    return kernel_.ensure_vrf(request, links);
  }
  Result<void> remove_vrf(IfIndex device) override { return kernel_.remove_vrf(device); }
  Result<void> enslave(IfIndex link, IfIndex device) override { return kernel_.enslave(link, device); }
  Result<void> release(IfIndex link) override { return kernel_.release(link); }
  Result<void> ensure_rules() override { return kernel_.ensure_rules(); }
  std::vector<SysctlFault> apply_sysctls(std::span<const Sysctl> sysctls, bool write) override {
    return kernel_.apply_sysctls(sysctls, write);
  }
  KernelSupport support() override { return kernel_.support(); }

 private:
  FakeKernel& kernel_;
};

}  // namespace vrfd::netlink
