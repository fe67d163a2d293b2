// The three kinds of communities: standard (RFC 1997), extended (RFC 4360) with the route targets among them, and
// large (RFC 8092). Each is a plain number or three; sets of them are sorted vectors where order does not matter.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vrf/types/strong.h"

namespace vrfd {

// 32 bits, "65000:1"; the well-known ones also by name ("no-export", "no-advertise", "no-export-subconfed",
// "no-peer", "graceful-shutdown", "blackhole", "llgr-stale", "no-llgr").
using Community = Strong<struct CommunityTag, std::uint32_t>;

inline constexpr Community no_export{0xFFFFFF01};
inline constexpr Community no_advertise{0xFFFFFF02};
inline constexpr Community no_export_subconfed{0xFFFFFF03};
inline constexpr Community llgr_stale{0xFFFF0006};  // RFC 9494, 4.6
inline constexpr Community no_llgr{0xFFFF0007};

std::optional<Community> community_from(std::string_view text);
std::string to_string(Community community);

// The eight octets as a big-endian number.
using ExtendedCommunity = Strong<struct ExtendedCommunityTag, std::uint64_t>;

// "rt:65000:100", "soo:10.0.0.1:1", "0x0002fde800000064".
std::optional<ExtendedCommunity> extended_community_from(std::string_view text);
// The same forms; what is neither a route target nor a site of origin is "0x" and 16 digits.
std::string to_string(ExtendedCommunity community);
// Types 0x00, 0x01 and 0x02 with sub-type 0x02 (RFC 4364, 4.3.1).
bool is_route_target(ExtendedCommunity community);
bool is_site_of_origin(ExtendedCommunity community);
bool is_transitive(ExtendedCommunity community);

// A route target: an extended community of that sub-type. Text without "rt:", in every notation of an RD:
// "65000:1", "4200000000:1", "10.0.0.1:1", "1.2:3".
class RouteTarget {
 public:
  constexpr RouteTarget() = default;
  static std::optional<RouteTarget> from(ExtendedCommunity community);
  static std::optional<RouteTarget> from(std::string_view text);
  ExtendedCommunity community() const { return community_; }
  auto operator<=>(const RouteTarget&) const = default;

 private:
  explicit RouteTarget(ExtendedCommunity community) : community_(community) {}
  ExtendedCommunity community_{};
};

std::string to_string(RouteTarget target);
// A site of origin from the same notations, without "soo:" (RFC 4364, 7).
std::optional<ExtendedCommunity> site_of_origin_from(std::string_view text);

struct LargeCommunity {
  std::uint32_t global = 0;
  std::uint32_t local1 = 0;
  std::uint32_t local2 = 0;
  auto operator<=>(const LargeCommunity&) const = default;
};

// "65000:1:2"
std::optional<LargeCommunity> large_community_from(std::string_view text);
std::string to_string(const LargeCommunity& community);

}  // namespace vrfd

template <>
struct std::hash<vrfd::RouteTarget> {
  std::size_t operator()(vrfd::RouteTarget target) const noexcept {
    return std::hash<std::uint64_t>{}(target.community().value());
  }
};
