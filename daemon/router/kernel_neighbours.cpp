// The kernel's neighbours, as far as IPv6 routes over an IPv4 core need them.
#include "daemon/router/kernel_side.h"
#include "netlink/numbers.h"

namespace vrfd {

// Entries before the next-hop objects over them: those wait for the confirmation.
void KernelSide::look_after_neighbours(TimePoint now) {
  for (const ForwardingTable::Neighbour& wanted : forwarding_.take_wanted_link_locals()) {
    const netlink::Link* link = interfaces_.find(wanted.device);
    neighbours_.want(wanted, link != nullptr && link->no_arp, now);
  }
  for (IfIndex device : neighbours_.take_checks(now)) {
    neighbours_.begin_dump(device);
    port_->dump_neighbours(
        remember({.subject = Dump::Subject::neighbours, .instance = public_instance, .device = device}), device);
  }
  for (netlink::Operation& operation : neighbours_.take_operations())
    neighbour_operations_.push_back(std::move(operation));
  if (!neighbour_operations_.empty() && neighbour_operations_.size() <= port_->room())
    (void)port_->submit(neighbour_operations_);
}

void KernelSide::take(const Dump& dump, const std::vector<netlink::Neighbour>& neighbours) {
  for (const netlink::Neighbour& one : neighbours) {
    if (dump.subject == Dump::Subject::neighbours)
      neighbours_.seen(one);
    else if (one.protocol == netlink::route_protocol)
      neighbours_.sweep(one);
  }
}

void KernelSide::on_change(const netlink::NeighbourChanged& changed, TimePoint) { neighbours_.seen(changed.neighbour); }

// All of a link go with it, and come back with it.
void KernelSide::on_change(const netlink::NeighbourGone& gone, TimePoint) {
  const netlink::Link* link = interfaces_.find(gone.neighbour.device);
  if (link != nullptr && link->up) neighbours_.gone(gone.neighbour);
}

}  // namespace vrfd
