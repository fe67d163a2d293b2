// An IPv4 or IPv6 address. 17 octets, no allocation; IPv4 sits in the first four octets, the rest is zero.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vrf/types/bytes.h"

namespace vrfd {

enum class AddressFamily : std::uint8_t { ipv4, ipv6 };

constexpr std::size_t octets_of(AddressFamily family) { return family == AddressFamily::ipv4 ? 4 : 16; }
constexpr unsigned bits_of(AddressFamily family) { return static_cast<unsigned>(octets_of(family)) * 8; }

class IpAddress {
 public:
  // 0.0.0.0, which also stands for "none".
  constexpr IpAddress() = default;
  static IpAddress v4(std::uint32_t host_order);
  // 4 or 16 octets in network order; any other count is nothing.
  static std::optional<IpAddress> from(ByteView octets);
  // The octets of an address, 4 or 16 of them.
  static IpAddress stored(ByteView octets) {
    IpAddress address;
    address.family_ = octets.size() == 4 ? AddressFamily::ipv4 : AddressFamily::ipv6;
    std::memcpy(address.octets_.data(), octets.data(), octets.size() == 4 ? 4 : 16);
    return address;
  }
  // Dotted quad or RFC 4291 text; no scope, no prefix length.
  static std::optional<IpAddress> from(std::string_view text);

  AddressFamily family() const { return family_; }
  bool is_v4() const { return family_ == AddressFamily::ipv4; }
  ByteView octets() const { return {octets_.data(), octets_of(family_)}; }
  // The IPv4 address as a number; only for IPv4.
  std::uint32_t v4_value() const;
  bool is_unspecified() const;
  bool is_link_local() const;  // fe80::/10 (169.254/16 is not treated specially)
  bool is_multicast() const;
  bool is_loopback() const;
  // What packets can be sent to by way of: not unspecified, 0/8, loopback, multicast or 255.255.255.255 (RFC
  // 4271, 6.3). 240/4 counts: Linux forwards over it, and there are networks that use it inside.
  bool is_unicast() const;
  // The IPv4 address within ::ffff:0:0/96, if this is one.
  std::optional<IpAddress> v4_mapped() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  AddressFamily family_ = AddressFamily::ipv4;
  std::array<std::uint8_t, 16> octets_{};
};

std::string to_string(const IpAddress& address);

}  // namespace vrfd

template <>
struct std::hash<vrfd::IpAddress> {
  std::size_t operator()(const vrfd::IpAddress& address) const noexcept;
};
