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
  port_->dump_links(remember({.subject = Dump::Subject::links, .instance = {}}));
  port_->dump_addresses(remember({.subject = Dump::Subject::addresses, .instance = {}}));
}

void KernelSide::begin_sync(SyncPurpose purpose) {
  syncing_ = purpose;
  sync_at_.reset();
  sync_by_.reset();
  summary_ = {};
  auditing_.swap(audits_);
  for (auto& [id, instance] : instances_)
    for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
      if (instance.fibs[index_of(family)]) instance.fibs[index_of(family)]->begin_sync(purpose);
      instance.local->begin_dump();
      port_->dump_routes(remember({Dump::Subject::routes, id, family}), {family, instance.view.table, 0});
    }
  mpls_.begin_sync(purpose);
  if (support_.mpls) port_->dump_labels(remember({.subject = Dump::Subject::labels, .instance = {}}), 0);
  forwarding_.begin_sync(purpose);
  port_->dump_next_hops(remember({.subject = Dump::Subject::objects, .instance = {}}), 0);
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

void KernelSide::end_dump(const Dump& dump, const netlink::DumpDone& done, TimePoint now) {
  const DumpOutcome outcome = done.interrupted || done.error != 0 ? DumpOutcome::broken : DumpOutcome::complete;
  switch (dump.subject) {
    case Dump::Subject::routes:
      if (Programmed* instance = find(dump.instance)) {
        if (outcome == DumpOutcome::complete) instance->local->end_dump(dump.family);
        Fib* fib = instance->fibs[index_of(dump.family)].get();
        if (fib == nullptr || !fib->syncing()) break;
        add(fib->end_sync(outcome), dump.instance, dump.family == AddressFamily::ipv4 ? "ipv4 route" : "ipv6 route");
        core_.request_work(core_.table(dump.instance, unicast_of(dump.family)));
      }
      break;
    case Dump::Subject::labels:
      add(mpls_.end_sync(outcome), public_instance, "label");
      break;
    case Dump::Subject::objects:
      add(forwarding_.end_sync(outcome), public_instance, "next-hop object");
      return end_sync(now);
    case Dump::Subject::links:
      for (auto& [id, instance] : instances_)
        if (instance.view.device != IfIndex{}) bind_interfaces(instance);
      break;
    case Dump::Subject::addresses:
      addresses_changed_();
      break;
    case Dump::Subject::rules:
      break;
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
    summary_.repaired = d.missing + d.different + d.stale;
    forwarding_.sweep();
  }
  for (const auto& [id, instance] : instances_)
    for (const auto& fib : instance.fibs)
      if (fib) summary_.examined += fib->wished();
  summary_.examined += mpls_.size();
  for (Audit& audit : std::exchange(auditing_, {})) audit.done(summary_);
  if (!audits_.empty())
    begin_sync(audits_.front().repair ? SyncPurpose::retake : SyncPurpose::audit);
  else if (sync_at_ && *sync_at_ <= now)
    begin_sync(SyncPurpose::repair);
}

void KernelSide::audit(bool repair, std::function<void(AuditSummary)> done) {
  if (!port_) return done({});
  audits_.push_back({repair, std::move(done)});
  if (!syncing_) begin_sync(repair ? SyncPurpose::retake : SyncPurpose::audit);
}

}  // namespace vrfd
