#include "cli/tables.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "cli/cells.h"

namespace vrfd::cli {
namespace {

// " [over 1000]" where the limit is near or exceeded.
std::string limit_cell(const Json& family) {
  const std::string state = cell_at(family, "limit_state");
  return state == "warning" || state == "over" ? " [" + state + " " + cell_at(family, "maximum_prefixes") + "]" : "";
}

// "ipv4 1000/900/10": received, accepted, advertised.
std::string families_cell(const Json& families) {
  std::string text;
  if (!families.is_array()) return "-";
  for (const Json& family : families)
    text += (text.empty() ? "" : " ") + cell_at(family, "family") + " " + cell_at(family, "received") + "/" +
            cell_at(family, "accepted") + "/" + cell_at(family, "advertised") + limit_cell(family);
  return text.empty() ? "-" : text;
}

std::string best_cell(const Json& best) { return best.is_boolean() && best.get<bool>() ? "*" : ""; }

std::string count_cell(const Json& list) { return list.is_array() ? std::to_string(list.size()) : "-"; }

constexpr auto peer_columns = std::to_array<Column>({
    {"PEER", "peer", &cell_of},
    {"VPN-INSTANCE", "vpn_instance", &cell_of},
    {"AS", "as", &cell_of},
    {"TYPE", "type", &cell_of},
    {"GROUP", "group", &cell_of},
    {"STATE", "state", &cell_of},
    {"UPTIME", "uptime_s", &age_cell},
    {"RECEIVED/ACCEPTED/ADVERTISED", "families", &families_cell},
});

constexpr auto route_columns = std::to_array<Column>({
    {"", "best", &best_cell, 1},
    {"PREFIX", "prefix", &cell_of, 18},
    {"RD", "rd", &cell_of, 12},
    {"NEXT-HOP", "next_hop", &cell_of, 15},
    {"PEER", "peer", &cell_of, 15},
    {"LABELS", "labels", &cell_of, 7},
    {"LOCAL-PREF", "local_preference", &cell_of, 10},
    {"MED", "med", &cell_of, 5},
    {"STATE", "state", &cell_of, 10},
    {"AS-PATH", "as_path", &path_cell, 20},
    {"ORIGIN", "origin", &cell_of, 10},
    {"REASON", "reason", &cell_of},
});

constexpr auto instance_columns = std::to_array<Column>({
    {"NAME", "name", &cell_of},
    {"RD", "rd", &cell_of},
    {"IMPORT", "import_targets", &cell_of},
    {"EXPORT", "export_targets", &cell_of},
    {"TABLE", "table", &cell_of},
    {"DEVICE", "vrf_device", &cell_of},
    {"STATE", "device_state", &cell_of},
    {"INTERFACES", "interfaces", &cell_of},
    {"LABEL", "label", &cell_of},
    {"LABEL-MODE", "label_mode", &cell_of},
    {"ROUTES", "routes", &cell_of},
    {"FIB-ROUTES", "fib_routes", &cell_of},
});

constexpr auto fib_columns = std::to_array<Column>({
    {"VPN-INSTANCE", "vpn_instance", &cell_of, 12},
    {"TABLE", "table", &cell_of, 7},
    {"PREFIX", "prefix", &cell_of, 18},
    {"STATE", "state", &cell_of, 9},
    {"NEXT-HOPS", "next_hops", &hops_cell, 30},
    {"ERROR", "error", &cell_of},
});

constexpr auto label_columns = std::to_array<Column>({
    {"LABEL", "label", &cell_of, 8},
    {"VPN-INSTANCE", "vpn_instance", &cell_of, 12},
    {"MODE", "mode", &cell_of, 12},
    {"PREFIX", "prefix", &cell_of, 18},
    {"STATE", "state", &cell_of, 9},
    {"NEXT-HOPS", "next_hops", &hops_cell, 30},
    {"ERROR", "error", &cell_of},
});

constexpr auto next_hop_columns = std::to_array<Column>({
    {"NEXT-HOP", "next_hop", &cell_of},
    {"VPN-INSTANCE", "vpn_instance", &cell_of},
    {"STATE", "state", &cell_of},
    {"RESOLVED-BY", "resolved_by", &cell_of},
    {"NEXT-HOPS", "next_hops", &hops_cell},
    {"ROUTES", "routes", &cell_of},
    {"REASON", "reason", &cell_of},
});

constexpr auto pending_columns = std::to_array<Column>({
    {"PEER", "peer", &cell_of},
    {"VPN-INSTANCE", "vpn_instance", &cell_of},
    {"FAMILY", "family", &cell_of},
    {"DIRECTION", "direction", &cell_of},
    {"CHANGE", "change", &cell_of},
    {"SINCE", "since", &cell_of},
    {"COMMAND", "command", &cell_of},
});

constexpr auto slow_columns = std::to_array<Column>({
    {"PEER", "peer", &cell_of},
    {"VPN-INSTANCE", "vpn_instance", &cell_of},
    {"FAMILY", "family", &cell_of},
    {"AS", "as", &cell_of},
    {"REASON", "reason", &cell_of},
    {"SINCE", "since", &cell_of},
    {"COUNT", "count", &cell_of},
    {"LAG", "lag", &cell_of},
    {"LAST-END", "last_end", &cell_of},
    {"RETURNS-IN", "returns_in_s", &age_cell},
});

constexpr auto job_columns = std::to_array<Column>({
    {"JOB", "job", &cell_of},
    {"KIND", "kind", &cell_of},
    {"DIRECTION", "direction", &cell_of},
    {"STATE", "state", &cell_of},
    {"STARTED", "started", &cell_of},
    {"MS", "elapsed_ms", &cell_of},
    {"PEERS", "peers", &count_cell},
});

constexpr auto policy_columns = std::to_array<Column>({
    {"NAME", "name", &cell_of},
    {"TERMS", "terms", &count_cell},
    {"USED-BY", "used_by", &count_cell},
    {"PENDING", "pending", &cell_of},
});

constexpr auto tables = std::to_array<TableRow>({
    {"show_bgp_peer", "peers", peer_columns},
    {"show_bgp_routes", "", route_columns},
    {"show_vpn_instance", "vpn_instances", instance_columns},
    {"show_fib", "", fib_columns},
    {"show_labels", "", label_columns},
    {"show_next_hops", "next_hops", next_hop_columns},
    {"show_pending", "pending", pending_columns},
    {"show_slow_peers", "slow_peers", slow_columns},
    {"show_jobs", "jobs", job_columns},
    {"show_policy", "policies", policy_columns},
});

}  // namespace

const TableRow* table_of(std::string_view method) {
  const auto found = std::ranges::find(tables, method, &TableRow::method);
  return found == tables.end() ? nullptr : &*found;
}

std::vector<std::string> titles_of(const TableRow& table) {
  std::vector<std::string> titles;
  for (const Column& column : table.columns) titles.emplace_back(column.title);
  return titles;
}

std::vector<std::string> cells_of(const TableRow& table, const Json& row) {
  std::vector<std::string> cells;
  for (const Column& column : table.columns) {
    const auto found = row.is_object() ? row.find(column.key) : row.end();
    cells.push_back(found == row.end() ? "-" : column.cell(*found));
  }
  return cells;
}

}  // namespace vrfd::cli
