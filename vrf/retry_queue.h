// What is to be tried again, by time. The waiting time doubles with each attempt in a row, from one second to a minute.
//
// Keys are not removed when they lose their meaning: whoever takes one looks whether it still waits.
#pragma once

#include <algorithm>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "vrf/types/time.h"

namespace vrfd {

// `attempts` have failed in a row, at least one.
inline Duration retry_delay(unsigned attempts) {
  constexpr unsigned longest_shift = 6;
  return std::min<Duration>(std::chrono::seconds(1u << std::min(attempts - 1, longest_shift)), std::chrono::minutes(1));
}

template <class Key>
class RetryQueue {
 public:
  // Returns when it will be due.
  TimePoint put(const Key& key, TimePoint now, unsigned attempts) {
    const TimePoint at = now + retry_delay(attempts);
    queue_.push({at, key});
    return at;
  }
  std::optional<Key> take_due(TimePoint now) {
    if (queue_.empty() || queue_.top().first > now) return std::nullopt;
    const Key key = queue_.top().second;
    queue_.pop();
    return key;
  }
  std::optional<TimePoint> next() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.top().first;
  }

 private:
  using Item = std::pair<TimePoint, Key>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> queue_;
};

}  // namespace vrfd
