// Why a route is not used, and why a path lost: one vocabulary for tables, answers, explain and the log.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vrfd {

// What a route row shows as `state`.
enum class PathState : std::uint8_t { accepted, rejected, ineligible };

// Why a received path is not accepted. `policy` rejects; the others make it ineligible.
enum class PathReason : std::uint8_t {
  none,
  policy,                // the import policy in force
  no_policy,             // an external peer without a policy (RFC 8212)
  as_path_loop,          // the own AS in the path (RFC 4271, 9.1.2)
  originator_loop,       // the own router id as ORIGINATOR_ID (RFC 4456, 8)
  cluster_loop,          // the own cluster id in CLUSTER_LIST (RFC 4456, 8)
  site_of_origin_loop,   // the peer's site (RFC 4364, 7)
  foreign_first_as,      // the path of an external peer does not begin with its AS (RFC 4271, 6.3)
  invalid_next_hop,      // no address of a host
  next_hop_unreachable,  // nothing in the kernel's tables leads there
  maximum_prefixes,      // over the instance's or the peer's limit
  route_leak,            // a neighbour passed on what was for its customers only (RFC 9234, 5)
  no_long_lived,         // stale for long, and marked NO_LLGR (RFC 9494, 4.3)
  count_of
};

// Why a path that could be used is not the best, in the order of the decision (RFC 4271, 9.1.2.2; RFC 4456, 9).
enum class DecisionStep : std::uint8_t {
  only_path,
  local_route,
  long_lived_stale,  // RFC 9494, 4.3
  local_preference,
  as_path_length,
  origin,
  med,
  external_over_internal,
  igp_metric,
  router_id,
  cluster_list_length,
  peer_address,
  path_identifier,
  count_of
};

constexpr std::string_view name_of(PathReason reason) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(PathReason::count_of)> names{"none",
                                                                                               "policy",
                                                                                               "no_policy",
                                                                                               "as_path_loop",
                                                                                               "originator_loop",
                                                                                               "cluster_loop",
                                                                                               "site_of_origin_loop",
                                                                                               "foreign_first_as",
                                                                                               "invalid_next_hop",
                                                                                               "next_hop_unreachable",
                                                                                               "maximum_prefixes",
                                                                                               "route_leak",
                                                                                               "no_long_lived"};
  return names[static_cast<std::size_t>(reason)];
}

constexpr std::string_view name_of(DecisionStep step) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(DecisionStep::count_of)> names{
      "only_path",
      "local_route",
      "long_lived_stale",
      "local_preference",
      "as_path_length",
      "origin",
      "med",
      "external_over_internal",
      "igp_metric",
      "router_id",
      "cluster_list_length",
      "peer_address",
      "path_identifier"};
  return names[static_cast<std::size_t>(step)];
}

constexpr std::string_view name_of(PathState state) {
  constexpr std::array<std::string_view, 3> names{"accepted", "rejected", "ineligible"};
  return names[static_cast<std::size_t>(state)];
}

}  // namespace vrfd
