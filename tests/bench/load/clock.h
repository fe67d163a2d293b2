// The monotonic clock, which the driver reads too.
#pragma once

#include <cstdint>
#include <ctime>

namespace vrfd::bench {

inline std::int64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000ll + time.tv_nsec;
}

}  // namespace vrfd::bench
