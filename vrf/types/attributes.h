// The path attributes of a route as a value (RFC 4271, 5; RFC 4760; RFC 1997, 4360, 8092; RFC 4456). This is what the
// wire decodes into, what policy edits and what the wire encodes from. Routes do not hold it: they hold an id of
// `AttributeTable`, where equal values are one.
//
// Canonical form, which makes equal routes equal values: communities of each kind sorted and without duplicates, AS
// path segments non-empty, unknown attributes sorted by type. `canonicalize` makes it so.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vrf/types/address.h"
#include "vrf/types/asn.h"
#include "vrf/types/bytes.h"
#include "vrf/types/community.h"

namespace vrfd {

enum class Origin : std::uint8_t { igp = 0, egp = 1, incomplete = 2 };

// RFC 4271, 4.3 and RFC 5065, 3.
enum class SegmentType : std::uint8_t { set = 1, sequence = 2, confed_sequence = 3, confed_set = 4 };

struct AsSegment {
  SegmentType type = SegmentType::sequence;
  std::vector<Asn> asns;
  bool operator==(const AsSegment&) const = default;
};

using AsPath = std::vector<AsSegment>;

struct Aggregator {
  Asn asn;
  IpAddress address;
  bool operator==(const Aggregator&) const = default;
};

// An attribute that vrfd does not interpret. Optional transitive ones are passed on with the partial bit set (RFC
// 4271, 5).
struct UnknownAttribute {
  std::uint8_t flags = 0;
  std::uint8_t type = 0;
  Bytes value;
  bool operator==(const UnknownAttribute&) const = default;
};

struct PathAttributes {
  Origin origin = Origin::incomplete;
  bool atomic_aggregate = false;
  AsPath as_path;
  // Of NEXT_HOP or MP_REACH_NLRI alike; for VPN families without its zero route distinguisher.
  IpAddress next_hop;
  // The second, link-local next hop of RFC 2545.
  std::optional<IpAddress> next_hop_link_local;
  std::optional<std::uint32_t> med;
  std::optional<std::uint32_t> local_preference;
  std::optional<Aggregator> aggregator;
  std::optional<IpAddress> originator_id;  // RFC 4456; IPv4 form
  std::vector<IpAddress> cluster_list;     // RFC 4456; IPv4 form, nearest first
  std::vector<Community> communities;
  std::vector<ExtendedCommunity> extended_communities;
  std::vector<LargeCommunity> large_communities;
  std::vector<UnknownAttribute> unknown;

  bool operator==(const PathAttributes&) const = default;
};

void canonicalize(PathAttributes& attributes);

// Hops for best path selection: each sequence member counts, a set counts 1, confederation segments 0 (RFC 4271,
// 9.1.2.2; RFC 5065, 5.3).
std::uint32_t hop_count(const AsPath& path);
// The leftmost AS of the path: the first of a leading sequence, nothing for an empty path or a leading set.
std::optional<Asn> first_as(const AsPath& path);
std::optional<Asn> origin_as(const AsPath& path);
// Puts `asn` in front `times` times, starting a new sequence where a segment would exceed 255 (RFC 4271, 5.1.2).
void prepend(AsPath& path, Asn asn, unsigned times = 1);
unsigned occurrences(const AsPath& path, Asn asn);
// "65001 65002 {65003 65004}", confederation parts as "(65001)" and "[65001]": what AS-path expressions match on.
std::string to_string(const AsPath& path);
std::string_view name_of(Origin origin);

}  // namespace vrfd
