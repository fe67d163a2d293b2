#include "vrf/decision.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace vrfd {

namespace {

constexpr std::uint32_t default_local_preference = 100;

bool is_long_lived_stale(const AttributeSet& set) {
  const auto communities = set.communities();
  return std::binary_search(communities.begin(), communities.end(), llgr_stale);
}

constexpr std::size_t at(DecisionStep step) { return static_cast<std::size_t>(step); }

}  // namespace

std::optional<NextHopId> Decision::next_hop_of(const RouteTable& table, const Path& path, InstanceId owner) {
  if (row_of(table.family()).membership) return std::nullopt;  // nothing is sent there
  const IpAddress& address = attributes_[path.attributes].next_hop();
  if (sources_[path.source].kind == SourceKind::local || address.is_unspecified()) return std::nullopt;
  // A VPNv6 next hop in an IPv4 core is IPv4-mapped (RFC 4659, 3.2.1.2).
  return next_hops_.track(path.has(PathFlag::imported) ? public_instance : owner,
                          address.v4_mapped().value_or(address));
}

PathReason Decision::ineligible(const RouteTable& table, const Path& path, InstanceId owner) {
  if (!path.accepted()) return path.reason;
  if (!assumed_reachable_.empty() && assumed_reachable_.contains(&table)) return PathReason::none;
  const auto next_hop = next_hop_of(table, path, owner);
  return !next_hop || next_hops_.reachable(*next_hop) ? PathReason::none : PathReason::next_hop_unreachable;
}

void Decision::assume_reachable(RouteTable& table, InstanceId owner, bool on) {
  const bool changes = on ? assumed_reachable_.insert(&table).second : assumed_reachable_.erase(&table) != 0;
  if (!changes) return;
  for (DestId dest = 0; dest != table.limit(); ++dest)
    if (table.in_use(dest)) settle(table, dest, owner);
}

void Decision::forget(const RouteTable& table) {
  limits_.erase(&table);
  assumed_reachable_.erase(&table);
}

void Decision::settle(RouteTable& table, DestId dest, InstanceId owner) {
  choose(table, dest, owner);
  if (limits_.empty()) return;
  if (const PrefixLimit* limit = limit_of(table)) let_in(table, *limit, owner);
}

void Decision::choose(RouteTable& table, DestId dest, InstanceId owner) {
  PrefixLimit* const limit = limits_.empty() ? nullptr : find_limit(table);
  const PathId first = table.first(dest);
  if (first != no_index && table.next(first) == no_index) {
    const bool usable = ineligible(table, table.path(first), owner) == PathReason::none;
    table.set_best(dest, within(limit, dest, usable ? first : no_index));
  } else {
    const std::uint32_t winner = run(table, dest, owner);
    table.set_best(dest, within(limit, dest, winner == no_index ? no_index : candidates_[winner].path));
  }
  table.note(dest);
}

// ---- the most prefixes of a table

PathId Decision::within(PrefixLimit* limit, DestId dest, PathId path) {
  if (limit == nullptr) return path;
  if (path != no_index) return limit->admit(dest) ? path : no_index;
  limit->leave(dest);
  return no_index;
}

// Each round ends with a destination that waits no longer: it is in, or it turned out to have no usable path.
void Decision::let_in(RouteTable& table, const PrefixLimit& limit, InstanceId owner) {
  for (DestId next = limit.next(); next != IndexSet::end; next = limit.next()) choose(table, next, owner);
}

void Decision::set_limit(RouteTable& table, InstanceId owner, std::optional<std::uint32_t> most) {
  PrefixLimit* const known = find_limit(table);
  if (known == nullptr) {
    if (!most) return;
    PrefixLimit limit(IndexSet::end);
    for (DestId dest = 0; dest != table.limit(); ++dest)
      if (table.in_use(dest) && table.best(dest) != no_index) limit.admit(dest);
    limit.set_most(*most);
    limits_.emplace(&table, std::move(limit));
    return;
  }
  known->set_most(most.value_or(IndexSet::end));
  let_in(table, *known, owner);
  if (!most) limits_.erase(&table);
}

PrefixLimit* Decision::find_limit(const RouteTable& table) {
  const auto at = limits_.find(&table);
  return at == limits_.end() ? nullptr : &at->second;
}

const PrefixLimit* Decision::limit_of(const RouteTable& table) const {
  const auto at = limits_.find(&table);
  return at == limits_.end() ? nullptr : &at->second;
}

bool Decision::is_over_limit(const RouteTable& table, DestId dest) const {
  const PrefixLimit* limit = limits_.empty() ? nullptr : limit_of(table);
  return limit != nullptr && limit->is_refused(dest);
}

// ---- one destination

Decision::Candidate Decision::candidate(const RouteTable& table, PathId id, InstanceId owner) {
  const Path& path = table.path(id);
  const AttributeSet& set = attributes_[path.attributes];
  const Source& source = sources_[path.source];
  const bool imported = path.has(PathFlag::imported);
  const bool own = source.kind == SourceKind::local && !imported;
  const auto next_hop = next_hop_of(table, path, owner);

  // The index of a route distinguisher depends on the order in which they came; it itself does not.
  const std::uint32_t path_id = table.extra(id).path_id;
  Candidate c{.path = id,
              .keys = {},
              .neighbour = set.first_as().value_or(Asn{}),
              .address = source.address,
              .rd = imported ? table.rds()[path_id].octets() : 0,
              .identifier = imported ? path_id / RdTable::limit : path_id,
              .lost_at = DecisionStep::only_path};
  const auto key = [&](DecisionStep step, std::uint32_t value) { c.keys[at(step)] = value; };
  key(DecisionStep::local_route, own ? 0 : 1);
  key(DecisionStep::long_lived_stale, is_long_lived_stale(set) ? 1 : 0);
  key(DecisionStep::local_preference, ~set.local_preference().value_or(default_local_preference));
  key(DecisionStep::as_path_length, set.hop_count());
  key(DecisionStep::origin, static_cast<std::uint32_t>(set.origin()));
  key(DecisionStep::med, set.med().value_or(0));
  key(DecisionStep::external_over_internal, source.kind == SourceKind::external && !imported ? 0 : 1);
  key(DecisionStep::igp_metric, next_hop ? next_hops_.metric(*next_hop) : 0);
  const auto originator = set.originator_id();
  key(DecisionStep::router_id, originator ? originator->v4_value() : source.router_id);
  key(DecisionStep::cluster_list_length, static_cast<std::uint32_t>(set.cluster_list().size()));
  return c;
}

void Decision::gather(const RouteTable& table, DestId dest, InstanceId owner) {
  candidates_.clear();
  for (PathId p = table.first(dest); p != no_index; p = table.next(p))
    if (ineligible(table, table.path(p), owner) == PathReason::none) candidates_.push_back(candidate(table, p, owner));
}

std::uint32_t Decision::run(const RouteTable& table, DestId dest, InstanceId owner) {
  gather(table, dest, owner);
  return race();
}

std::uint32_t Decision::race() {
  for (std::size_t step = at(DecisionStep::local_route); step != steps; ++step)
    eliminate(DecisionStep{static_cast<std::uint8_t>(step)});
  const auto winner = std::find_if(candidates_.begin(), candidates_.end(),
                                   [](const Candidate& c) { return c.lost_at == DecisionStep::only_path; });
  return winner == candidates_.end() ? no_index : static_cast<std::uint32_t>(winner - candidates_.begin());
}

void Decision::eliminate(DecisionStep step) {
  if (step == DecisionStep::med) return eliminate_by_med();
  if (step == DecisionStep::peer_address) return eliminate_by_address();
  if (step == DecisionStep::path_identifier) return eliminate_by_identifier();
  std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
  for (const Candidate& c : candidates_)
    if (c.lost_at == DecisionStep::only_path) least = std::min(least, c.keys[at(step)]);
  for (Candidate& c : candidates_)
    if (c.lost_at == DecisionStep::only_path && c.keys[at(step)] > least) c.lost_at = step;
}

// RFC 4271, 9.1.2.2 c: a path drops out if another one of the same neighbouring AS has a lower MED.
void Decision::eliminate_by_med() {
  for (const Candidate& better : candidates_) {
    if (better.lost_at != DecisionStep::only_path) continue;
    for (Candidate& c : candidates_)
      if (c.lost_at == DecisionStep::only_path && c.neighbour == better.neighbour &&
          c.keys[at(DecisionStep::med)] > better.keys[at(DecisionStep::med)])
        c.lost_at = DecisionStep::med;
  }
}

void Decision::eliminate_by_address() {
  const Candidate* lowest = nullptr;
  for (const Candidate& c : candidates_)
    if (c.lost_at == DecisionStep::only_path && (lowest == nullptr || c.address < lowest->address)) lowest = &c;
  for (Candidate& c : candidates_)
    if (c.lost_at == DecisionStep::only_path && c.address > lowest->address) c.lost_at = DecisionStep::peer_address;
}

void Decision::eliminate_by_identifier() {
  const auto key = [](const Candidate& c) { return std::pair(c.rd, c.identifier); };
  const Candidate* lowest = nullptr;
  for (const Candidate& c : candidates_)
    if (c.lost_at == DecisionStep::only_path && (lowest == nullptr || key(c) < key(*lowest))) lowest = &c;
  for (Candidate& c : candidates_)
    if (c.lost_at == DecisionStep::only_path && key(c) > key(*lowest)) c.lost_at = DecisionStep::path_identifier;
}

DecisionStep Decision::step_of(const RouteTable& table, DestId dest, PathId path, InstanceId owner) {
  const std::uint32_t winner = run(table, dest, owner);
  DecisionStep last = DecisionStep::only_path;
  for (const Candidate& c : candidates_) {
    if (c.path == path && winner != no_index && candidates_[winner].path != path) return c.lost_at;
    last = std::max(last, c.lost_at);
  }
  return last;
}

std::vector<PathId> Decision::multipath(const RouteTable& table, DestId dest, InstanceId owner, unsigned maximum) {
  const std::uint32_t winner = run(table, dest, owner);
  if (winner == no_index || is_over_limit(table, dest)) return {};
  const Candidate& best = candidates_[winner];
  const bool imported = table.path(best.path).has(PathFlag::imported);
  std::vector<PathId> paths{best.path};
  for (const Candidate& c : candidates_) {
    if (paths.size() >= maximum) break;
    const bool as_good = c.lost_at > DecisionStep::igp_metric;
    const bool alike = table.path(c.path).has(PathFlag::imported) == imported && c.neighbour == best.neighbour;
    if (as_good && alike) paths.push_back(c.path);
  }
  return paths;
}

PathId Decision::backup(const RouteTable& table, DestId dest, InstanceId owner, const std::vector<NextHopId>& used) {
  gather(table, dest, owner);
  std::erase_if(candidates_, [&](const Candidate& c) {
    const auto next_hop = next_hop_of(table, table.path(c.path), owner);
    return !next_hop || std::find(used.begin(), used.end(), *next_hop) != used.end();
  });
  const std::uint32_t winner = race();
  return winner == no_index ? no_index : candidates_[winner].path;
}

}  // namespace vrfd
