#include "cli/monitor_text.h"

#include <nlohmann/json.hpp>

#include "cli/cells.h"

namespace vrfd::cli {
namespace {

// " before value" where there is a value.
std::string part(const Json& row, const char* key, const std::string& before = "") {
  const std::string cell = cell_at(row, key);
  return cell == "-" ? "" : " " + (before.empty() ? "" : before + " ") + cell;
}

}  // namespace

std::string monitor_line(const Json& row) {
  const std::string topic = cell_at(row, "topic");
  std::string line = cell_at(row, "at") + part(row, "topic");
  if (topic == "gap") return line + part(row, "missed", "rows missed:") + part(row, "reason");
  line += part(row, "event") + part(row, "peer", topic == "peers" ? "" : "from") + part(row, "prefix") +
          part(row, "next_hop", "next-hop") + part(row, "rd", "rd") + part(row, "job") + part(row, "kind") +
          part(row, "direction") + part(row, "state") + part(row, "elapsed_ms", "ms") + part(row, "as", "as") +
          part(row, "vpn_instance", "vpn-instance") + part(row, "table", "table") + part(row, "error", "error:") +
          part(row, "audit") + part(row, "reason", "reason:");
  return line + part(row, "cursor", "cursor");
}

}  // namespace vrfd::cli
