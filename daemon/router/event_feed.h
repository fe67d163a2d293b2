// What happened lately, for those who watch (`monitor`): rows as JSON text in a ring, numbered by cursors without gaps.
// A reader keeps its own place in it, so one that does not read costs nothing and delays nobody; what it has not taken
// when the ring comes round is lost to it.
//
// Sessions and jobs are rare and always noted. Routes and the kernel's answers are many: they are noted while somebody
// watches and for `patience` after, so that a reader who comes back misses nothing.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/protocol/monitor_row.h"

namespace vrfd {

class EventFeed {
 public:
  static constexpr std::size_t capacity = 16384;
  static constexpr Duration patience = std::chrono::minutes(10);
  struct Row {
    protocol::MonitorTopic topic{};
    std::string json;
  };

  // The first row gets the cursor `base` + 1.
  explicit EventFeed(std::uint64_t base) : base_(base), last_(base), recorded_from_(base) {}
  // A base above every cursor of earlier runs, as long as those noted less than a million rows a second.
  static std::uint64_t base_at(WallTime start);

  template <class Event>
  void add(const Event& event) {
    ++last_;
    put({Event::topic, protocol::monitor_row(last_, rfc3339(std::chrono::system_clock::now()), event)});
  }

  std::uint64_t base() const { return base_; }
  // Of the newest row, and of the oldest one that is kept; `base` and one more where there is none.
  std::uint64_t last() const { return last_; }
  std::uint64_t first() const { return last_ + 1 - rows_.size(); }
  const Row& row(std::uint64_t cursor) const { return rows_[cursor - first()]; }
  // After this cursor there are rows of all topics.
  std::uint64_t recorded_from() const { return recorded_from_; }

  // Called once, when the next row comes, and from within whatever caused it: it must only make a note of it.
  void on_row(std::function<void()> callback) { waiting_.push_back(std::move(callback)); }

  // Somebody watches as long as this lives.
  std::shared_ptr<void> watch();
  bool recording() const { return recording_; }
  // Whom to tell when recording begins or ends.
  void on_recording(std::function<void(bool)> told) { told_ = std::move(told); }
  // Ends recording if nobody has watched for long enough.
  void look(TimePoint now);

 private:
  struct Watchers {
    std::size_t count = 0;
    TimePoint none_since{};
  };
  void put(Row row);

  std::uint64_t base_;
  std::uint64_t last_;
  std::uint64_t recorded_from_;
  std::deque<Row> rows_;
  std::vector<std::function<void()>> waiting_;
  std::shared_ptr<Watchers> watchers_ = std::make_shared<Watchers>();  // outlives the feed while somebody watches
  bool recording_ = false;
  std::function<void(bool)> told_ = [](bool) {};
};

}  // namespace vrfd
