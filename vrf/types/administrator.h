// The form that route distinguishers and route targets share (RFC 4364, 4.2; RFC 4360, 3): a type, an administrator
// (an AS number or an IPv4 address) and a number that the administrator assigned.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vrfd {

// `type` 0: two-octet AS and 32-bit number; 1: IPv4 address and 16-bit number; 2: four-octet AS and 16-bit number.
// `value` holds the six octets after the type.
struct Administered {
  std::uint8_t type = 0;
  std::uint64_t value = 0;
};

// "65000:1", "10.0.0.1:1", "4200000000:1", "1.2:3". AS 0 is taken (deployed RDs use it).
std::optional<Administered> administered_from(std::string_view text);
// Types 0 to 2 only.
std::string to_string(const Administered& administered);

}  // namespace vrfd
