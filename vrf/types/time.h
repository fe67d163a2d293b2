// Points of time, always handed in: nothing in the core reads a clock.
#pragma once

#include <chrono>

namespace vrfd {

using Duration = std::chrono::steady_clock::duration;
using TimePoint = std::chrono::steady_clock::time_point;

}  // namespace vrfd
