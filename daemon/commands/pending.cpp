#include "daemon/commands/pending.h"

#include "daemon/config/difference.h"

namespace vrfd::commands {

namespace {

using protocol::PendingRow;

std::string joined(const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "" : " ") + key;
  return text;
}

PendingRow row_of(const Peer& peer, Family family, config::Direction direction, const std::vector<std::string>& keys) {
  PendingRow row;
  row.peer = config::name_of(peer.configured());
  row.vpn_instance = peer.instance().name_or_null();
  row.family = name_of(family);
  row.direction = direction == config::Direction::import_ ? "import" : "export";
  row.change = joined(keys);
  row.since = rfc3339(peer.configured_at());
  row.command = config::refresh_command(peer.instance().name(), *row.peer, family, direction);
  return row;
}

// Only an established session can run older rules.
void add_rules(const Peer& peer, std::vector<PendingRow>& rows) {
  for (const auto& [family, settings] : peer.configured().families) {
    if (const auto keys = peer.pending_import(family); !keys.empty())
      rows.push_back(row_of(peer, family, config::Direction::import_, keys));
    if (const auto keys = peer.pending_export(family); !keys.empty())
      rows.push_back(row_of(peer, family, config::Direction::export_, keys));
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
  row.change = joined(changed);
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
    row.command = config::refresh_command(instance.name(), "all", Family::ipv4, direction);
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
      add_rules(*peer, rows);
      add_session(*peer, rows);
    }
  }
  return rows;
}

}  // namespace vrfd::commands
