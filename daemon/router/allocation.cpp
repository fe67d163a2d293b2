#include "daemon/router/allocation.h"

namespace vrfd {

namespace {

constexpr std::uint32_t first_allocated_table = 1001;

using Faults = std::vector<std::string>;

std::string title(const std::string& vpn_instance) {
  return vpn_instance.empty() ? "the public instance" : "VPN instance " + vpn_instance;
}

// What the configuration asks for; by table.
std::map<TableId, std::string> configured_tables(const config::Config& next) {
  std::map<TableId, std::string> owners{{next.public_instance.table.value_or(main_table), ""}};
  for (const config::VpnInstance& instance : next.vpn_instances)
    if (instance.table) owners.emplace(*instance.table, instance.name);
  return owners;
}

TableIds tables_of(const config::Config& next, const TableIds& remembered, Faults& faults) {
  std::map<TableId, std::string> owners = configured_tables(next);
  const auto give_remembered = [&](const std::string& name, TableId table) {
    const auto [owner, is_free] = owners.emplace(table, name);
    if (!is_free)
      faults.push_back(title(owner->second) + ": table " + std::to_string(table.value()) +
                       " was given to VPN instance " + name + "; expected another table, or one configured for " +
                       name);
  };
  for (const config::VpnInstance& instance : next.vpn_instances)
    if (const auto known = remembered.find(instance.name); !instance.table && known != remembered.end())
      give_remembered(known->first, known->second);
  std::uint32_t candidate = first_allocated_table;
  for (const config::VpnInstance& instance : next.vpn_instances) {
    if (instance.table || remembered.contains(instance.name)) continue;
    while (!owners.emplace(TableId{candidate}, instance.name).second) ++candidate;
  }
  TableIds tables;
  for (const auto& [table, name] : owners) tables[name] = table;
  for (const auto& [name, table] : remembered)
    if (!tables.contains(name) && !owners.contains(table)) tables[name] = table;
  return tables;
}

std::vector<const config::VpnInstance*> labelled_instances(const config::Config& next) {
  std::vector<const config::VpnInstance*> instances;
  for (const config::VpnInstance& instance : next.vpn_instances) instances.push_back(&instance);
  if (next.public_instance.rd) instances.push_back(&next.public_instance);
  return instances;
}

// Labels that are about to be somebody else's come back first, then the configured ones go out, then the rest.
void give_labels(const config::Config& next, const std::vector<std::string>& running, LabelPool& labels, TimePoint now,
                 Faults& faults) {
  labels.set_range({next.label_range.first, next.label_range.last});
  for (const std::string& name : running)
    if (config::find_instance(next, name) == nullptr) labels.release(label_key(name), now);
  const auto instances = labelled_instances(next);
  std::map<Label, std::string> wanted;
  for (const config::VpnInstance* instance : instances)
    if (instance->label) wanted.emplace(*instance->label, label_key(instance->name));
  for (const config::VpnInstance* instance : instances) {
    const std::string key = label_key(instance->name);
    const auto held = labels.label_of(key);
    const auto claim = held ? wanted.find(*held) : wanted.end();
    if (claim != wanted.end() && claim->second != key) labels.release(key, now);
  }
  for (const bool is_fixed : {true, false})
    for (const config::VpnInstance* instance : instances) {
      if (instance->label.has_value() != is_fixed) continue;
      const std::string key = label_key(instance->name);
      const auto label = is_fixed ? labels.reserve(key, *instance->label, now) : labels.allocate(key, now);
      if (!label) faults.push_back(title(instance->name) + ": " + label.error().message);
    }
}

}  // namespace

Allocation allocate(const config::Config& next, const std::vector<std::string>& running, const TableIds& remembered,
                    const LabelPool& labels, TimePoint now) {
  Allocation allocation{.labels = labels};
  allocation.tables = tables_of(next, remembered, allocation.faults);
  give_labels(next, running, allocation.labels, now, allocation.faults);
  return allocation;
}

}  // namespace vrfd
