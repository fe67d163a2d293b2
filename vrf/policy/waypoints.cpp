#include "vrf/policy/waypoints.h"

#include <algorithm>

namespace vrfd {

void Waypoints::clear() {
  waypoints_.clear();
  applied_.assign(1, {});
  sessions_.clear();
  starts_.clear();
  branches_.clear();
  lists_.clear();
  last_start_ = 0;
  start({});
}

std::uint32_t Waypoints::start(const SessionAddresses& session) {
  // Routes come in runs of one session.
  if (!waypoints_.empty() && sessions_[waypoints_[last_start_].session] == session) return last_start_;
  const auto [known, fresh] = starts_.try_emplace(session, static_cast<std::uint32_t>(waypoints_.size()));
  if (fresh) {
    waypoints_.push_back({0, false, static_cast<std::uint16_t>(sessions_.size()), 0});
    sessions_.push_back(session);
  }
  last_start_ = known->second;
  return last_start_;
}

std::uint32_t Waypoints::branch(const Waypoint& from, std::uint16_t first, std::uint16_t count) {
  const auto next = static_cast<std::uint32_t>(waypoints_.size());
  const auto [known, fresh] = branches_.try_emplace({from.session, from.applied, first}, next);
  if (!fresh) return known->second;
  const Waypoint copy = from;
  for (std::uint16_t i = 0; i != count; ++i)
    waypoints_.push_back({static_cast<std::uint16_t>(first + i), true, copy.session, copy.applied});
  waypoints_.push_back({static_cast<std::uint16_t>(first + count), false, copy.session, copy.applied});
  return next;
}

std::uint32_t Waypoints::with(std::uint32_t applied, std::uint16_t term) {
  const auto [known, fresh] = lists_.try_emplace({applied, term}, static_cast<std::uint32_t>(applied_.size()));
  if (fresh) applied_.push_back({applied, term});
  return known->second;
}

std::vector<std::uint16_t> Waypoints::applied_of(const Waypoint& waypoint) const {
  std::vector<std::uint16_t> terms;
  for (std::uint32_t list = waypoint.applied; list != 0; list = applied_[list].before)
    terms.push_back(applied_[list].term);
  std::reverse(terms.begin(), terms.end());
  return terms;
}

}  // namespace vrfd
