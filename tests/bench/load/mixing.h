// Hashes for fingerprints: fast and well spread, not safe against an adversary.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

namespace vrfd::bench {

using Octets = std::span<const std::uint8_t>;

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ typedef unsigned __int128 Wide;
  const Wide product = static_cast<Wide>(a ^ 0x9e3779b97f4a7c15) * (b ^ 0xd1b54a32d192ed03);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t word_at(const std::uint8_t* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

inline std::uint64_t hash_of(Octets octets, std::uint64_t seed) {
  std::uint64_t a = mix(seed, octets.size()), b = a + 1;
  const std::uint8_t* at = octets.data();
  std::size_t left = octets.size();
  for (; left >= 32; left -= 32, at += 32) {
    a = mix(word_at(at) ^ a, word_at(at + 8));
    b = mix(word_at(at + 16) ^ b, word_at(at + 24));
  }
  for (; left >= 8; left -= 8, at += 8) a = mix(word_at(at), a);
  std::uint64_t last = 0;
  if (left != 0) std::memcpy(&last, at, left);
  return mix(mix(last, a), b);
}

inline std::uint32_t number_at(const std::uint8_t* at) {
  return static_cast<std::uint32_t>(at[0]) << 24 | static_cast<std::uint32_t>(at[1]) << 16 |
         static_cast<std::uint32_t>(at[2]) << 8 | at[3];
}

inline std::uint16_t short_at(const std::uint8_t* at) { return static_cast<std::uint16_t>(at[0] << 8 | at[1]); }

}  // namespace vrfd::bench
