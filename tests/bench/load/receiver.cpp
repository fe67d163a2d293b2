#include "tests/bench/load/receiver.h"

#include <array>

namespace vrfd::bench {

void Receiver::take(std::span<const NumberedChange> changes) {
  for (const NumberedChange& change : changes) {
    state_.put(change.number, change.value);
    ++(change.value == 0 ? withdrawn_ : announced_);
  }
}

bool Receiver::arrived() {
  if (!expected_ || state_.digest() != *expected_) return false;
  expected_.reset();
  return true;
}

bool ReadingDesk::read(Octets body, Receiver& receiver) {
  return remember_ ? read_for_all(body, receiver) : reader_.read(body, changes_);
}

void ReadingDesk::number(std::span<const RouteChange> changes, NumberedChange* numbered) {
  for (const RouteChange& change : changes) index_.prefetch(change.key);
  for (const RouteChange& change : changes) *numbered++ = {index_.find_or_add(change.key), change.value};
}

bool ReadingDesk::read_for_all(Octets body, Receiver& receiver) {
  if (remembered_ > most_remembered) {
    known_.clear();
    remembered_ = 0;
  }
  const auto [entry, added] = known_.try_emplace(hash_of(body, 4));
  if (added) {
    changes_.clear();
    const bool readable = reader_.read(body, changes_);
    entry->second.resize(changes_.size());
    number(changes_, entry->second.data());
    remembered_ += changes_.size();
    changes_.clear();
    if (!readable) return false;
  }
  receiver.take(entry->second);
  return true;
}

void ReadingDesk::finish(Receiver& receiver) {
  if (seen_)
    for (const RouteChange& change : changes_) seen_(change.key);
  std::array<NumberedChange, 64> numbered;
  for (std::size_t at = 0; at < changes_.size(); at += numbered.size()) {
    const std::size_t count = std::min(numbered.size(), changes_.size() - at);
    number(std::span(changes_).subspan(at, count), numbered.data());
    for (std::size_t i = 0; i != count; ++i) receiver.state().prefetch(numbered[i].number);
    receiver.take(std::span(numbered).first(count));
  }
  changes_.clear();
}

}  // namespace vrfd::bench
