// Which path of a destination is the best (RFC 4271, 9.1.2; RFC 4456, 9; RFC 4364 for imported paths).
//
// The steps are a table, in order; at each step the paths that are worse than the best of the remaining ones drop
// out, and the step at which a path dropped out is the reason shown for it. MED compares only paths of the same
// neighbouring AS, which is why the paths are judged together and not in pairs.
//
// A path takes part if policy accepted it and its next hop can be reached: in the tables of the instance for what its
// own peers sent, in the public table for what was imported from VPN peers.
#pragma once

#include <array>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "vrf/next_hop_table.h"
#include "vrf/prefix_limit.h"
#include "vrf/route_table.h"
#include "vrf/source.h"

namespace vrfd {

class Decision {
 public:
  Decision(const AttributeTable& attributes, const SourceTable& sources, NextHopTable& next_hops)
      : attributes_(attributes), sources_(sources), next_hops_(next_hops) {}

  // Chooses the best path of `dest` and notes the destination in the table's journal. `owner` is the instance that
  // the table belongs to (the public one for public and VPN tables).
  void settle(RouteTable& table, DestId dest, InstanceId owner);

  // From now on at most `most` destinations of `table` may have a best path; nothing lifts the limit. Destinations that
  // have one keep it. Those that were refused, and may come in now, do.
  void set_limit(RouteTable& table, InstanceId owner, std::optional<std::uint32_t> most);
  // From now on next hops of `table` count as reachable, or are what the kernel says they are.
  void assume_reachable(RouteTable& table, InstanceId owner, bool on);
  // The table goes: what was set for it is no more.
  void forget(const RouteTable& table);
  // Null where the table has none.
  const PrefixLimit* limit_of(const RouteTable& table) const;

  // PathReason::none if the path takes part in the decision, were its destination within the table's limit.
  PathReason ineligible(const RouteTable& table, const Path& path, InstanceId owner);
  // `dest` has paths but waits, as the table has as many destinations as it may.
  bool is_over_limit(const RouteTable& table, DestId dest) const;
  // The step at which `path` lost, or, for the best path, at which the last other path lost; only for a path that
  // takes part.
  DecisionStep step_of(const RouteTable& table, DestId dest, PathId path, InstanceId owner);
  // It is this router's own.
  bool is_local(const Path& path) const { return sources_[path.source].kind == SourceKind::local; }
  // The best path first, then those as good up to and including the IGP metric, at most `maximum` in all. All are from
  // the same neighbouring AS, or all imported.
  std::vector<PathId> multipath(const RouteTable& table, DestId dest, InstanceId owner, unsigned maximum);
  // The best path that leads over none of `used`; `no_index` if there is none.
  PathId backup(const RouteTable& table, DestId dest, InstanceId owner, const std::vector<NextHopId>& used);
  // Where packets for `path` are sent to; nothing for what this router originates itself.
  std::optional<NextHopId> next_hop_of(const RouteTable& table, const Path& path, InstanceId owner);

 private:
  static constexpr std::size_t steps = static_cast<std::size_t>(DecisionStep::count_of);
  struct Candidate {
    PathId path;
    // By DecisionStep; the smaller number wins. MED, path identifier and peer address have rules of their own.
    std::array<std::uint32_t, steps> keys;
    Asn neighbour;
    IpAddress address;
    std::uint64_t rd;          // of an imported path
    std::uint32_t identifier;  // of the path; of an imported one what is left of it beside the route distinguisher
    DecisionStep lost_at;      // only_path while it is in the race
  };

  void choose(RouteTable& table, DestId dest, InstanceId owner);
  // `path`, or nothing where `dest` would be one too many.
  static PathId within(PrefixLimit* limit, DestId dest, PathId path);
  void let_in(RouteTable& table, const PrefixLimit& limit, InstanceId owner);
  PrefixLimit* find_limit(const RouteTable& table);
  Candidate candidate(const RouteTable& table, PathId path, InstanceId owner);
  void gather(const RouteTable& table, DestId dest, InstanceId owner);
  // Lets the steps decide among `candidates_`; the index of the winner, `no_index` without candidates.
  std::uint32_t race();
  std::uint32_t run(const RouteTable& table, DestId dest, InstanceId owner);
  void eliminate(DecisionStep step);
  void eliminate_by_med();
  void eliminate_by_address();
  void eliminate_by_identifier();

  const AttributeTable& attributes_;
  const SourceTable& sources_;
  NextHopTable& next_hops_;
  std::unordered_map<const RouteTable*, PrefixLimit> limits_;
  std::unordered_set<const RouteTable*> assumed_reachable_;
  std::vector<Candidate> candidates_;  // kept for its memory
};

}  // namespace vrfd
