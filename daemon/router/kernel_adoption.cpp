// The kernel at the start: what an earlier run left there, and its end.
#include "daemon/router/kernel_side.h"
#include "netlink/numbers.h"

namespace vrfd {

// Which next-hop objects are there must be known before the first of our own gets its id.
void KernelSide::look_around() {
  forwarding_.begin_sync(SyncPurpose::adopt);
  port_->dump_labels(remember({.subject = Dump::Subject::left_labels, .instance = {}}), netlink::route_protocol);
  port_->dump_next_hops(remember({.subject = Dump::Subject::left_objects, .instance = {}}), 0);
}

void KernelSide::end_look(const Dump& dump, const netlink::DumpDone& done, TimePoint now) {
  if (dump.subject != Dump::Subject::left_objects) return;
  (void)forwarding_.end_sync(DumpOutcome::complete);
  if (done.interrupted) return look_around();
  looked_around_ = true;
  adopting_ = found_leftovers_;
  for (const auto& [id, instance] : instances_)
    for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6})
      core_.request_work(core_.table(id, unicast_of(family)));
  schedule_sync(now);
}

bool KernelSide::settled() const {
  return !port_ || (synced_once_ && lookups_under_way_ == 0 && !core_.next_hops().lookups_wait());
}

void KernelSide::end_adoption(TimePoint now) {
  if (!std::exchange(adopting_, false)) return;
  label_pool_.forget_unused();
  port_->dump_neighbours(remember({.subject = Dump::Subject::left_neighbours, .instance = {}}), IfIndex{});
  schedule_sync(now);
}

void KernelSide::remove_remains(const std::string& vpn_instance, TableId table, IfIndex device) {
  if (!port_) return;
  port_->flush_table(0, table);
  if (device == IfIndex{}) return;
  // After a reboot the index may be another link's.
  const netlink::Link* link = interfaces_.find(device);
  if (link != nullptr && link->kind == "vrf" && link->vrf_table == table) (void)port_->remove_vrf(device);
  devices_.forget(vpn_instance);
}

// The kernel takes the routes over an object along with it, so those of ours must have moved to another before.
void KernelSide::sweep_objects() {
  if (!objects_to_sweep_ || syncing_ || !core_.idle() || !operations_.empty() || progress().in_flight() != 0) return;
  objects_to_sweep_ = false;
  forwarding_.sweep();
  forwarding_.emit_removals(operations_);
}

}  // namespace vrfd
