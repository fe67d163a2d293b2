#include "vrf/mpls_fib.h"

namespace vrfd {

MplsFib::~MplsFib() {
  for (const auto& [label, entry] : entries_) forwarding_.release(entry.forwarding);
}

void MplsFib::touch(Label label, Entry& entry) {
  if (!entry.due) due_.push_back(label);
  entry.due = true;
}

void MplsFib::set(Label label, ForwardingId forwarding) {
  if (forwarding == ForwardingId::none && !entries_.contains(label)) return;
  Entry& entry = entries_[label];
  const ForwardingId old = std::exchange(entry.forwarding, forwarding);
  forwarding_.release(old);
  if (old == forwarding && entry.state != State::absent) return;
  entry.state = forwarding == ForwardingId::none ? State::absent : State::pending;
  entry.attempts = 0;
  touch(label, entry);
}

bool MplsFib::installed(Label label) const {
  const auto at = entries_.find(label);
  return at != entries_.end() && at->second.state == State::installed;
}

// ---- emission

void MplsFib::note_changed_hops() {
  if (hops_version_ == forwarding_.hops_version()) return;
  hops_version_ = forwarding_.hops_version();
  for (auto& [label, entry] : entries_) {
    if (entry.state == State::absent || entry.revision == forwarding_.revision(entry.forwarding)) continue;
    entry.revision = forwarding_.revision(entry.forwarding);
    if (entry.hops != forwarding_.hops(entry.forwarding)) touch(label, entry);
  }
}

bool MplsFib::step(std::size_t budget, FibOperations& out) {
  note_changed_hops();
  for (; budget != 0 && !due_.empty(); --budget) {
    const Label label = due_.back();
    due_.pop_back();
    send(label, out);
  }
  return !due_.empty();
}

void MplsFib::send(Label label, FibOperations& out) {
  const auto at = entries_.find(label);
  if (at == entries_.end()) return;
  Entry& entry = at->second;
  entry.due = false;
  entry.judged = true;
  entry.revision = forwarding_.revision(entry.forwarding);
  const bool wished = entry.forwarding != ForwardingId::none;
  entry.hops = wished ? forwarding_.hops(entry.forwarding) : ForwardingHops{};
  if (!entry.hops.empty()) {
    ++entry.generation;
    ++progress_.emitted;
    ++(entry.in_kernel ? counters_.replaced : counters_.added);
    entry.in_kernel = true;
    entry.state = State::sent;
    out.push_back(
        {FibCookie{FibOwner::labels, entry.generation, label.value()}.value(), ReplaceLabel{label, entry.hops}});
    return;
  }
  if (entry.in_kernel) send_delete(label, entry, out);
  if (wished)
    entry.state = State::pending;
  else if (!entry.in_kernel)
    entries_.erase(at);
}

void MplsFib::send_delete(Label label, Entry& entry, FibOperations& out) {
  ++entry.generation;
  ++progress_.emitted;
  ++counters_.deleted;
  out.push_back({FibCookie{FibOwner::labels, entry.generation, label.value()}.value(), DeleteLabel{label}});
}

// ---- outcomes

MplsFib::Entry* MplsFib::answered(FibCookie cookie) {
  ++progress_.settled;
  const auto at = entries_.find(Label{cookie.index});
  return at != entries_.end() && at->second.generation == cookie.generation ? &at->second : nullptr;
}

void MplsFib::acknowledge(FibCookie cookie) {
  ++counters_.acked;
  Entry* entry = answered(cookie);
  if (entry == nullptr || entry->due) return;
  entry->judged = true;
  entry->attempts = 0;
  entry->error = 0;
  entry->text.clear();
  if (entry->state == State::sent) {
    entry->state = State::installed;
    return;
  }
  entry->in_kernel = false;
  if (entry->state == State::absent) entries_.erase(Label{cookie.index});
}

void MplsFib::refuse(FibCookie cookie, int error, const std::string& text, TimePoint now) {
  ++counters_.failed;
  Entry* entry = answered(cookie);
  if (entry == nullptr) return;
  if (entry->attempts != 0xFF) ++entry->attempts;
  if (entry->state == State::sent) entry->state = State::failed;
  entry->error = error;
  entry->text = text;
  entry->retry_at = retries_.put(Label{cookie.index}, now, entry->attempts);
}

void MplsFib::retry(TimePoint now) {
  while (const auto label = retries_.take_due(now)) {
    const auto at = entries_.find(*label);
    if (at == entries_.end() || at->second.attempts == 0 || at->second.retry_at > now) continue;
    touch(*label, at->second);
  }
}

void MplsFib::label_gone(Label label) {
  const auto at = entries_.find(label);
  if (at == entries_.end() || at->second.state == State::absent || at->second.state == State::failed) return;
  at->second.state = State::missing;
  touch(label, at->second);
}

void MplsFib::label_taken(Label label) {
  const auto at = entries_.find(label);
  if (at == entries_.end() || at->second.state == State::absent) return;
  ++at->second.generation;
  at->second.state = State::foreign;
}

// ---- comparison with the kernel

void MplsFib::begin_sync(SyncPurpose purpose) {
  sync_ = purpose;
  difference_ = {};
  // What is under way may show in the dump or not.
  for (auto& [label, entry] : entries_) entry.judged = entry.state == State::sent || entry.due;
}

void MplsFib::found(const FoundLabel& route) {
  if (!sync_) return;
  const auto at = entries_.find(route.label);
  if (at != entries_.end() && at->second.state != State::absent) {
    if (!std::exchange(at->second.judged, true)) judge(route.label, at->second, route);
    return;
  }
  if (!route.ours || at != entries_.end()) return;
  ++difference_.stale;
  if (*sync_ != SyncPurpose::repair && *sync_ != SyncPurpose::retake) return;
  Entry& stray = entries_[route.label];
  stray.state = State::absent;
  stray.in_kernel = true;
  touch(route.label, stray);
}

void MplsFib::judge(Label label, Entry& entry, const FoundLabel& route) {
  const bool audit = *sync_ == SyncPurpose::audit;
  if (!route.ours) {
    ++difference_.foreign;
    entry.state = State::foreign;
    if (*sync_ == SyncPurpose::retake) touch(label, entry);
    return;
  }
  if (*sync_ == SyncPurpose::adopt && forwarding_.hops(entry.forwarding).empty()) return;
  entry.in_kernel = true;
  if (route.hops == forwarding_.hops(entry.forwarding)) {
    entry.hops = route.hops;
    entry.state = State::installed;
    return;
  }
  ++difference_.different;
  if (entry.state != State::failed) entry.state = State::different;
  if (!audit) touch(label, entry);
}

FibDifference MplsFib::end_sync(DumpOutcome outcome) {
  if (!sync_) return {};
  const bool audit = *sync_ == SyncPurpose::audit;
  sync_.reset();
  if (outcome == DumpOutcome::broken) return {};
  for (auto& [label, entry] : entries_) {
    const bool failed = entry.state == State::failed;
    const bool expected = failed || entry.state == State::installed || entry.state >= State::foreign;
    if (!expected || entry.judged) continue;
    ++difference_.missing;
    if (!failed) entry.state = State::missing;  // what the kernel said against it stays
    if (!audit) touch(label, entry);
  }
  return difference_;
}

// ---- rows

std::optional<LabelRow> MplsFib::row(Label from) const {
  auto at = entries_.lower_bound(from);
  while (at != entries_.end() && at->second.state == State::absent) ++at;
  if (at == entries_.end()) return std::nullopt;
  constexpr std::array<FibState, 8> shown{FibState::pending, FibState::pending, FibState::pending, FibState::installed,
                                          FibState::failed,  FibState::foreign, FibState::missing, FibState::pending};
  const Entry& entry = at->second;
  LabelRow row;
  row.label = at->first;
  row.state = shown[static_cast<std::size_t>(entry.state)];
  row.reason = forwarding_.pending(entry.forwarding);
  row.hops = forwarding_.hops(entry.forwarding);
  row.error = entry.error;
  row.text = entry.text;
  if (entry.state == State::failed) row.retry_at = entry.retry_at;
  return row;
}

}  // namespace vrfd
