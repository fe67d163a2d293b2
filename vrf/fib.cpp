#include "vrf/fib.h"

namespace vrfd {

namespace {
// In a cookie's index: the rest is a position in `deletions_`.
constexpr std::uint32_t deletion_bit = 0x80000000;
// Records that a walk looks at for the price of one operation.
constexpr unsigned records_per_budget = 64;
}  // namespace

Fib::Fib(FibOwner owner, TableId table, RouteTable& routes, ForwardingTable& forwarding, Forwarder& forwarder)
    : owner_(owner),
      table_(table),
      routes_(routes),
      forwarding_(forwarding),
      forwarder_(forwarder),
      version_(forwarding.version()) {
  cursor_.attach(routes.journal());
  cursor_.rewind();
}

Fib::~Fib() {
  for (DestId dest = next(0); dest != no_index; dest = next(dest + 1))
    forwarding_.release(entries_.get(dest).forwarding);
}

// ---- from the route table to operations

bool Fib::step(std::size_t budget, FibOperations& out) {
  visit_some(budget, out);
  send_due(budget, out);
  // What the routes' own changes settle needs no repair; so they come first.
  if (budget != 0 && concerned()) walk(budget, out);
  if (budget != 0) emit_strays(budget, out);
  return !cursor_.at_end(routes_.limit()) || !due_.empty() || !due_deletions_.empty() || concerned() ||
         !strays_.empty();
}

void Fib::visit_some(std::size_t& budget, FibOperations& out) {
  for (; budget != 0; --budget) {
    const DestId dest = cursor_.next(routes_.limit());
    if (dest == Journal::end) return;
    visit(dest, out);
  }
}

void Fib::visit(DestId dest, FibOperations& out) {
  const bool wishable = !removing_ && routes_.in_use(dest);
  const ForwardingId wish = wishable ? forwarder_.desired(routes_, dest) : ForwardingId::none;
  if (wish == ForwardingId::none) {
    if (entries_.get(dest).state != State::absent) withdraw(dest, entries_.at(dest), out);
    return;
  }
  Entry& entry = entries_.at(dest);
  if (entry.forwarding == wish) {
    forwarding_.release(wish);
    repair(dest, out);
    return;
  }
  if (entry.state == State::absent) ++wished_;
  note_use(wish);
  const ForwardingId old = std::exchange(entry.forwarding, wish);
  if (entry.state == State::failed) failures_.erase(dest);
  program(dest, entry, out);
  forwarding_.release(old);
}

void Fib::note_use(ForwardingId id) {
  if (id != ForwardingId::discard) used_.add(index_of(id));
}

void Fib::program(DestId dest, Entry& entry, FibOperations& out) {
  const Prefix prefix = routes_.nlri(dest).prefix;
  const bool discard = entry.forwarding == ForwardingId::discard;
  entry.incarnation = forwarding_.incarnation(entry.forwarding);
  if (forwarding_.pending(entry.forwarding) != PendingReason::none) {
    if (entry.in_kernel) emit_delete(prefix, out);
    entry.in_kernel = false;
    ++entry.generation;
    set_state(entry, State::pending);
    return;
  }
  const NextHopObjectId object = discard ? NextHopObjectId{} : forwarding_.object(entry.forwarding);
  forwarding_.emit(out);
  ++entry.generation;
  ++progress_.emitted;
  ++(entry.in_kernel ? counters_.replaced : counters_.added);
  out.push_back({cookie(dest, entry.generation),
                 ReplaceRoute{{table_, prefix}, object, discard ? RouteType::blackhole : RouteType::unicast}});
  entry.replaces = entry.in_kernel;
  entry.in_kernel = true;
  set_state(entry, State::sent);
  if (sync_) judged_.add(dest);
}

void Fib::withdraw(DestId dest, Entry& entry, FibOperations& out) {
  if (entry.in_kernel) emit_delete(routes_.nlri(dest).prefix, out);
  forwarding_.release(entry.forwarding);
  failures_.erase(dest);
  set_state(entry, State::absent);
  const auto generation = static_cast<std::uint16_t>(entry.generation + 1);
  const bool again = entry.again;
  entry = Entry{};
  entry.generation = generation;
  entry.again = again;
  --wished_;
}

// Makes the kernel's route right, if what happened to its forwarding or a dump has put it in doubt.
void Fib::repair(DestId dest, FibOperations& out) {
  Entry& entry = entries_.at(dest);
  if (entry.state == State::absent) return;
  if (forwarding_.pending(entry.forwarding) == PendingReason::none) {
    const bool to_send =
        entry.state == State::pending || entry.state == State::missing || entry.state == State::different;
    if (to_send || lost(entry)) program(dest, entry, out);
  } else if (lost(entry)) {
    // The kernel has dropped it, most likely; so there is nothing to be sent before the forwarding is usable.
    ++entry.generation;
    set_state(entry, State::pending);
  } else if (entry.state != State::pending) {
    program(dest, entry, out);
  }
}

bool Fib::concerned() {
  if (walk_ != no_index) return true;
  if (version_ == forwarding_.version()) return false;
  if (forwarding_.changed_since(version_, used_)) return true;
  version_ = forwarding_.version();
  return false;
}

void Fib::walk(std::size_t& budget, FibOperations& out) {
  if (walk_ == no_index) {
    walk_ = 0;
    version_ = forwarding_.version();
    used_.clear();
  }
  unsigned looked_at = 0;
  while (budget != 0) {
    walk_ = next(walk_);
    if (walk_ == no_index) return;
    const std::size_t before = out.size();
    note_use(entries_.get(walk_).forwarding);
    repair(walk_++, out);
    if (out.size() != before || ++looked_at % records_per_budget == 0) --budget;
  }
}

void Fib::send_due(std::size_t& budget, FibOperations& out) {
  for (; budget != 0 && !due_.empty(); --budget) {
    const DestId dest = due_.back();
    due_.pop_back();
    Entry& entry = entries_.at(dest);
    entry.again = false;
    if (entry.state != State::absent) program(dest, entry, out);
  }
  for (; budget != 0 && !due_deletions_.empty(); --budget) {
    const std::uint32_t slot = due_deletions_.back();
    due_deletions_.pop_back();
    // A route that was sent since must not be deleted.
    if (wishes(deletions_[slot].prefix))
      free_deletion(slot);
    else
      emit_deletion(slot, out);
  }
}

void Fib::emit_strays(std::size_t& budget, FibOperations& out) {
  for (; budget != 0 && !strays_.empty(); --budget) {
    if (!wishes(strays_.back())) emit_delete(strays_.back(), out);
    strays_.pop_back();
  }
}

void Fib::emit_delete(const Prefix& prefix, FibOperations& out) {
  auto slot = static_cast<std::uint32_t>(deletions_.size());
  if (free_deletions_.empty()) {
    deletions_.emplace_back();
  } else {
    slot = free_deletions_.back();
    free_deletions_.pop_back();
  }
  deletions_[slot].prefix = prefix;
  deletions_[slot].attempts = 0;
  emit_deletion(slot, out);
}

void Fib::emit_deletion(std::uint32_t slot, FibOperations& out) {
  Deletion& deletion = deletions_[slot];
  ++deletion.generation;
  ++progress_.emitted;
  ++counters_.deleted;
  out.push_back({cookie(slot | deletion_bit, deletion.generation), DeleteRoute{{table_, deletion.prefix}}});
}

std::uint64_t Fib::cookie(std::uint32_t index, std::uint16_t generation) const {
  return FibCookie{owner_, generation, index}.value();
}

// ---- outcomes

Fib::Deletion* Fib::deletion_of(FibCookie cookie) {
  const std::uint32_t slot = cookie.index & ~deletion_bit;
  if (slot >= deletions_.size() || deletions_[slot].generation != cookie.generation) return nullptr;
  return &deletions_[slot];
}

void Fib::free_deletion(std::uint32_t slot) {
  ++deletions_[slot].generation;
  free_deletions_.push_back(slot);
}

void Fib::tell(const Prefix& prefix, FibOutcome outcome, const std::string& error) const {
  if (observer_ != nullptr && observer_->listening) observer_->settled(*this, prefix, outcome, error);
}

std::optional<Prefix> Fib::prefix_of(FibCookie cookie) {
  if ((cookie.index & deletion_bit) != 0) {
    const Deletion* deletion = deletion_of(cookie);
    return deletion == nullptr ? std::nullopt : std::optional(deletion->prefix);
  }
  return routes_.in_use(cookie.index) ? std::optional(routes_.nlri(cookie.index).prefix) : std::nullopt;
}

void Fib::acknowledge(FibCookie cookie) {
  ++progress_.settled;
  ++counters_.acked;
  if ((cookie.index & deletion_bit) != 0) {
    const Deletion* deletion = deletion_of(cookie);
    if (deletion == nullptr) return;
    tell(deletion->prefix, FibOutcome::deleted, {});
    return free_deletion(cookie.index & ~deletion_bit);
  }
  if (entries_.get(cookie.index).generation != cookie.generation) return;
  Entry& entry = entries_.at(cookie.index);
  if (entry.state != State::sent) return;
  set_state(entry, State::installed);
  if (observer_ != nullptr && observer_->listening)
    tell(routes_.nlri(cookie.index).prefix, entry.replaces ? FibOutcome::replaced : FibOutcome::added, {});
  if (!failures_.empty()) failures_.erase(cookie.index);
  if (sync_) judged_.add(cookie.index);
}

void Fib::refuse(FibCookie cookie, int error, const std::string& text, TimePoint now) {
  ++progress_.settled;
  ++counters_.failed;
  if ((cookie.index & deletion_bit) != 0) {
    Deletion* deletion = deletion_of(cookie);
    if (deletion == nullptr) return;
    tell(deletion->prefix, FibOutcome::failed, text);
    if (deletion->attempts != 0xFF) ++deletion->attempts;
    deletion_retries_.put(cookie.index & ~deletion_bit, now, deletion->attempts);
    return;
  }
  if (entries_.get(cookie.index).generation != cookie.generation) return;
  Entry& entry = entries_.at(cookie.index);
  if (entry.state != State::sent) return;
  set_state(entry, State::failed);
  tell(routes_.nlri(cookie.index).prefix, FibOutcome::failed, text);
  Failure& failure = failures_[cookie.index];
  if (failure.attempts != 0xFF) ++failure.attempts;
  failure.error = error;
  failure.text = text;
  failure.retry_at = retries_.put(cookie.index, now, failure.attempts);
}

void Fib::retry(TimePoint now) {
  while (const auto dest = retries_.take_due(now)) {
    const auto failure = failures_.find(*dest);
    if (failure == failures_.end() || failure->second.retry_at > now) continue;
    if (entries_.get(*dest).state == State::failed) send_again(*dest);
  }
  while (const auto slot = deletion_retries_.take_due(now)) due_deletions_.push_back(*slot);
}

std::optional<TimePoint> Fib::next_retry() const {
  const auto route = retries_.next();
  const auto deletion = deletion_retries_.next();
  if (!route || !deletion) return route ? route : deletion;
  return std::min(*route, *deletion);
}

void Fib::set_state(Entry& entry, State state) {
  if (entry.state == State::installed) --installed_;
  if (state == State::installed) ++installed_;
  entry.state = state;
}

void Fib::send_again(DestId dest) {
  Entry& entry = entries_.at(dest);
  if (!entry.again) due_.push_back(dest);
  entry.again = true;
}

// ---- what others do to our routes

DestId Fib::find(const Prefix& prefix) const {
  const DestId dest = routes_.find(Nlri{{}, prefix});
  return dest != no_index && entries_.get(dest).state != State::absent ? dest : no_index;
}

bool Fib::wishes(const Prefix& prefix) const {
  const DestId dest = find(prefix);
  return dest != no_index && entries_.get(dest).in_kernel;
}

void Fib::route_gone(const Prefix& prefix) {
  const DestId dest = find(prefix);
  if (dest == no_index || entries_.get(dest).state == State::failed) return;
  set_state(entries_.at(dest), State::missing);
  send_again(dest);
}

void Fib::route_taken(const Prefix& prefix) {
  const DestId dest = find(prefix);
  if (dest == no_index) return;
  ++entries_.at(dest).generation;
  set_state(entries_.at(dest), State::foreign);
}

void Fib::table_lost() {
  for (DestId dest = next(0); dest != no_index; dest = next(dest + 1)) {
    Entry& entry = entries_.at(dest);
    if (entry.in_kernel) set_state(entry, State::missing);
  }
  walk_ = 0;
}

// ---- comparison with the kernel

void Fib::begin_sync(SyncPurpose purpose) {
  sync_ = purpose;
  difference_ = {};
  judged_.clear();
}

bool Fib::as_wished(const Entry& entry, const FoundRoute& route) const {
  if (entry.forwarding == ForwardingId::discard) return route.type == RouteType::blackhole;
  return route.type == RouteType::unicast && route.object != NextHopObjectId{} &&
         route.object == forwarding_.object_if_any(entry.forwarding);
}

void Fib::found(const FoundRoute& route) {
  if (!sync_) return;
  const DestId dest = find(route.prefix);
  if (dest != no_index) {
    // What is under way may show in the dump or not.
    if (entries_.get(dest).state != State::sent && judged_.add(dest)) judge(dest, route);
  } else if (route.ours) {
    ++difference_.stale;
    if (*sync_ == SyncPurpose::repair || *sync_ == SyncPurpose::retake) strays_.push_back(route.prefix);
  }
}

void Fib::judge(DestId dest, const FoundRoute& route) {
  Entry& entry = entries_.at(dest);
  if (!route.ours) {
    ++difference_.foreign;
    set_state(entry, State::foreign);
    if (*sync_ == SyncPurpose::retake) send_again(dest);
    return;
  }
  // After a restart the route of the run before serves until ours can be programmed, or until it is swept.
  if (*sync_ == SyncPurpose::adopt && forwarding_.pending(entry.forwarding) != PendingReason::none) return;
  entry.in_kernel = true;
  if (forwarding_.pending(entry.forwarding) == PendingReason::none && as_wished(entry, route)) {
    entry.incarnation = forwarding_.incarnation(entry.forwarding);
    ++entry.generation;
    set_state(entry, State::installed);
    failures_.erase(dest);
    return;
  }
  ++difference_.different;
  if (entry.state != State::failed) set_state(entry, State::different);
  if (*sync_ != SyncPurpose::audit) send_again(dest);
}

FibDifference Fib::end_sync(DumpOutcome outcome) {
  if (!sync_) return {};
  const bool audit = *sync_ == SyncPurpose::audit;
  sync_.reset();
  if (outcome == DumpOutcome::broken) return {};
  for (DestId dest = next(0); dest != no_index; dest = next(dest + 1)) {
    const State state = entries_.get(dest).state;
    const bool failed = state == State::failed;
    const bool expected = failed || state == State::installed || state >= State::foreign;
    if (!expected || judged_.has(dest)) continue;
    ++difference_.missing;
    if (!failed)
      set_state(entries_.at(dest), State::missing);
    else if (!audit)
      send_again(dest);  // until the answer comes, what the kernel said against it stays
  }
  judged_.clear();
  if (!audit) walk_ = 0;
  return difference_;
}

// ---- the end of the table

void Fib::withdraw_all() {
  removing_ = true;
  cursor_.rewind();
}

bool Fib::drained() const {
  return removing_ && wished_ == 0 && free_deletions_.size() == deletions_.size() && progress_.in_flight() == 0;
}

// ---- rows

DestId Fib::next(DestId from) const {
  for (DestId dest = from; dest < entries_.limit(); ++dest)
    if (entries_.get(dest).state != State::absent) return dest;
  return no_index;
}

FibState Fib::shown(const Entry& entry) const {
  if (entry.state == State::installed && lost(entry)) return FibState::missing;
  switch (entry.state) {
    case State::installed:
      return FibState::installed;
    case State::failed:
      return FibState::failed;
    case State::foreign:
      return FibState::foreign;
    case State::missing:
      return FibState::missing;
    default:
      return FibState::pending;
  }
}

FibRow Fib::row(DestId dest) const {
  const Entry entry = entries_.get(dest);
  FibRow row;
  row.prefix = routes_.nlri(dest).prefix;
  row.state = shown(entry);
  row.discard = entry.forwarding == ForwardingId::discard;
  row.different = entry.state == State::different;
  row.reason = forwarding_.pending(entry.forwarding);
  row.hops = forwarding_.hops(entry.forwarding);
  if (row.reason == PendingReason::refused) row.text = forwarding_.error(entry.forwarding);
  const auto failure = failures_.find(dest);
  if (failure == failures_.end()) return row;
  row.error = failure->second.error;
  row.text = failure->second.text;
  row.retry_at = failure->second.retry_at;
  return row;
}

}  // namespace vrfd
