#include "daemon/base/log.h"

#include <doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "daemon/base/clock.h"

namespace vrfd {
namespace {

std::string logged(LogLevel threshold, Log::Form form, LogEvent event, std::initializer_list<LogField> fields) {
  std::string lines;
  Log log(threshold, form, [&](std::string_view line) { lines += line; });
  log.write(event, fields);
  return lines;
}

TEST_CASE("a journal line carries the level and the fields, and no time") {
  CHECK(logged(LogLevel::info, Log::Form::journal, LogEvent::session_established,
               {{"peer", "192.0.2.1"}, {"as", 65001u}}) == "<5>session_established peer=192.0.2.1 as=65001\n");
}

TEST_CASE("a plain line starts with time and level") {
  const std::string line = logged(LogLevel::info, Log::Form::plain, LogEvent::config_refused, {{"errors", 2}});
  CHECK(line.ends_with("Z error config_refused errors=2\n"));
  CHECK(line.size() == std::string("2026-11-24T11:05:09.123Z error config_refused errors=2\n").size());
}

TEST_CASE("what a peer sent cannot break out of its field") {
  CHECK(logged(LogLevel::info, Log::Form::journal, LogEvent::session_down,
               {{"text", std::string("a b\"\n<3>x=\\")}, {"empty", ""}}) ==
        "<5>session_down text=\"a b\\\"\\x0a<3>x=\\\\\"\n");
}

TEST_CASE("the journal's form is for a stream that is the journal's") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  struct stat here{};
  REQUIRE(::fstat(ends[1], &here) == 0);
  const char* before = std::getenv("JOURNAL_STREAM");
  const std::string kept = before == nullptr ? "" : before;
  ::unsetenv("JOURNAL_STREAM");
  CHECK(form_for(ends[1]) == Log::Form::plain);
  ::setenv("JOURNAL_STREAM", (std::to_string(here.st_dev) + ":" + std::to_string(here.st_ino)).c_str(), 1);
  CHECK(form_for(ends[1]) == Log::Form::journal);
  CHECK(form_for(-1) == Log::Form::plain);
  ::setenv("JOURNAL_STREAM", (std::to_string(here.st_dev) + ":" + std::to_string(here.st_ino + 1)).c_str(), 1);
  CHECK(form_for(ends[1]) == Log::Form::plain);
  ::unsetenv("JOURNAL_STREAM");
  if (before != nullptr) ::setenv("JOURNAL_STREAM", kept.c_str(), 1);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("events below the threshold are not written") {
  CHECK(logged(LogLevel::warning, Log::Form::journal, LogEvent::session_established, {}).empty());
  CHECK_FALSE(logged(LogLevel::warning, Log::Form::journal, LogEvent::kernel_overrun, {}).empty());
}

TEST_CASE("levels have names") {
  CHECK(log_level_from("debug") == LogLevel::debug);
  CHECK(log_level_from("loud") == std::nullopt);
  CHECK(name_of(LogLevel::notice) == "notice");
}

TEST_CASE("wall time is RFC 3339 in UTC") {
  CHECK(rfc3339(WallTime{}) == "1970-01-01T00:00:00.000Z");
  CHECK(rfc3339(WallTime{std::chrono::milliseconds(1795518309123)}) == "2026-11-24T11:05:09.123Z");
}

TEST_CASE("wall time of a point of the steady clock") {
  const TimePoint now{std::chrono::seconds(100)};
  const WallTime wall{std::chrono::seconds(5000)};
  CHECK(wall_time_of(now - std::chrono::seconds(60), now, wall) == wall - std::chrono::seconds(60));
}

}  // namespace
}  // namespace vrfd
