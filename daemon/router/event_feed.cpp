#include "daemon/router/event_feed.h"

#include <utility>

namespace vrfd {

std::uint64_t EventFeed::base_at(WallTime start) {
  constexpr std::uint64_t rows_per_second = 1000000;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(start.time_since_epoch()).count();
  return static_cast<std::uint64_t>(seconds) * rows_per_second;
}

void EventFeed::put(Row row) {
  rows_.push_back(std::move(row));
  if (rows_.size() > capacity) rows_.pop_front();
  for (const auto& callback : std::exchange(waiting_, {})) callback();
}

std::shared_ptr<void> EventFeed::watch() {
  ++watchers_->count;
  if (!std::exchange(recording_, true)) {
    recorded_from_ = last_;
    told_(true);
  }
  return {nullptr, [watchers = watchers_](void*) {
            if (--watchers->count == 0) watchers->none_since = Clock::now();
          }};
}

void EventFeed::look(TimePoint now) {
  if (!recording_ || watchers_->count != 0 || now - watchers_->none_since < patience) return;
  recording_ = false;
  told_(false);
}

}  // namespace vrfd
