#include "daemon/commands/explain_parts.h"
#include "vrf/export_explanation.h"

namespace vrfd::commands {

using protocol::ExplainAudience;

namespace {

// Why a peer that is up, with the family, is not told.
void set_reason(Router& router, const UpdateGroup& group, RouteTable& table, DestId dest, PeerId peer,
                ExplainAudience& row) {
  const PathId best = table.best(dest);
  if (best != no_index && table.path(best).source == peer) {
    row.reason = "split_horizon";
    return;
  }
  const ExportExplanation found = vrfd::explain_export(group.rules(), table, router.core().sources(), dest);
  const bool may_go = found.hindrance == ExportHindrance::none;
  row.reason = may_go ? "not_yet" : std::string(name_of(found.hindrance));
  if (!found.policy.empty()) row.policy = found.policy;
}

}  // namespace

ExplainAudience explain_audience(Router& router, Peer& peer, Family family, DestId dest) {
  ExplainAudience row;
  row.peer = config::name_of(peer.configured());
  row.vpn_instance = peer.instance().name_or_null();
  row.family = name_of(family);
  const Peer::FamilyState* state = peer.family(family);
  RouteTable& table = router.core().table(peer.instance().id(), family);
  const UpdateGroup* group = router.core().group_of(table, peer.id());
  if (!peer.established())
    row.reason = "not_established";
  else if (state == nullptr || !state->negotiated)
    row.reason = "family_not_negotiated";
  else if (group == nullptr)
    row.reason = "wants_not_yet_known";
  else if (dest == no_index)
    row.reason = row_of(family).vpn ? "not_exported" : "no_best_path";
  if (row.reason) return row;
  const OutRoute route = group->announced(dest);
  row.advertised = route.attributes != AttrId::none && route.source != peer.id();
  if (!row.advertised)
    set_reason(router, *group, table, dest, peer.id(), row);
  else if (!group->told(peer.id()))
    row.reason = "being_sent";
  return row;
}

}  // namespace vrfd::commands
