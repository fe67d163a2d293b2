// Timers that must not fire in step are cut to 75 to 100 % of their time (RFC 4271, 10). The sequence follows from
// the seed alone, so that a state machine with a jitter in it stays a function of its input.
#pragma once

#include <cstdint>

#include "daemon/base/clock.h"

namespace vrfd::bgp {

class Jitter {
 public:
  explicit Jitter(std::uint64_t seed) : state_(seed) {}

  Duration operator()(Duration full) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    const auto parts = static_cast<Duration::rep>(state_ >> 56);  // 0 to 255
    return full - full / 1024 * parts;
  }

 private:
  std::uint64_t state_;
};

}  // namespace vrfd::bgp
