// Time. Pure code never asks for it: it is given `now`, a point of a clock that only goes forward. Text for people and
// JSON is wall time, RFC 3339 in UTC, worked out from the age of such a point when it is shown.
#pragma once

#include <chrono>
#include <string>

namespace vrfd {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;
using WallTime = std::chrono::system_clock::time_point;

// "2026-11-24T11:05:09.123Z"
std::string rfc3339(WallTime time);

// The wall time of `then`, given what both clocks say now.
inline WallTime wall_time_of(TimePoint then, TimePoint now, WallTime wall_now) {
  return wall_now - std::chrono::duration_cast<WallTime::duration>(now - then);
}

}  // namespace vrfd
