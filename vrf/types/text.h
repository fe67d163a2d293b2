// Small text conversions that the value types share.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vrfd {

// A whole decimal number, no sign, no spaces, at most `max`.
inline std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t max) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  auto [last, status] = std::from_chars(text.data(), end, value);
  if (text.empty() || status != std::errc{} || last != end || value > max) return std::nullopt;
  return value;
}

std::string hex(std::uint64_t value, unsigned digits);

}  // namespace vrfd
