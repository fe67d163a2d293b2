#include "daemon/commands/path_row.h"

#include "vrf/types/target_membership.h"

namespace vrfd::commands {

using protocol::RouteRow;

namespace {

// The instance's policy between VPN and VRF, on a path as VrfImport gave it.
std::optional<std::string> rejecting_import_policy(Router& router, const Instance& instance, RouteTable& table,
                                                   DestId dest, const Path& path) {
  const auto& policy = router.core().instance(instance.id())->settings.import_policy;
  if (!policy) return std::nullopt;
  const Nlri nlri = table.nlri(dest);
  const IpAddress next_hop = table.attributes()[path.received].next_hop();
  const Family vpn = vpn_of(vrfd::row_of(table.family()).addresses);
  const PolicyResult result = policy->evaluate(path.received, {nlri, vpn, next_hop, {}, {}});
  table.attributes().release(result.attributes);
  if (result.accepted) return std::nullopt;
  return describe(*policy, result.term);
}

void set_state(RouteRow& row, Router& router, const Instance& instance, RouteTable& table, DestId dest, PathId id) {
  const Path& path = table.path(id);
  Decision& decision = router.core().decision();
  PathReason reason = decision.ineligible(table, path, instance.id());
  if (reason == PathReason::none && decision.is_over_limit(table, dest)) reason = PathReason::maximum_prefixes;
  row.best = path.has(PathFlag::best);
  if (reason == PathReason::none) {
    row.state = name_of(PathState::accepted);
    if (!row.best) row.reason = std::string(name_of(decision.step_of(table, dest, id, instance.id())));
    return;
  }
  const bool by_policy = reason == PathReason::policy || reason == PathReason::no_policy;
  row.state = name_of(by_policy ? PathState::rejected : PathState::ineligible);
  row.reason = rejecting_policy(router, instance, table, dest, id).value_or(std::string(name_of(reason)));
}

}  // namespace

std::optional<std::string> rejecting_policy(Router& router, const Instance& instance, RouteTable& table, DestId dest,
                                            PathId id) {
  const Path& path = table.path(id);
  if (path.reason != PathReason::policy) return std::nullopt;
  if (path.has(PathFlag::imported)) return rejecting_import_policy(router, instance, table, dest, path);
  const Peer* peer = router.peer(path.source);
  const Peer::FamilyState* state = peer != nullptr ? peer->family(table.family()) : nullptr;
  if (state == nullptr || !state->in.rules().policy) return std::nullopt;
  return state->in.rejection_text(dest, path);
}

RouteRow route_row(Router& router, const Instance& instance, const RouteTable& table, DestId dest, AttrId attributes,
                   Label label, PeerId source) {
  const Nlri nlri = table.nlri(dest);
  const AttributeSet& set = router.core().attributes()[attributes];
  RouteRow row;
  row.prefix = vrfd::row_of(table.family()).membership ? membership_text(nlri.prefix) : to_string(nlri.prefix);
  if (vrfd::row_of(table.family()).vpn) row.rd = to_string(nlri.rd);
  row.vpn_instance = instance.name_or_null();
  row.family = name_of(table.family());
  const Peer* peer = router.peer(source);
  if (peer != nullptr) row.peer = config::name_of(peer->configured());
  set_attributes(row, set.value());
  if (set.next_hop().is_unspecified()) row.next_hop.reset();
  // A peer may say 0, explicit null (RFC 3032, 2.1); of a route of this router's own it means that there is none.
  if (label != Label{} || (vrfd::row_of(table.family()).labelled && peer != nullptr)) row.labels = {label.value()};
  return row;
}

std::optional<RouteDistinguisher> rd_of(const RouteTable& table, DestId dest, PathId id) {
  if (vrfd::row_of(table.family()).vpn) return table.nlri(dest).rd;
  const Path& path = table.path(id);
  if (!path.has(PathFlag::imported) || path.has(PathFlag::transport)) return std::nullopt;
  return table.rds()[table.extra(id).path_id];
}

RouteRow path_row(Router& router, const Instance& instance, RouteTable& table, DestId dest, PathId id,
                  bool as_received) {
  const Path& path = table.path(id);
  const PathExtra extra = table.extra(id);
  RouteRow row =
      route_row(router, instance, table, dest, as_received ? path.received : path.attributes, extra.label, path.source);
  if (const auto rd = rd_of(table, dest, id)) row.rd = to_string(*rd);
  if (!path.has(PathFlag::imported) && extra.path_id != 0 && router.peer(path.source) != nullptr)
    row.path_id = extra.path_id;
  set_state(row, router, instance, table, dest, id);
  return row;
}

}  // namespace vrfd::commands
