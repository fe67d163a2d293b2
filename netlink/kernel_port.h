// What the routing side sees of Linux. `Kernel` is the real one; tests put another in its place.
//
// Everything asynchronous is ordered: operations, lookups, dumps and flushes happen one after the other as they were
// asked for, so a dump shows what was submitted before it. Outcomes come back as events: when `fd()` is readable,
// `drain` them. The VRF and sysctl functions at the end are synchronous and not ordered with the rest.
//
// All functions are for one thread, the one that owns the routing state.
#pragma once

#include "netlink/event.h"
#include "netlink/operation.h"
#include "netlink/support.h"
#include "netlink/sysctl.h"
#include "netlink/vrf_device.h"

namespace vrfd::netlink {

// A dump of routes; `table` 0 is all tables, `protocol` 0 every protocol.
struct RouteSelection {
  AddressFamily family = AddressFamily::ipv4;
  TableId table{};
  std::uint8_t protocol = 0;
};

struct KernelCounters {
  std::uint64_t operations = 0;
  std::uint64_t batches = 0;  // system calls that carried them
  std::uint64_t resends = 0;  // batches sent again because answers were lost
  std::uint64_t errors = 0;   // operations refused
  std::uint64_t lookups = 0;
  std::uint64_t dumps = 0;
  std::uint64_t events = 0;     // changes reported
  std::uint64_t overruns = 0;   // times that changes were lost
  std::uint64_t malformed = 0;  // messages of the kernel that made no sense
};

class KernelPort {
 public:
  virtual ~KernelPort() = default;

  // Operations that `submit` would take now.
  virtual std::size_t room() const = 0;
  // Takes all operations, leaving the vector empty, or none and returns false because there is no room; then wait for
  // outcomes. Each operation ends in exactly one outcome, unless the port is destroyed first.
  virtual bool submit(std::vector<Operation>& operations) = 0;
  // Deletes every route with vrfd's protocol number in a table, the unreachable defaults included: `TableFlushed`.
  virtual void flush_table(Cookie cookie, TableId table) = 0;

  // Answered by `LookupAnswer`. `vrf_device` 0 looks in the main table.
  virtual void lookup(Cookie cookie, IfIndex vrf_device, const IpAddress& destination) = 0;

  // Each answered by any number of `DumpChunk`s and one `DumpDone`. Labels and next-hop objects by protocol, 0 for all.
  virtual void dump_routes(Cookie cookie, const RouteSelection& selection) = 0;
  virtual void dump_labels(Cookie cookie, std::uint8_t protocol) = 0;
  virtual void dump_next_hops(Cookie cookie, std::uint8_t protocol) = 0;
  virtual void dump_links(Cookie cookie) = 0;
  virtual void dump_addresses(Cookie cookie) = 0;
  // `device` 0: of every device.
  virtual void dump_neighbours(Cookie cookie, IfIndex device) = 0;
  virtual void dump_rules(Cookie cookie) = 0;

  virtual int fd() const = 0;
  // Appends all events that have come in.
  virtual void drain(KernelEvents& events) = 0;
  virtual KernelCounters counters() const = 0;

  // See vrf_devices.h.
  virtual Result<std::vector<Link>> links() = 0;
  virtual Result<VrfDevice> ensure_vrf(const VrfDeviceRequest& request, std::vector<Link>& links) = 0;
  virtual Result<void> remove_vrf(IfIndex device) = 0;
  virtual Result<void> enslave(IfIndex link, IfIndex device) = 0;
  virtual Result<void> release(IfIndex link) = 0;
  virtual Result<void> ensure_rules() = 0;
  virtual std::vector<SysctlFault> apply_sysctls(std::span<const Sysctl> sysctls, bool write) = 0;
  virtual KernelSupport support() = 0;
};

}  // namespace vrfd::netlink
