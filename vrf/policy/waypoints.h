// Where a judgement goes on after the prefix (or the peer, or the family) of a route was asked about.
//
// A policy that looks at prefixes gives different routes of one set of attributes different answers, yet most of the
// work is the same for all of them. So the judgement of a set runs until a term needs the route ("ask_route"), and goes
// on from a waypoint: behind that term if it held, behind it if not. What lies between two waypoints depends on the
// attributes alone and is remembered.
//
// A waypoint does not hold edited attributes but how to make them again: the terms that held on the way, so nothing is
// kept alive for it. Ways that differ only in terms without edits meet in one waypoint.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "vrf/policy/attribute_edits.h"

namespace vrfd {

struct Waypoint {
  std::uint16_t term = 0;  // where to go on
  bool held = false;       // `term` was asked about and holds
  std::uint16_t session = 0;
  std::uint32_t applied = 0;  // a list in Waypoints: terms asked about that held and have edits
};

class Waypoints {
 public:
  Waypoints() { clear(); }

  // The start of the policy for a session; 0 for one with unspecified addresses.
  std::uint32_t start(const SessionAddresses& session);
  // The waypoints of a question about `count` terms from `first`: one each for that term holding, then one for none
  // holding. The first of them, the others follow.
  std::uint32_t branch(const Waypoint& from, std::uint16_t first, std::uint16_t count);
  // The list `applied` with `term` at its end.
  std::uint32_t with(std::uint32_t applied, std::uint16_t term);

  const Waypoint& operator[](std::uint32_t id) const { return waypoints_[id]; }
  const SessionAddresses& session_of(const Waypoint& waypoint) const { return sessions_[waypoint.session]; }
  // In the order of the terms.
  std::vector<std::uint16_t> applied_of(const Waypoint& waypoint) const;

  // So many that it is time to start afresh.
  bool crowded() const { return waypoints_.size() >= limit || sessions_.size() >= session_limit; }
  // Forgets all; only start(unspecified) is there again.
  void clear();

 private:
  static constexpr std::size_t limit = 1u << 17;
  static constexpr std::size_t session_limit = 1u << 14;
  struct Applied {
    std::uint32_t before = 0;
    std::uint16_t term = 0;
  };

  std::vector<Waypoint> waypoints_;
  std::vector<Applied> applied_;  // lists that share their beginnings; 0 is the empty one
  std::vector<SessionAddresses> sessions_;
  std::uint32_t last_start_ = 0;
  std::map<SessionAddresses, std::uint32_t> starts_;
  std::map<std::tuple<std::uint16_t, std::uint32_t, std::uint16_t>, std::uint32_t> branches_;
  std::map<std::pair<std::uint32_t, std::uint16_t>, std::uint32_t> lists_;
};

}  // namespace vrfd
