// The kernel compared with what is wished for: dumps of every table, the labels and the next-hop objects.
#include <algorithm>

#include "daemon/router/kernel_side.h"
#include "netlink/numbers.h"

namespace vrfd {

namespace {

// After an event that may have taken routes along without a word: soon, but once for a burst of them.
constexpr Duration settle_time = std::chrono::milliseconds(50);
constexpr Duration longest_wait = std::chrono::seconds(1);
constexpr std::size_t most_audit_rows = 100;

}  // namespace

void KernelSide::schedule_sync(TimePoint now) {
  if (!port_) return;
  if (!sync_by_) sync_by_ = now + longest_wait;
  sync_at_ = std::min(now + settle_time, *sync_by_);
}

netlink::Cookie KernelSide::remember(Dump dump) {
  dumps_[++last_dump_] = dump;
  return last_dump_;
}

void KernelSide::dump_interfaces() {
  interfaces_.begin_dump();
  port_->dump_links(remember({.subject = Dump::Subject::links, .instance = {}}));
  port_->dump_addresses(remember({.subject = Dump::Subject::addresses, .instance = {}}));
}

void KernelSide::begin_sync(SyncPurpose purpose) {
  if (adopting_ && purpose != SyncPurpose::audit) purpose = SyncPurpose::adopt;
  syncing_ = purpose;
  sync_at_.reset();
  sync_by_.reset();
  summary_ = {};
  auditing_.swap(audits_);
  // Objects first: whether a route is right is asked of the group it points to.
  forwarding_.begin_sync(purpose);
  port_->dump_next_hops(remember({.subject = Dump::Subject::objects, .instance = {}}), 0);
  for (auto& [id, instance] : instances_)
    for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
      if (instance.fibs[index_of(family)]) instance.fibs[index_of(family)]->begin_sync(purpose);
      instance.local->begin_dump();
      instance.has_last_resort[index_of(family)] = false;
      port_->dump_routes(remember({Dump::Subject::routes, id, family}), {family, instance.view.table, 0});
    }
  mpls_.begin_sync(purpose);
  port_->dump_labels(remember({.subject = Dump::Subject::labels, .instance = {}}), 0);
}

void KernelSide::add(const FibDifference& difference, InstanceId instance, std::string_view what) {
  summary_.difference += difference;
  const auto rows = [&](std::size_t count, const char* kind) {
    for (; count != 0 && summary_.rows.size() < most_audit_rows; --count)
      summary_.rows.push_back(
          {instance, find(instance) != nullptr ? find(instance)->view.table : TableId{}, std::string(what), kind});
  };
  rows(difference.missing, "missing");
  rows(difference.different, "different");
  rows(difference.stale, "stale");
  rows(difference.foreign, "foreign");
}

// Without the unreachable default, what a VRF does not know is looked up in the main table.
void KernelSide::check_last_resort(Programmed& instance, AddressFamily family, TimePoint now) {
  if (instance.view.device == IfIndex{} || instance.has_last_resort[index_of(family)]) return;
  add({.missing = 1}, instance.view.id, "unreachable default");
  if (*syncing_ != SyncPurpose::audit) ensure_device(instance, now);
}

void KernelSide::end_dump(const Dump& dump, const netlink::DumpDone& done, TimePoint now) {
  const DumpOutcome outcome = done.interrupted || done.error != 0 ? DumpOutcome::broken : DumpOutcome::complete;
  switch (dump.subject) {
    case Dump::Subject::routes:
      if (Programmed* instance = find(dump.instance)) {
        if (outcome == DumpOutcome::complete) instance->local->end_dump(dump.family);
        if (outcome == DumpOutcome::complete) check_last_resort(*instance, dump.family, now);
        Fib* fib = instance->fibs[index_of(dump.family)].get();
        if (fib == nullptr || !fib->syncing()) break;
        add(fib->end_sync(outcome), dump.instance, dump.family == AddressFamily::ipv4 ? "ipv4 route" : "ipv6 route");
        core_.request_work(core_.table(dump.instance, unicast_of(dump.family)));
      }
      break;
    case Dump::Subject::objects:
      add(forwarding_.end_sync(outcome), public_instance, "next-hop object");
      break;
    case Dump::Subject::labels:
      // The last dump of a comparison. A kernel without MPLS has no labels, which is no fault.
      add(mpls_.end_sync(support_.mpls ? outcome : DumpOutcome::complete), public_instance, "label");
      if (outcome == DumpOutcome::broken && support_.mpls) schedule_sync(now);
      return end_sync(now);
    case Dump::Subject::links:
      if (done.interrupted) return dump_interfaces();
      if (outcome == DumpOutcome::complete)
        for (const netlink::Link& gone : interfaces_.end_link_dump()) on_change(netlink::LinkGone{gone}, now);
      for (auto& [id, instance] : instances_)
        if (instance.view.device != IfIndex{}) bind_interfaces(instance);
      break;
    case Dump::Subject::addresses:
      if (outcome == DumpOutcome::complete) interfaces_.end_address_dump();
      addresses_changed_();
      break;
    case Dump::Subject::neighbours:
      return neighbours_.end_dump(dump.device);
    case Dump::Subject::left_neighbours:
    case Dump::Subject::rules:
      return;
    case Dump::Subject::left_objects:
    case Dump::Subject::left_labels:
      return end_look(dump, done, now);
  }
  if (outcome == DumpOutcome::broken) schedule_sync(now);
}

void KernelSide::end_sync(TimePoint now) {
  const SyncPurpose purpose = *syncing_;
  syncing_.reset();
  synced_once_ = true;
  const FibDifference& d = summary_.difference;
  if (!d.clean())
    log_.write(LogEvent::kernel_synced,
               {{"missing", d.missing}, {"different", d.different}, {"stale", d.stale}, {"foreign", d.foreign}});
  if (purpose != SyncPurpose::audit) {
    summary_.repaired = d.missing + d.different + (purpose == SyncPurpose::adopt ? 0 : d.stale);
    objects_to_sweep_ |= purpose != SyncPurpose::adopt;
  }
  for (const auto& [id, instance] : instances_)
    for (const auto& fib : instance.fibs)
      if (fib) summary_.examined += fib->wished();
  summary_.examined += mpls_.size();
  compared_(summary_);
  for (Audit& audit : std::exchange(auditing_, {})) audit.done(summary_);
  if (sync_at_ && *sync_at_ <= now) begin_sync(SyncPurpose::repair);
}

// An operation under way would be taken for a difference.
void KernelSide::begin_audit() {
  if (!looked_around_ || audits_.empty() || syncing_ || sync_at_ || progress().in_flight() != 0) return;
  const bool repair = std::any_of(audits_.begin(), audits_.end(), [](const Audit& a) { return a.repair; });
  check_settings(repair);
  begin_sync(repair ? SyncPurpose::retake : SyncPurpose::audit);
}

void KernelSide::audit(bool repair, std::function<void(AuditSummary)> done) {
  if (!port_) return done({});
  audits_.push_back({repair, std::move(done)});
}

}  // namespace vrfd
