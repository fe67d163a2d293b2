// Appending numbers in network order to a buffer.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/bench/load/mixing.h"

namespace vrfd::bench {

using Buffer = std::vector<std::uint8_t>;

inline void put8(Buffer& out, std::size_t value) { out.push_back(static_cast<std::uint8_t>(value)); }

inline void put16(Buffer& out, std::size_t value) {
  put8(out, value >> 8);
  put8(out, value);
}

inline void put32(Buffer& out, std::size_t value) {
  put16(out, value >> 16);
  put16(out, value);
}

inline void put64(Buffer& out, std::uint64_t value) {
  put32(out, value >> 32);
  put32(out, value & 0xffffffff);
}

inline void put(Buffer& out, Octets octets) { out.insert(out.end(), octets.begin(), octets.end()); }

inline void overwrite16(Buffer& out, std::size_t at, std::size_t value) {
  out[at] = static_cast<std::uint8_t>(value >> 8);
  out[at + 1] = static_cast<std::uint8_t>(value);
}

}  // namespace vrfd::bench
