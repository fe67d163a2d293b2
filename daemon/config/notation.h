// The notations of values that are written as strings: what they say, and what to tell the operator who wrote
// something else.
#pragma once

#include <optional>
#include <string_view>

#include "vrf/types/address.h"
#include "vrf/types/community.h"
#include "vrf/types/prefix.h"
#include "vrf/types/route_distinguisher.h"

namespace vrfd::config {

// A prefix with host bits is a slip of the pen: the length is wrong, or the address.
inline std::optional<Prefix> strict_prefix_from(std::string_view text) {
  auto prefix = Prefix::from(text);
  auto address = IpAddress::from(text.substr(0, text.find('/')));
  if (!prefix || !address || prefix->address() != *address) return std::nullopt;
  return prefix;
}

template <class T>
using FromText = std::optional<T> (*)(std::string_view);

template <class T>
struct Notation;

template <>
struct Notation<IpAddress> {
  static constexpr FromText<IpAddress> from = &IpAddress::from;
  static constexpr std::string_view expected = "an IPv4 or IPv6 address";
};

template <>
struct Notation<Prefix> {
  static constexpr FromText<Prefix> from = &strict_prefix_from;
  static constexpr std::string_view expected = "a prefix without host bits like \"10.0.0.0/8\" or \"2001:db8::/32\"";
};

template <>
struct Notation<RouteDistinguisher> {
  static constexpr FromText<RouteDistinguisher> from = &RouteDistinguisher::from;
  static constexpr std::string_view expected =
      "a route distinguisher like \"65000:1\", \"10.0.0.1:1\", \"4200000000:1\" or \"1.2:3\" (the number after an "
      "address or an AS above 65535 is at most 65535)";
};

template <>
struct Notation<RouteTarget> {
  static constexpr FromText<RouteTarget> from = &RouteTarget::from;
  static constexpr std::string_view expected =
      "a route target like \"65000:1\", \"10.0.0.1:1\", \"4200000000:1\" or \"1.2:3\" (the number after an address or "
      "an AS above 65535 is at most 65535)";
};

template <>
struct Notation<Community> {
  static constexpr FromText<Community> from = &community_from;
  static constexpr std::string_view expected = "a community like \"65000:1\" or \"no-export\"";
};

template <>
struct Notation<ExtendedCommunity> {
  static constexpr FromText<ExtendedCommunity> from = &extended_community_from;
  static constexpr std::string_view expected =
      "an extended community like \"rt:65000:1\", \"soo:65000:1\" or \"0x\" and 16 hexadecimal digits";
};

template <>
struct Notation<LargeCommunity> {
  static constexpr FromText<LargeCommunity> from = &large_community_from;
  static constexpr std::string_view expected = "a large community like \"65000:1:2\"";
};

}  // namespace vrfd::config
