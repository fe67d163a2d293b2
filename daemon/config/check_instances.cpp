#include <algorithm>
#include <map>

#include "daemon/config/checker.h"

namespace vrfd::config {

namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }
std::string title(const VpnInstance& instance) {
  return instance.name.empty() ? "the public instance" : "VPN instance " + quoted(instance.name);
}

// Says who has had a value before.
template <class T>
class Owners {
 public:
  explicit Owners(Checker& checker) : checker_(checker) {}
  void claim(const T& value, const VpnInstance& instance, const std::string& pointer, const std::string& text) {
    const auto [owner, first] = owners_.try_emplace(value, &instance);
    if (!first && owner->second != &instance)
      checker_.refuse(pointer, text + " is already that of " + title(*owner->second), "one of its own");
  }

 private:
  Checker& checker_;
  std::map<T, const VpnInstance*> owners_;
};

struct Claims {
  explicit Claims(Checker& checker)
      : tables(checker), rds(checker), labels(checker), devices(checker), interfaces(checker) {}
  Owners<TableId> tables;
  Owners<RouteDistinguisher> rds;
  Owners<Label> labels;
  Owners<std::string> devices;
  Owners<std::string> interfaces;
};

void claim_all(Claims& claims, const VpnInstance& instance, const std::string& at) {
  if (instance.table)
    claims.tables.claim(*instance.table, instance, at + "/table", "table " + std::to_string(instance.table->value()));
  if (instance.rd)
    claims.rds.claim(instance.rd->value, instance, at + "/rd", "route distinguisher " + instance.rd->text);
  if (instance.label)
    claims.labels.claim(*instance.label, instance, at + "/label", "label " + std::to_string(instance.label->value()));
  if (instance.vrf_device)
    claims.devices.claim(*instance.vrf_device, instance, at + "/vrf_device", "device " + quoted(*instance.vrf_device));
  for (std::size_t i = 0; i != instance.interfaces.size(); ++i) {
    claims.interfaces.claim(instance.interfaces[i], instance, at + "/interfaces/" + std::to_string(i),
                            "interface " + quoted(instance.interfaces[i]));
  }
}

// The kernel takes 253 to 255 for a VRF, and routes of the box itself would end up in it.
void check_table(Checker& checker, const VpnInstance& instance, const std::string& at) {
  if (!instance.table) return;
  const std::uint32_t table = instance.table->value();
  const bool reserved = table == 253 || table == 255 || (table == 254 && !instance.name.empty());
  if (reserved)
    checker.refuse(at + "/table", "table " + std::to_string(table) + " is the system's own",
                   instance.name.empty() ? "254 or a table other than 253 and 255" : "a table other than 253 to 255");
}

void check_options(Checker& checker, const VpnInstance& instance, const std::string& at) {
  if (!instance.export_targets.empty() && !instance.rd)
    checker.refuse(at + "/rd", "the key \"rd\" is missing", "a route distinguisher, as there are export targets");
  if (instance.label && instance.label_mode != LabelMode::per_instance)
    checker.refuse(at + "/label", "a fixed label contradicts the label mode", "the label mode \"per_instance\"");
  if (instance.maximum_prefixes && instance.maximum_prefixes->action == LimitAction::restart)
    checker.refuse(at + "/maximum_prefixes/action", "an instance has no session to restart", "\"stop\" or \"warn\"");
}

void check_references(Checker& checker, const VpnInstance& instance, const std::string& at) {
  checker.check_policy(at + "/import_policy", instance.import_policy);
  checker.check_policy(at + "/export_policy", instance.export_policy);
  for (std::size_t i = 0; i != instance.import_routes.size(); ++i)
    checker.check_policy(at + "/import_routes/" + std::to_string(i) + "/policy", instance.import_routes[i].policy);
  for (std::size_t i = 0; i != instance.networks.size(); ++i)
    checker.check_policy(at + "/networks/" + std::to_string(i) + "/policy", instance.networks[i].policy);
}

// Lists refuse a text that occurs twice by themselves; one value in two notations is found here.
template <class T, class KeyOf>
void check_once(Checker& checker, const std::vector<T>& list, const std::string& at, KeyOf key_of) {
  std::map<decltype(key_of(list.front())), std::size_t> seen;
  for (std::size_t i = 0; i != list.size(); ++i) {
    const auto [first, is_new] = seen.try_emplace(key_of(list[i]), i);
    if (!is_new && !checker.is_wrong(at + "/" + std::to_string(i)))
      checker.refuse(at + "/" + std::to_string(i), "the same as " + at + "/" + std::to_string(first->second),
                     "each value once");
  }
}

void check_lists(Checker& checker, const VpnInstance& instance, const std::string& at) {
  const auto target = [](const Written<RouteTarget>& one) { return one.value; };
  check_once(checker, instance.import_targets, at + "/import_targets", target);
  check_once(checker, instance.export_targets, at + "/export_targets", target);
  check_once(checker, instance.networks, at + "/networks", [](const Network& one) { return one.prefix; });
  check_once(checker, instance.import_routes, at + "/import_routes",
             [](const ImportRoutes& one) { return one.source; });
}

void check_core_interfaces(Checker& checker) {
  const std::vector<std::string>& core = checker.config().core_interfaces;
  for (const VpnInstance& instance : checker.config().vpn_instances)
    for (std::size_t i = 0; i != instance.interfaces.size(); ++i)
      if (std::find(core.begin(), core.end(), instance.interfaces[i]) != core.end())
        checker.refuse(checker.pointer_to(instance) + "/interfaces/" + std::to_string(i),
                       "interface " + quoted(instance.interfaces[i]) + " is also under /core_interfaces",
                       "an interface of the customer's side");
}

}  // namespace

void check_instances(Checker& checker) {
  Claims claims(checker);
  const auto check_one = [&](const VpnInstance& instance) {
    const std::string at = checker.pointer_to(instance);
    claim_all(claims, instance, at);
    check_table(checker, instance, at);
    check_options(checker, instance, at);
    check_references(checker, instance, at);
    check_lists(checker, instance, at);
  };
  check_one(checker.config().public_instance);
  for (const VpnInstance& instance : checker.config().vpn_instances) check_one(instance);
  check_core_interfaces(checker);
}

}  // namespace vrfd::config
