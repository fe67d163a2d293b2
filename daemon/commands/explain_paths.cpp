#include <algorithm>

#include "daemon/commands/explain_parts.h"
#include "daemon/commands/path_row.h"

namespace vrfd::commands {

using protocol::ExplainPath;
using protocol::ExplainVpnRoute;

namespace {

std::string_view kind_name(std::uint32_t kind) {
  constexpr std::array<std::string_view, 5> names{"network", "direct", "static", "kernel", "default_originate"};
  return names[kind];
}

std::optional<std::string> name_of_instance(Router& router, InstanceId id) {
  const Instance* instance = router.instance(id);
  return instance != nullptr ? instance->name_or_null() : std::nullopt;
}

void set_source(const Explained& what, PathId id, ExplainPath& row) {
  const Path& path = what.table.path(id);
  const Source& source = what.router.core().sources()[path.source];
  row.peer = row.route.peer;
  if (path.has(PathFlag::transport)) {
    row.source = "labelled";
  } else if (path.has(PathFlag::imported)) {
    row.source = "vpn";
    row.rd = row.route.rd;
  } else if (source.kind == SourceKind::local) {
    row.source = "local";
    row.local_kind = std::string(kind_name(what.table.extra(id).path_id));
  } else {
    row.source = "peer";
  }
  row.vpn_instance = name_of_instance(what.router, source.instance);
}

std::string verdict_of(const ExplainPath& row, bool equal) {
  if (row.route.state != name_of(PathState::accepted)) return row.route.state;
  if (row.route.best) return "best";
  return equal ? "multipath" : "not_best";
}

ExplainPath path_of(const Explained& what, PathId id, bool equal) {
  const Path& path = what.table.path(id);
  ExplainPath row;
  row.route = path_row(what.router, what.instance, what.table, what.dest, id, !path.accepted());
  set_source(what, id, row);
  row.verdict = verdict_of(row, equal);
  row.policy = rejecting_policy(what.router, what.instance, what.table, what.dest, id);
  row.reason = row.policy ? std::string(name_of(PathReason::policy)) : row.route.reason;
  row.stale = path.has(PathFlag::stale);
  if (!path.accepted()) return row;
  if (const auto next_hop = what.router.core().decision().next_hop_of(what.table, path, what.instance.id()))
    row.resolution = explain_next_hop(what.router, what.router.core().next_hops()[*next_hop]);
  return row;
}

std::vector<std::string> targets_of(const AttributeSet& attributes) {
  std::vector<std::string> targets;
  for (ExtendedCommunity community : attributes.extended_communities())
    if (const auto target = RouteTarget::from(community)) targets.push_back(to_string(*target));
  return targets;
}

// Why the instance does not have this VPN path.
void set_reason(const Explained& what, RouteTable& vpn, DestId dest, PathId id, ExplainVpnRoute& row) {
  const Path& path = vpn.path(id);
  if (!path.accepted()) {
    row.policy = rejecting_policy(what.router, *what.router.instance(public_instance), vpn, dest, id);
    row.reason = name_of(path.reason);
    return;
  }
  const auto wanted = what.router.core().import(what.prefix.family()).importers(path.attributes);
  const bool imports = std::find(wanted.begin(), wanted.end(), what.instance.id()) != wanted.end();
  row.reason = imports ? "not_yet" : "no_common_target";
}

ExplainVpnRoute vpn_route_of(const Explained& what, RouteTable& vpn, DestId dest, PathId id) {
  Router& router = what.router;
  const Path& path = vpn.path(id);
  ExplainVpnRoute row;
  row.route = path_row(router, *router.instance(public_instance), vpn, dest, id, !path.accepted());
  row.rd = row.route.rd.value_or("");
  row.peer = row.route.peer;
  if (!row.peer) row.vpn_instance = name_of_instance(router, router.core().sources()[path.source].instance);
  row.targets = targets_of(router.core().attributes()[path.accepted() ? path.attributes : path.received]);
  set_reason(what, vpn, dest, id, row);
  return row;
}

}  // namespace

void explain_paths(const Explained& what, protocol::ExplainAnswer& answer) {
  if (what.dest == no_index) return;
  Core& core = what.router.core();
  const unsigned maximum = core.instance(what.instance.id())->settings.maximum_paths;
  const auto equal = core.decision().multipath(what.table, what.dest, what.instance.id(), maximum);
  for (PathId p = what.table.first(what.dest); p != no_index; p = what.table.next(p)) {
    if (answer.path_count++ >= explain_most) continue;
    answer.paths.push_back(path_of(what, p, std::find(equal.begin(), equal.end(), p) != equal.end()));
  }
}

void explain_vpn_routes(const Explained& what, std::uint32_t rd, protocol::ExplainAnswer& answer) {
  RouteTable& vpn = what.router.core().table(public_instance, vpn_of(what.prefix.family()));
  const DestId dest = vpn.find({vpn.rds()[rd], what.prefix});
  if (dest == no_index) return;
  const PeerId self = what.router.core().instance(what.instance.id())->self;
  for (PathId p = vpn.first(dest); p != no_index; p = vpn.next(p)) {
    const PeerId source = vpn.path(p).source;
    const bool own = source == self;
    if (own || (what.dest != no_index && what.table.find_path(what.dest, source, rd) != no_index)) continue;
    if (answer.vpn_route_count++ < explain_most) answer.vpn_routes.push_back(vpn_route_of(what, vpn, dest, p));
  }
}

}  // namespace vrfd::commands
