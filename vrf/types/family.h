// The address families that vrfd carries, one row each. Adding a family is adding a row here and its NLRI form in
// daemon/bgp/wire/nlri.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vrf/types/address.h"

namespace vrfd {

enum class Family : std::uint8_t { ipv4, ipv6, vpnv4, vpnv6, ipv4_labelled, ipv6_labelled, rtc };

struct FamilyRow {
  Family family;
  std::string_view name;    // as in commands and JSON
  std::uint16_t afi;        // RFC 4760
  std::uint8_t safi;        // 1 unicast, 4 with a label, 128 VPN with a label, 132 route target membership
  AddressFamily addresses;  // of its prefixes
  bool labelled;            // routes carry a label (RFC 8277)
  bool vpn;                 // … and a route distinguisher before the prefix
  bool membership;          // prefixes are route targets (target_membership.h)
  constexpr bool unicast() const { return !labelled && !membership; }
};

inline constexpr std::array<FamilyRow, 7> families{{
    {Family::ipv4, "ipv4", 1, 1, AddressFamily::ipv4, false, false, false},
    {Family::ipv6, "ipv6", 2, 1, AddressFamily::ipv6, false, false, false},
    {Family::vpnv4, "vpnv4", 1, 128, AddressFamily::ipv4, true, true, false},
    {Family::vpnv6, "vpnv6", 2, 128, AddressFamily::ipv6, true, true, false},
    {Family::ipv4_labelled, "ipv4_labelled", 1, 4, AddressFamily::ipv4, true, false, false},
    {Family::ipv6_labelled, "ipv6_labelled", 2, 4, AddressFamily::ipv6, true, false, false},
    {Family::rtc, "rtc", 1, 132, AddressFamily::ipv6, false, false, true},
}};
inline constexpr std::size_t family_count = families.size();

constexpr std::size_t index_of(Family family) { return static_cast<std::size_t>(family); }
constexpr const FamilyRow& row_of(Family family) { return families[index_of(family)]; }
constexpr std::string_view name_of(Family family) { return row_of(family).name; }

constexpr std::optional<Family> family_from(std::uint16_t afi, std::uint8_t safi) {
  for (const FamilyRow& row : families)
    if (row.afi == afi && row.safi == safi) return row.family;
  return std::nullopt;
}

constexpr std::optional<Family> family_from(std::string_view name) {
  for (const FamilyRow& row : families)
    if (row.name == name) return row.family;
  return std::nullopt;
}

// "ipv4, ipv6, …": what may be said, for messages.
std::string family_names();

// The family of a VRF's routes that a VPN family carries, and back.
constexpr Family unicast_of(AddressFamily addresses) {
  return addresses == AddressFamily::ipv4 ? Family::ipv4 : Family::ipv6;
}
constexpr Family vpn_of(AddressFamily addresses) {
  return addresses == AddressFamily::ipv4 ? Family::vpnv4 : Family::vpnv6;
}

constexpr Family labelled_of(AddressFamily addresses) {
  return addresses == AddressFamily::ipv4 ? Family::ipv4_labelled : Family::ipv6_labelled;
}

// A set of families, one bit each.
class FamilySet {
 public:
  constexpr void add(Family family) { bits_ |= bit(family); }
  constexpr void remove(Family family) { bits_ &= static_cast<std::uint8_t>(~bit(family)); }
  constexpr bool has(Family family) const { return (bits_ & bit(family)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr FamilySet operator&(FamilySet other) const { return FamilySet(bits_ & other.bits_); }
  constexpr FamilySet operator|(FamilySet other) const { return FamilySet(bits_ | other.bits_); }
  constexpr FamilySet without(FamilySet other) const { return FamilySet(bits_ & ~other.bits_); }
  constexpr bool operator==(const FamilySet&) const = default;
  constexpr FamilySet() = default;

 private:
  constexpr explicit FamilySet(int bits) : bits_(static_cast<std::uint8_t>(bits)) {}
  static constexpr std::uint8_t bit(Family family) { return static_cast<std::uint8_t>(1u << index_of(family)); }
  std::uint8_t bits_ = 0;
};

}  // namespace vrfd
