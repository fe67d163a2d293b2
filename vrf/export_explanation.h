// Why peers under some export rules are, or are not, told of a destination: the steps of RouteExport gone through once
// more for one route, for somebody who asks.
#pragma once

#include <string>

#include "vrf/export_rules.h"
#include "vrf/route_table.h"

namespace vrfd {

// The first thing that keeps a route back; `none` if it may go.
enum class ExportHindrance : std::uint8_t {
  none,
  no_best_path,
  no_policy,               // an external peer without a policy (RFC 8212)
  not_reflected,           // from an iBGP peer, and neither side is a client (RFC 4456)
  community_no_advertise,  // the community (RFC 1997)
  community_no_export,     // the community, or NO_EXPORT_SUBCONFED, towards another AS (RFC 1997)
  long_lived_stale,        // the peer does not know LLGR_STALE (RFC 9494, 4.5)
  policy,                  // the export policy in force
  site_of_origin,          // it came from the peer's site (RFC 4364, 7)
  route_leak,              // only customers may have it (RFC 9234, 5)
  not_wanted,              // the peer wants none of its route targets (RFC 4684)
  transport,               // a labelled route, which unicast peers are not told of
  count_of
};
std::string_view name_of(ExportHindrance hindrance);

struct ExportExplanation {
  ExportHindrance hindrance = ExportHindrance::none;
  std::string policy;  // "to-ce term 2", where `policy` is the hindrance
};

// Of the best path of `dest` under `rules`. A default route that the rules make up is no matter of paths: not here.
ExportExplanation explain_export(const ExportRules& rules, RouteTable& table, const SourceTable& sources, DestId dest);

}  // namespace vrfd
