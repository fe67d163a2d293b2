// The routes that a receiver holds: per prefix a 32-bit fingerprint of what came with it, and of all together a sum
// that does not depend on the order. Two receivers hold the same when count and sum are the same.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/bench/load/mixing.h"

namespace vrfd::bench {

struct Digest {
  std::uint64_t sum = 0;
  std::size_t count = 0;
  bool operator==(const Digest&) const = default;
};

// 0 stands for no route.
inline std::uint32_t shortened(std::uint64_t fingerprint) {
  const auto value = static_cast<std::uint32_t>(mix(fingerprint, 1));
  return value == 0 ? 1 : value;
}

class RouteState {
 public:
  void put(std::uint32_t number, std::uint32_t value) {
    if (number >= values_.size()) values_.resize(number + number / 2 + 1024);
    std::uint32_t& place = values_[number];
    if (place != 0) {
      digest_.sum -= share(number, place);
      --digest_.count;
    }
    if (value != 0) {
      digest_.sum += share(number, value);
      ++digest_.count;
    }
    place = value;
  }

  void prefetch(std::uint32_t number) const {
    if (number < values_.size()) __builtin_prefetch(&values_[number]);
  }

  const Digest& digest() const { return digest_; }
  std::uint32_t value(std::uint32_t number) const { return number < values_.size() ? values_[number] : 0; }

  void clear() {
    values_.assign(values_.size(), 0);
    digest_ = {};
  }

 private:
  static std::uint64_t share(std::uint32_t number, std::uint32_t value) {
    return mix(static_cast<std::uint64_t>(number) << 32 | value, 2);
  }

  std::vector<std::uint32_t> values_;
  Digest digest_;
};

}  // namespace vrfd::bench
