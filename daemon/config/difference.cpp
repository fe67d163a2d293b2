#include "daemon/config/difference.h"

#include <algorithm>
#include <array>

#include "daemon/config/key.h"
#include "daemon/config/outcome.h"

namespace vrfd::config {

namespace {

using Names = std::vector<std::string>;

// Keys that differ, by effect.
struct ChangedKeys {
  Names at_once;
  Names refresh_import;
  Names refresh_export;
  Names reset;
};

void add_by_effect(ChangedKeys& changed, std::string_view name, Effect effect) {
  const std::string text(name);
  if (effect == Effect::at_once) changed.at_once.push_back(text);
  if (effect == Effect::reset) changed.reset.push_back(text);
  if (effect == Effect::refresh_import || effect == Effect::refresh_both) changed.refresh_import.push_back(text);
  if (effect == Effect::refresh_export || effect == Effect::refresh_both) changed.refresh_export.push_back(text);
}

template <class T>
ChangedKeys changed_keys(const T& from, const T& to, std::uint8_t places = anywhere) {
  ChangedKeys changed;
  for (const Key<T>& row : keys_of<T>())
    if ((row.places & places) != 0 && !row.same(from, to)) add_by_effect(changed, row.name, row.effect);
  return changed;
}

void append(Names& to, const Names& from) { to.insert(to.end(), from.begin(), from.end()); }

class Comparison {
 public:
  Comparison(const Config& from, const Config& to) : from_(from), to_(to), outcomes_(from, to) {}

  Difference run() {
    ChangedKeys top = changed_keys(from_, to_);
    difference_.top_keys = std::move(top.at_once);
    cluster_changed_ = from_.cluster_id != to_.cluster_id;
    compare_instances(from_.public_instance, to_.public_instance, in_public);
    match(
        from_.vpn_instances, to_.vpn_instances, [](const VpnInstance& one) { return one.name; },
        [&](const VpnInstance* before, const VpnInstance* after) {
          if (before == nullptr) {
            difference_.added_instances.push_back(after->name);
          } else if (after == nullptr) {
            difference_.removed_instances.push_back(before->name);
          } else {
            compare_instances(*before, *after, in_vpn_instance);
          }
        });
    return std::move(difference_);
  }

 private:
  // Walks two lists that are sorted by `key_of` side by side; where only one has a key the other is null.
  template <class T, class KeyOf, class Visit>
  static void match(const std::vector<T>& from, const std::vector<T>& to, KeyOf key_of, Visit visit) {
    auto before = from.begin();
    auto after = to.begin();
    while (before != from.end() || after != to.end()) {
      if (after == to.end() || (before != from.end() && key_of(*before) < key_of(*after))) {
        visit(&*before++, nullptr);
      } else if (before == from.end() || key_of(*after) < key_of(*before)) {
        visit(nullptr, &*after++);
      } else {
        visit(&*before++, &*after++);
      }
    }
  }

  void compare_instances(const VpnInstance& from, const VpnInstance& to, Place place) {
    ChangedKeys changed = changed_keys(from, to, place);
    // The public instance's own AS and router id stand at the top level.
    if (place == in_public) append(changed.reset, changed_keys(from, to, in_vpn_instance).reset);
    compare_instance_policies(from, to);
    if (judges_otherwise(from.import_routes, to.import_routes)) changed.at_once.push_back("import_routes");
    if (judges_otherwise(from.networks, to.networks)) changed.at_once.push_back("networks");
    if (!changed.at_once.empty()) difference_.changed_instances.push_back({to.name, std::move(changed.at_once)});
    match(
        from.peers, to.peers, [](const Peer& peer) { return std::tie(peer.address, peer.range); },
        [&](const Peer* before, const Peer* after) {
          if (before == nullptr) {
            difference_.added_peers.push_back({to.name, name_of(*after)});
          } else if (after == nullptr) {
            difference_.removed_peers.push_back({from.name, name_of(*before)});
          } else {
            compare_peers(*before, *after, changed.reset);
          }
        });
  }

  // The same local routes, through policies that have another outcome.
  template <class T>
  bool judges_otherwise(const std::vector<T>& from, const std::vector<T>& to) {
    if (from != to) return false;
    return std::any_of(to.begin(), to.end(), [&](const T& one) { return !outcomes_.same(one.policy, one.policy); });
  }

  void compare_instance_policies(const VpnInstance& from, const VpnInstance& to) {
    const bool import_same = outcomes_.same(from.import_policy, to.import_policy);
    const bool export_same = outcomes_.same(from.export_policy, to.export_policy);
    for (Family family : {Family::ipv4, Family::ipv6}) {
      if (!import_same) add_instance_refresh(to.name, family, Direction::import_, "import_policy");
      if (!export_same) add_instance_refresh(to.name, family, Direction::export_, "export_policy");
    }
  }

  void compare_peers(const Peer& from, const Peer& to, const Names& instance_keys) {
    ChangedKeys changed = changed_keys(from, to);
    if (families_of(from) != families_of(to)) changed.reset.push_back("families");
    append(changed.reset, instance_keys);
    if (cluster_changed_ && to.internal) changed.reset.push_back("cluster_id");
    for (const auto& [family, settings] : to.families)
      if (auto before = from.families.find(family); before != from.families.end())
        compare_families(to, family, before->second, settings, changed);
    if (!changed.at_once.empty())
      difference_.changed_peers.push_back({{to.vpn_instance, name_of(to)}, std::move(changed.at_once)});
    if (changed.reset.empty()) return;
    std::string command = reset_command(to.vpn_instance, selector_of(to), to.families.begin()->first);
    difference_.resets.push_back({{to.vpn_instance, name_of(to)}, std::move(changed.reset), std::move(command)});
  }

  void compare_families(const Peer& peer, Family family, const FamilySettings& from, const FamilySettings& to,
                        ChangedKeys& changed) {
    ChangedKeys here = changed_keys(from, to);
    for (const std::string& name : here.at_once)
      if (std::find(changed.at_once.begin(), changed.at_once.end(), name) == changed.at_once.end())
        changed.at_once.push_back(name);
    append(here.refresh_import, changed.refresh_import);
    append(here.refresh_export, changed.refresh_export);
    if (!outcomes_.same(from.import_policy, to.import_policy)) here.refresh_import.push_back("import_policy");
    if (!outcomes_.same(from.export_policy, to.export_policy)) here.refresh_export.push_back("export_policy");
    if (from.default_originate && from.default_originate == to.default_originate &&
        !outcomes_.same(from.default_originate->policy, to.default_originate->policy))
      here.refresh_export.push_back("default_originate");
    add_refresh(peer, family, Direction::import_, std::move(here.refresh_import));
    add_refresh(peer, family, Direction::export_, std::move(here.refresh_export));
  }

  void add_refresh(const Peer& peer, Family family, Direction direction, Names keys) {
    if (keys.empty()) return;
    difference_.refreshes.push_back(
        {.vpn_instance = peer.vpn_instance,
         .peer = name_of(peer),
         .family = family,
         .direction = direction,
         .keys = std::move(keys),
         .command = refresh_command(peer.vpn_instance, selector_of(peer), family, direction)});
  }

  void add_instance_refresh(const std::string& instance, Family family, Direction direction, const char* key) {
    difference_.refreshes.push_back({.vpn_instance = instance,
                                     .family = family,
                                     .direction = direction,
                                     .keys = {key},
                                     .command = refresh_command(instance, "all", family, direction)});
  }

  // The members of a range are not in the configuration, and no command takes the range itself.
  static std::string selector_of(const Peer& peer) {
    if (!peer.range) return name_of(peer);
    return peer.group.empty() ? "all" : "group " + peer.group;
  }

  static FamilySet families_of(const Peer& peer) {
    FamilySet set;
    for (const auto& [family, settings] : peer.families) set.add(family);
    return set;
  }

  const Config& from_;
  const Config& to_;
  OutcomeComparison outcomes_;
  bool cluster_changed_ = false;
  Difference difference_;
};

std::string scope(std::string_view vpn_instance, Family family) {
  std::string name(name_of(family));
  if (vpn_instance.empty()) return name;
  return "vpn-instance " + std::string(vpn_instance) + " " + name + "-family";
}

}  // namespace

Difference difference(const Config& from, const Config& to) { return Comparison(from, to).run(); }

std::string refresh_command(std::string_view vpn_instance, std::string_view selector, Family family,
                            Direction direction) {
  return "refresh bgp " + scope(vpn_instance, family) + " " + std::string(selector) +
         (direction == Direction::import_ ? " import" : " export");
}

std::string reset_command(std::string_view vpn_instance, std::string_view selector, Family family) {
  return "reset bgp " + scope(vpn_instance, family) + " " + std::string(selector);
}

}  // namespace vrfd::config
