#include "vrf/types/community.h"

#include <array>

#include "vrf/types/administrator.h"
#include "vrf/types/text.h"

namespace vrfd {

namespace {

struct WellKnown {
  std::string_view name;
  std::uint32_t value;
};

// IANA "BGP Well-known Communities".
constexpr std::array<WellKnown, 8> well_known{{
    {"graceful-shutdown", 0xFFFF0000},
    {"llgr-stale", 0xFFFF0006},
    {"no-llgr", 0xFFFF0007},
    {"blackhole", 0xFFFF029A},
    {"no-export", 0xFFFFFF01},
    {"no-advertise", 0xFFFFFF02},
    {"no-export-subconfed", 0xFFFFFF03},
    {"no-peer", 0xFFFFFF04},
}};

constexpr std::uint8_t route_target_subtype = 0x02;
constexpr std::uint8_t site_of_origin_subtype = 0x03;
constexpr std::uint64_t value_mask = 0xFFFFFFFFFFFF;

std::uint8_t type_of(ExtendedCommunity c) { return static_cast<std::uint8_t>(c.value() >> 56); }
std::uint8_t subtype_of(ExtendedCommunity c) { return static_cast<std::uint8_t>(c.value() >> 48); }

bool is_administered(ExtendedCommunity c, std::uint8_t subtype) { return type_of(c) <= 2 && subtype_of(c) == subtype; }

ExtendedCommunity make(const Administered& administered, std::uint8_t subtype) {
  return ExtendedCommunity{std::uint64_t{administered.type} << 56 | std::uint64_t{subtype} << 48 | administered.value};
}

std::string administered_text(ExtendedCommunity c) {
  const std::uint64_t value = c.value() & value_mask;
  if (type_of(c) == 2 && value >> 32 == 0)
    return "0." + std::to_string(value >> 16 & 0xFFFF) + ":" + std::to_string(value & 0xFFFF);
  return to_string(Administered{type_of(c), value});
}

std::optional<std::uint64_t> parse_hex64(std::string_view digits) {
  std::uint64_t value = 0;
  auto [last, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != 16 || status != std::errc{} || last != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<ExtendedCommunity> administered_community(std::string_view text, std::uint8_t subtype) {
  auto administered = administered_from(text);
  if (!administered) return std::nullopt;
  return make(*administered, subtype);
}

}  // namespace

std::optional<Community> community_from(std::string_view text) {
  for (const WellKnown& row : well_known)
    if (row.name == text) return Community{row.value};
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto high = parse_decimal(text.substr(0, colon), 0xFFFF);
  auto low = parse_decimal(text.substr(colon + 1), 0xFFFF);
  if (!high || !low) return std::nullopt;
  return Community{static_cast<std::uint32_t>(*high << 16 | *low)};
}

std::string to_string(Community community) {
  for (const WellKnown& row : well_known)
    if (row.value == community.value()) return std::string(row.name);
  return std::to_string(community.value() >> 16) + ":" + std::to_string(community.value() & 0xFFFF);
}

std::optional<ExtendedCommunity> extended_community_from(std::string_view text) {
  if (text.starts_with("rt:")) return administered_community(text.substr(3), route_target_subtype);
  if (text.starts_with("soo:")) return administered_community(text.substr(4), site_of_origin_subtype);
  if (!text.starts_with("0x")) return std::nullopt;
  auto value = parse_hex64(text.substr(2));
  if (!value) return std::nullopt;
  return ExtendedCommunity{*value};
}

std::string to_string(ExtendedCommunity community) {
  if (is_route_target(community)) return "rt:" + administered_text(community);
  if (is_site_of_origin(community)) return "soo:" + administered_text(community);
  return "0x" + hex(community.value(), 16);
}

bool is_route_target(ExtendedCommunity community) { return is_administered(community, route_target_subtype); }
bool is_site_of_origin(ExtendedCommunity community) { return is_administered(community, site_of_origin_subtype); }
bool is_transitive(ExtendedCommunity community) { return (type_of(community) & 0x40) == 0; }

std::optional<RouteTarget> RouteTarget::from(ExtendedCommunity community) {
  if (!is_route_target(community)) return std::nullopt;
  return RouteTarget(community);
}

std::optional<RouteTarget> RouteTarget::from(std::string_view text) {
  auto community = administered_community(text, route_target_subtype);
  if (!community) return std::nullopt;
  return RouteTarget(*community);
}

std::string to_string(RouteTarget target) { return administered_text(target.community()); }

std::optional<ExtendedCommunity> site_of_origin_from(std::string_view text) {
  return administered_community(text, site_of_origin_subtype);
}

std::optional<LargeCommunity> large_community_from(std::string_view text) {
  std::array<std::uint32_t, 3> parts{};
  for (std::size_t i = 0; i != parts.size(); ++i) {
    const auto colon = i == 2 ? text.size() : text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto part = parse_decimal(text.substr(0, colon), 0xFFFFFFFF);
    if (!part) return std::nullopt;
    parts[i] = static_cast<std::uint32_t>(*part);
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
  return LargeCommunity{parts[0], parts[1], parts[2]};
}

std::string to_string(const LargeCommunity& c) {
  return std::to_string(c.global) + ":" + std::to_string(c.local1) + ":" + std::to_string(c.local2);
}

}  // namespace vrfd
