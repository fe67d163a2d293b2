#include "daemon/commands/pending.h"

#include "daemon/config/difference.h"

namespace vrfd::commands {

namespace {

using protocol::PendingRow;

PendingRow row_of(const Peer& peer, Family family, config::Direction direction) {
  const bool import = direction == config::Direction::import_;
  PendingRow row;
  row.peer = config::name_of(peer.configured());
  row.vpn_instance = peer.instance().name_or_null();
  row.family = name_of(family);
  row.direction = import ? "import" : "export";
  row.change = import ? "import_policy" : "export_policy";
  row.since = rfc3339(peer.configured_at());
  row.command = config::refresh_command(peer.instance().name(), *row.peer, family, direction);
  return row;
}

// Only an established session can run an older policy.
void add_policies(Router& router, Peer& peer, std::vector<PendingRow>& rows) {
  for (const auto& [family, settings] : peer.configured().families) {
    const Peer::FamilyState* state = peer.family(family);
    if (state == nullptr || !state->negotiated) continue;
    if (!same_policy(state->in.rules().policy, peer.import_rules(family).policy))
      rows.push_back(row_of(peer, family, config::Direction::import_));
    const UpdateGroup* group = router.core().group_of(router.core().table(peer.instance().id(), family), peer.id());
    if (group != nullptr && !same_policy(group->rules().policy, peer.export_rules(family).policy))
      rows.push_back(row_of(peer, family, config::Direction::export_));
  }
}

void add_session(const Peer& peer, std::vector<PendingRow>& rows) {
  if (!peer.established()) return;
  const std::vector<std::string> changed = peer.pending_session_changes();
  if (changed.empty()) return;
  PendingRow row;
  row.peer = config::name_of(peer.configured());
  row.vpn_instance = peer.instance().name_or_null();
  const Family family = peer.configured().families.empty() ? Family::ipv4 : peer.configured().families.begin()->first;
  row.family = name_of(family);
  for (const std::string& key : changed) row.change += (row.change.empty() ? "" : " ") + key;
  row.since = rfc3339(peer.configured_at());
  row.command = config::reset_command(peer.instance().name(), *row.peer, family);
  rows.push_back(row);
}

void add_instance(const Instance& instance, std::vector<PendingRow>& rows) {
  const auto add = [&](config::Direction direction) {
    PendingRow row;
    const bool import = direction == config::Direction::import_;
    row.vpn_instance = instance.name_or_null();
    row.family = name_of(Family::ipv4);
    row.direction = import ? "import" : "export";
    row.change = import ? "import_policy" : "export_policy";
    row.since = rfc3339(instance.configured_at());
    row.command = config::refresh_command(instance.name(), "", Family::ipv4, direction);
    rows.push_back(row);
  };
  if (instance.import_policy_pending()) add(config::Direction::import_);
  if (instance.export_policy_pending()) add(config::Direction::export_);
}

}  // namespace

std::vector<PendingRow> pending_rows(Router& router) {
  std::vector<PendingRow> rows;
  for (Instance* instance : router.instances()) {
    add_instance(*instance, rows);
    for (auto& [address, peer] : instance->peers()) {
      add_policies(router, *peer, rows);
      add_session(*peer, rows);
    }
  }
  return rows;
}

}  // namespace vrfd::commands
