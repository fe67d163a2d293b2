// An address prefix. Host bits are always zero, so equal prefixes are equal values (RFC 4271, 4.3: trailing bits are
// irrelevant).
#pragma once

#include "vrf/types/address.h"

namespace vrfd {

class Prefix {
 public:
  // 0.0.0.0/0
  constexpr Prefix() = default;
  // Clears the host bits; nothing if `length` exceeds the family's 32 or 128 bits.
  static std::optional<Prefix> from(const IpAddress& address, unsigned length);
  // "10.0.0.0/8", "2001:db8::/32"; a bare address is a host prefix. Host bits are cleared.
  static std::optional<Prefix> from(std::string_view text);
  static Prefix host(const IpAddress& address);
  // From the octets (4 or 16) and the length of a prefix that was one already.
  static Prefix stored(ByteView octets, unsigned length) {
    Prefix prefix;
    prefix.address_ = IpAddress::stored(octets);
    prefix.length_ = static_cast<std::uint8_t>(length);
    return prefix;
  }

  const IpAddress& address() const { return address_; }
  unsigned length() const { return length_; }
  AddressFamily family() const { return address_.family(); }
  bool contains(const IpAddress& address) const;
  // `other` is this prefix or a more specific one.
  bool covers(const Prefix& other) const;
  bool is_default() const { return length_ == 0; }

  auto operator<=>(const Prefix&) const = default;

 private:
  IpAddress address_;
  std::uint8_t length_ = 0;
};

// 0.0.0.0/0 or ::/0.
Prefix default_prefix(AddressFamily family);
std::string to_string(const Prefix& prefix);

}  // namespace vrfd

template <>
struct std::hash<vrfd::Prefix> {
  std::size_t operator()(const vrfd::Prefix& prefix) const noexcept;
};
