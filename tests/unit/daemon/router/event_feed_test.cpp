#include "daemon/router/event_feed.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace vrfd;

namespace {

void add(EventFeed& feed, std::size_t count) {
  for (; count != 0; --count) feed.add(protocol::JobEvent{.event = "started", .job = count, .kind = "refresh"});
}

}  // namespace

TEST_CASE("a feed numbers its rows without gaps and keeps the newest") {
  EventFeed feed(1000);
  CHECK(feed.last() == 1000);
  CHECK(feed.first() == 1001);
  add(feed, 2);
  const auto row = nlohmann::json::parse(feed.row(1001).json);
  CHECK(row["cursor"] == 1001);
  CHECK(row["topic"] == "jobs");
  CHECK(row["event"] == "started");
  CHECK(row["at"].is_string());
  CHECK(row["direction"].is_null());
  add(feed, EventFeed::capacity);
  CHECK(feed.last() == 1002 + EventFeed::capacity);
  CHECK(feed.first() == 1003);
  CHECK(nlohmann::json::parse(feed.row(feed.first()).json)["cursor"] == 1003);
}

TEST_CASE("a feed calls back once for the next row") {
  EventFeed feed(0);
  int called = 0;
  feed.on_row([&] { ++called; });
  add(feed, 2);
  CHECK(called == 1);
}

TEST_CASE("a feed records while somebody watches, and for a while after") {
  EventFeed feed(0);
  std::vector<bool> told;
  feed.on_recording([&](bool on) { told.push_back(on); });
  add(feed, 3);
  CHECK_FALSE(feed.recording());
  auto first = feed.watch();
  auto second = feed.watch();
  CHECK(feed.recorded_from() == 3);
  first.reset();
  feed.look(Clock::now() + 2 * EventFeed::patience);
  CHECK(feed.recording());
  second.reset();
  feed.look(Clock::now());
  CHECK(feed.recording());
  feed.look(Clock::now() + 2 * EventFeed::patience);
  CHECK_FALSE(feed.recording());
  CHECK(told == std::vector<bool>{true, false});
}

TEST_CASE("cursors of a later start are above those of an earlier one") {
  const WallTime start = std::chrono::system_clock::now();
  CHECK(EventFeed::base_at(start + std::chrono::seconds(1)) >= EventFeed::base_at(start) + 1000000);
  // Whole numbers of JavaScript and jq.
  CHECK(EventFeed::base_at(start) < std::uint64_t{1} << 53);
}
