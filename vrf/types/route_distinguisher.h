// A route distinguisher (RFC 4364, 4.2): eight octets, kept as they are on the wire so that a type not known here
// passes through unchanged.
//
// Text: "65000:1" (type 0), "10.0.0.1:1" (type 1), "4200000000:1" and "1.2:3" (type 2); anything else "0x" and 16
// hexadecimal digits. An AS number below 65536 takes type 0 if the number after it may be 32 bits wide; a dotted AS
// number always takes type 2 and is written back dotted only by the caller that kept the text.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vrfd {

class RouteDistinguisher {
 public:
  // 0:0
  constexpr RouteDistinguisher() = default;
  constexpr explicit RouteDistinguisher(std::uint64_t octets) : octets_(octets) {}
  static std::optional<RouteDistinguisher> from(std::string_view text);

  // The eight octets as a big-endian number: type in the upper 16 bits.
  constexpr std::uint64_t octets() const { return octets_; }
  auto operator<=>(const RouteDistinguisher&) const = default;

 private:
  std::uint64_t octets_ = 0;
};

std::string to_string(RouteDistinguisher rd);

}  // namespace vrfd

template <>
struct std::hash<vrfd::RouteDistinguisher> {
  std::size_t operator()(vrfd::RouteDistinguisher rd) const noexcept { return std::hash<std::uint64_t>{}(rd.octets()); }
};
