#include "netlink/vrf_device.h"

#include <algorithm>
#include <array>

#include "netlink/numbers.h"

namespace vrfd::netlink {

namespace {

constexpr TableId default_table{253};
constexpr TableId local_table{255};
constexpr std::size_t device_name_limit = 15;
constexpr std::size_t alternative_name_limit = 127;
// RTPROT_KERNEL: who manages the network spares rules with it.
constexpr std::uint8_t kernel_protocol = 2;

bool is_space_or_control(char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; }

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

std::string number(TableId table) { return std::to_string(table.value()); }

bool is_named(const Link& link, std::string_view name) {
  return link.name == name ||
         std::find(link.alternative_names.begin(), link.alternative_names.end(), name) != link.alternative_names.end();
}

Error name_conflict(const Link& link, const VrfDeviceRequest& request) {
  const std::string where = "VPN instance " + quoted(request.instance) + ": interface " + quoted(link.name);
  if (link.kind != "vrf")
    return error(where + " exists and is not a VRF device (" + (link.kind.empty() ? "hardware" : link.kind) +
                 "); rename the interface or the instance");
  return error(where + " is a VRF device of table " + number(link.vrf_table) + ", expected " + number(request.table) +
               "; the table of a VRF device cannot be changed: delete the device or give the instance table " +
               number(link.vrf_table));
}

bool is_local_rule(const Rule& rule) { return rule.table == local_table && !rule.l3mdev && !rule.selective; }

}  // namespace

bool is_legal_device_name(std::string_view name) {
  // The last three are directories of /proc/sys/net and the one link that always exists.
  constexpr std::array<std::string_view, 5> reserved{".", "..", "all", "default", "lo"};
  if (name.empty() || name.size() > device_name_limit) return false;
  if (std::find(reserved.begin(), reserved.end(), name) != reserved.end()) return false;
  return std::none_of(name.begin(), name.end(),
                      [](char c) { return is_space_or_control(c) || c == '/' || c == ':' || c == '%'; });
}

bool is_legal_alternative_name(std::string_view name) {
  return !name.empty() && name.size() <= alternative_name_limit &&
         std::none_of(name.begin(), name.end(), [](char c) { return is_space_or_control(c) || c == '/'; });
}

std::string device_name_of(const VrfDeviceRequest& request) {
  if (!request.device.empty()) return request.device;
  return is_legal_device_name(request.instance) ? request.instance : "vrf" + number(request.table);
}

bool is_reserved(TableId table) { return table == TableId{} || (table >= default_table && table <= local_table); }

Result<std::optional<Link>> device_to_adopt(std::span<const Link> links, const VrfDeviceRequest& request) {
  if (is_reserved(request.table))
    return error("VPN instance " + quoted(request.instance) + ": table " + number(request.table) +
                 " belongs to the system; expected 1 to 252 or 256 to 4294967295");
  const std::string name = device_name_of(request);
  std::optional<Link> adopted;
  for (const Link& link : links) {
    const bool ours = is_named(link, name) || is_named(link, request.instance);
    const bool has_table = link.kind == "vrf" && link.vrf_table == request.table;
    if (ours && !has_table) return name_conflict(link, request);
    if (!ours && has_table)
      return error("VPN instance " + quoted(request.instance) + ": table " + number(request.table) +
                   " is already that of the VRF device " + quoted(link.name) + "; expected a table of its own");
    if (ours) adopted = link;
  }
  return adopted;
}

std::vector<RuleStep> missing_rule_steps(std::span<const Rule> rules, AddressFamily family) {
  std::vector<RuleStep> additions;
  std::vector<RuleStep> removals;
  bool has_l3mdev = false;
  bool has_late_local = false;
  for (const Rule& rule : rules) {
    if (rule.family != family) continue;
    if (rule.l3mdev && !rule.selective && rule.priority <= l3mdev_rule_priority) has_l3mdev = true;
    if (!is_local_rule(rule)) continue;
    if (rule.priority > l3mdev_rule_priority)
      has_late_local = true;
    else
      removals.push_back({RuleStep::Kind::remove, rule});
  }
  const auto add = [&](std::uint32_t priority, TableId table, bool l3mdev) {
    additions.push_back(
        {RuleStep::Kind::add,
         Rule{.family = family, .priority = priority, .table = table, .l3mdev = l3mdev, .protocol = kernel_protocol}});
  };
  if (!has_l3mdev) add(l3mdev_rule_priority, TableId{}, true);
  if (!has_late_local) add(local_rule_priority, local_table, false);
  additions.insert(additions.end(), removals.begin(), removals.end());
  return additions;
}

}  // namespace vrfd::netlink
