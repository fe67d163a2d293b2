#include "daemon/router/slow_peer.h"

#include <doctest/doctest.h>

using namespace vrfd;
using std::chrono::seconds;
using Change = SlowPeerWatch::Change;

namespace {

constexpr config::SlowPeer limits{.relative_s = 300, .absolute_s = 9, .return_after_s = 3600};

// A peer that is sent messages of a hundred octets and takes as many as it is told to, second by second.
struct Reader {
  SlowPeerWatch watch;
  SlowPeerWatch::Output output;
  TimePoint now{};

  void send(std::uint64_t messages) {
    output.messages += messages;
    output.octets += messages * 100;
    output.waiting += messages * 100;
  }
  Change pass(unsigned for_seconds, std::uint64_t messages_a_second, Duration others = {}) {
    for (unsigned i = 0; i != for_seconds; ++i) {
      output.waiting -= std::min(output.waiting, messages_a_second * 100);
      now += seconds(1);
      if (const Change change = watch.observe(output, others, limits, now); change != Change::none) return change;
    }
    return Change::none;
  }
};

}  // namespace

TEST_CASE("a peer that takes nothing for nine seconds is slow, not before") {
  Reader reader;
  CHECK(reader.pass(100, 1) == Change::none);
  reader.send(50);
  CHECK(reader.pass(9, 0) == Change::none);  // the first look finds that something waits
  CHECK(reader.pass(1, 0) == Change::began);
  CHECK(reader.watch.reason() == Slowness::absolute);
  CHECK(reader.watch.count() == 1);
}

TEST_CASE("a little progress keeps a peer from being slow absolutely, a hundred messages count relatively") {
  Reader reader;
  reader.send(100000);
  CHECK(reader.pass(120, 1) == Change::none);
  CHECK(reader.watch.last_hundred() >= seconds(95));
  SUBCASE("beside quick ones it is slow once a hundred take 300 s longer") {
    for (unsigned i = 0; i != 1000 && !reader.watch.slow(); ++i) {
      reader.pass(7, 0);
      reader.pass(1, 1);
    }
    CHECK(reader.watch.reason() == Slowness::relative);
  }
  SUBCASE("among equally slow ones it is not") {
    for (unsigned i = 0; i != 200; ++i) {
      CHECK(reader.pass(7, 0, seconds(700)) == Change::none);
      CHECK(reader.pass(1, 1, seconds(700)) == Change::none);
    }
  }
}

TEST_CASE("time in which nothing waits does not count") {
  Reader reader;
  for (unsigned i = 0; i != 50; ++i) {
    reader.send(1);
    CHECK(reader.pass(100, 1) == Change::none);
  }
  CHECK(reader.watch.last_hundred() <= seconds(50));
}

TEST_CASE("it is slow no more after an hour with nothing waiting, and counts again the next time") {
  Reader reader;
  reader.send(10);
  CHECK(reader.pass(9, 0) == Change::none);
  CHECK(reader.pass(1, 0) == Change::began);
  CHECK(reader.watch.returns_in(limits, reader.now) == seconds(3600));
  CHECK(reader.pass(3599, 10) == Change::none);
  CHECK(reader.watch.returns_in(limits, reader.now) == seconds(1));
  CHECK(reader.pass(1, 10) == Change::ended);
  CHECK(reader.watch.last_end() == reader.now);
  reader.send(10);
  CHECK(reader.pass(10, 0) == Change::began);
  CHECK(reader.watch.count() == 2);
}

TEST_CASE("the end of the session ends it") {
  Reader reader;
  reader.send(10);
  reader.pass(10, 0);
  CHECK(reader.watch.forget(reader.now) == Change::ended);
  CHECK(reader.watch.forget(reader.now) == Change::none);
  CHECK_FALSE(reader.watch.next_look({}, reader.now));
}
