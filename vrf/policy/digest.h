// A 64-bit digest of values given one after the other (FNV-1a). It tells whether two contents differ, nothing more: it
// is neither a cryptographic hash nor stored anywhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

namespace vrfd {

class Digest {
 public:
  Digest& add(std::uint64_t number) {
    for (unsigned shift = 0; shift != 64; shift += 8) octet(static_cast<std::uint8_t>(number >> shift));
    return *this;
  }
  Digest& add(std::string_view text) {
    add(std::uint64_t{text.size()});
    for (char c : text) octet(static_cast<std::uint8_t>(c));
    return *this;
  }
  std::uint64_t value() const { return value_; }

 private:
  void octet(std::uint8_t octet) { value_ = (value_ ^ octet) * 0x100000001B3; }

  std::uint64_t value_ = 0xCBF29CE484222325;
};

}  // namespace vrfd
