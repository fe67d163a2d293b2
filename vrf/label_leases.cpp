#include "vrf/label_leases.h"

namespace vrfd {

LabelLeases::~LabelLeases() {
  for (const auto& [label, entry] : entries_) {
    owners_.erase(label);
    if (fib_ != nullptr) fib_->remove(label);
    pool_.release(entry.key, now_);
    pool_.forget(entry.key);
  }
}

void LabelLeases::move_to(MplsFib* fib) {
  for (auto& [label, entry] : entries_) {
    if (fib_ != nullptr) fib_->remove(label);
    entry.ready = entry.refused = false;
  }
  fib_ = fib;
}

// The entry of this holder, with a new label if it has none; `end` if none is left.
LabelLeases::Entries::iterator LabelLeases::entry_of(const std::string& key, Row row) {
  const auto allocated = pool_.allocate(key, now_);
  if (!allocated) {
    problem_ = allocated.error().message;
    return entries_.end();
  }
  row.label = *allocated;
  const auto [at, added] = entries_.try_emplace(*allocated, Entry{.key = key, .row = row});
  at->second.row.resting_to.reset();
  if (added) {
    owners_[*allocated] = this;
    note_idle(*allocated, at->second);
    problem_.clear();
  }
  return at;
}

LabelLeases::State LabelLeases::state_of(Label label, Entry& entry, Family family, DestId dest) {
  entry.ready = entry.ready || fib_ == nullptr || fib_->installed(label);
  if (entry.ready) return State::ready;
  entry.waiting.emplace_back(family, dest);
  return entry.refused ? State::refused : State::waits;
}

const LabelLeases::Row* LabelLeases::find(Label label) const {
  const auto at = entries_.find(label);
  return at == entries_.end() ? nullptr : &at->second.row;
}

std::vector<DestId> LabelLeases::take_ready(Family family) { return std::exchange(ready_[index_of(family)], {}); }

void LabelLeases::announced(Label label) {
  const auto at = entries_.find(label);
  if (at != entries_.end()) ++at->second.row.routes;
}

void LabelLeases::withdrawn(Label label) {
  const auto at = entries_.find(label);
  if (at == entries_.end() || at->second.row.routes == 0) return;
  if (--at->second.row.routes == 0) note_idle(label, at->second);
}

bool LabelLeases::settled(Label label) {
  const auto at = entries_.find(label);
  if (at == entries_.end() || at->second.ready) return false;
  Entry& entry = at->second;
  entry.ready = fib_ == nullptr || fib_->installed(label);
  entry.refused = !entry.ready;
  for (const auto& [family, dest] : entry.waiting) ready_[index_of(family)].push_back(dest);
  const bool some = !entry.waiting.empty();
  entry.waiting.clear();
  note_idle(label, entry);
  return some;
}

void LabelLeases::note_idle(Label label, Entry& entry) {
  if (!std::exchange(entry.idle, true)) idle_.push_back(label);
}

void LabelLeases::retire() {
  for (Label label : std::exchange(idle_, {})) {
    const auto at = entries_.find(label);
    if (at == entries_.end()) continue;
    Entry& entry = at->second;
    entry.idle = false;
    if (entry.row.routes != 0 || !entry.waiting.empty() || entry.row.resting_to) continue;
    pool_.release(entry.key, now_);
    entry.row.resting_to = now_ + LabelPool::rest;
    resting_.push_back(label);
  }
}

void LabelLeases::advance(TimePoint now) {
  now_ = now;
  while (!resting_.empty()) {
    const auto at = entries_.find(resting_.front());
    const bool back = at == entries_.end() || !at->second.row.resting_to;  // its holder came back
    if (!back && *at->second.row.resting_to > now) return;
    resting_.pop_front();
    if (back) continue;
    owners_.erase(at->first);
    if (fib_ != nullptr) fib_->remove(at->first);
    pool_.forget(at->second.key);
    entries_.erase(at);
  }
}

std::optional<TimePoint> LabelLeases::next_deadline() const {
  if (resting_.empty()) return std::nullopt;
  const auto at = entries_.find(resting_.front());
  return at == entries_.end() || !at->second.row.resting_to ? now_ : *at->second.row.resting_to;
}

const LabelLeases::Row* LabelLeases::next(std::optional<Label> after) const {
  const auto at = after ? entries_.upper_bound(*after) : entries_.begin();
  return at == entries_.end() ? nullptr : &at->second.row;
}

}  // namespace vrfd
