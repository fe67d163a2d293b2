#include "vrf/core.h"

#include <algorithm>

#include "vrf/swap_labels.h"

namespace vrfd {

namespace {
// A slice of one table's work within a step.
constexpr std::size_t slice = 1024;
}  // namespace

Core::Core(NextHopRules rules) : next_hops_(rules), decision_(attributes_, sources_, next_hops_) {
  for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    auto& table = vpn_tables_[index_of(family)];
    table = std::make_unique<RouteTable>(vpn_of(family), attributes_, rds_);
    register_table(*table, public_instance);
    imports_[index_of(family)] = std::make_unique<VrfImport>(*table, instances_, decision_);
    work_of(*table).import = imports_[index_of(family)].get();
    auto& labelled = labelled_[index_of(family)].table;
    labelled = std::make_unique<RouteTable>(labelled_of(family), attributes_, rds_);
    register_table(*labelled, public_instance);
  }
  membership_table_ = std::make_unique<RouteTable>(Family::rtc, attributes_, rds_);
  register_table(*membership_table_, public_instance);
  interests_ = std::make_unique<TargetInterests>(*membership_table_, sources_);
  attach(*membership_table_, *interests_);
  add_instance({});
}

Core::~Core() = default;

void Core::register_table(RouteTable& table, InstanceId owner) {
  table.set_queue(&queue_);
  work_[&table].owner = owner;
}

// ---- instances

VpnInstance& Core::add_instance(InstanceSettings settings) {
  auto at = std::find(instances_.begin(), instances_.end(), nullptr);
  if (at == instances_.end()) at = instances_.insert(at, nullptr);
  const InstanceId id{static_cast<std::uint16_t>(at - instances_.begin())};
  const PeerId self = sources_.add({.kind = SourceKind::local, .instance = id});
  *at = std::make_unique<VpnInstance>(id, self, std::move(settings), attributes_, rds_);
  VpnInstance& instance = **at;
  for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    RouteTable& table = instance.table(family);
    register_table(table, id);
    table.set_observer(observer_, id);
    exports_[&table] = std::make_unique<VrfExport>(instance, *vpn_tables_[index_of(family)], decision_, sources_);
    work_of(table).vrf_export = exports_[&table].get();
    decision_.set_limit(table, id, instance.settings.maximum_prefixes);
    decision_.assume_reachable(table, id, instance.settings.assume_reachable);
  }
  review_imports(instance.id);
  return instance;
}

void Core::change_instance(InstanceId id, InstanceSettings settings) {
  VpnInstance& instance = *instances_[id.value()];
  instance.settings = std::move(settings);
  for (auto& table : instance.tables) {
    decision_.set_limit(*table, id, instance.settings.maximum_prefixes);
    decision_.assume_reachable(*table, id, instance.settings.assume_reachable);
    exports_[table.get()]->settings_changed();
    table->request_work();
  }
  review_imports(id);
}

void Core::remove_instance(InstanceId id) {
  VpnInstance& instance = *instances_[id.value()];
  for (auto& table : instance.tables) {
    decision_.forget(*table);
    exports_[table.get()]->retract();
    exports_.erase(table.get());
    work_.erase(table.get());
    std::erase(queue_, table.get());
    held_up_.erase(table.get());
    std::erase(revalidation_.tables, table.get());
    revalidation_.dest = 0;
  }
  instances_[id.value()].reset();
  review_imports(id);
}

void Core::review_imports(InstanceId id) {
  for (std::size_t i = 0; i != address_families; ++i) {
    imports_[i]->review(id);
    vpn_tables_[i]->request_work();
  }
}

RouteTable& Core::table(InstanceId id, Family family) {
  const FamilyRow& row = row_of(family);
  if (row.membership) return *membership_table_;
  if (row.vpn) return *vpn_tables_[index_of(row.addresses)];
  return row.labelled ? *labelled_[index_of(row.addresses)].table : instances_[id.value()]->table(row.addresses);
}

void Core::originate(RouteTable& table, const VpnInstance& instance, const OwnRoute& route, AttrId attributes) {
  const DestId dest = table.find_or_add({{}, route.prefix});
  attributes_.retain(attributes);
  attributes_.retain(attributes);
  const auto upserted = table.upsert(
      dest, {.source = instance.self, .path_id = route.path_id, .received = attributes, .attributes = attributes});
  if (upserted.effect == RouteTable::Effect::visible) decision_.settle(table, dest, instance.id);
}

void Core::take_back(RouteTable& table, const VpnInstance& instance, const OwnRoute& route) {
  const DestId dest = table.find({{}, route.prefix});
  if (dest == no_index || !table.erase(dest, instance.self, route.path_id).found) return;
  decision_.settle(table, dest, instance.id);
}

void Core::set_local_route(InstanceId id, const Prefix& prefix, LocalRoute kind, AttrId attributes) {
  VpnInstance& instance = *instances_[id.value()];
  originate(instance.table(prefix.family()), instance, {prefix, static_cast<std::uint32_t>(kind)}, attributes);
}

void Core::remove_local_route(InstanceId id, const Prefix& prefix, LocalRoute kind) {
  VpnInstance& instance = *instances_[id.value()];
  take_back(instance.table(prefix.family()), instance, {prefix, static_cast<std::uint32_t>(kind)});
}

void Core::use_labelled(AddressFamily family) {
  Labelled& labelled = labelled_[index_of(family)];
  if (labelled.import) return;
  VpnInstance& own = *instances_[public_instance.value()];
  labelled.import = std::make_unique<LabelledImport>(*labelled.table, own, decision_);
  labelled.from_unicast = std::make_unique<LabelledExport>(own, *labelled.table, decision_);
  attach(*labelled.table, *labelled.import);
  attach(own.table(family), *labelled.from_unicast);
}

void Core::set_own_memberships(const std::set<Prefix>& memberships) {
  RouteTable& table = *membership_table_;
  const VpnInstance& own = *instances_[public_instance.value()];
  PathAttributes plain;
  plain.origin = Origin::igp;
  const AttributesRef attributes(attributes_, attributes_.intern(plain));
  for (const Prefix& membership : memberships)
    if (!own_memberships_.contains(membership)) originate(table, own, {membership, 0}, attributes.id());
  for (const Prefix& membership : own_memberships_)
    if (!memberships.contains(membership)) take_back(table, own, {membership, 0});
  own_memberships_ = memberships;
}

void Core::observe(BestPathObserver& observer) {
  observer_ = &observer;
  for (auto& instance : instances_)
    if (instance)
      for (auto& table : instance->tables) table->set_observer(observer_, instance->id);
}

// ---- update groups

UpdateGroup& Core::join(RouteTable& table, PeerId peer, const ExportRules& rules) {
  Groups& groups = work_of(table).groups;
  auto at = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g->rules() == rules; });
  if (at == groups.end()) at = groups.insert(at, std::make_unique<UpdateGroup>(table, sources_, rules, swap_labels_));
  (*at)->join(peer);
  table.request_work();
  return **at;
}

void Core::swap_labels_ready() {
  for (const FamilyRow& row : families)
    for (DestId dest : swap_labels_->take_ready(row.family)) table(public_instance, row.family).note(dest);
}

void Core::swap_labels_changed() {
  for (const FamilyRow& row : families) {
    if (!row.labelled) continue;
    RouteTable& labelled = table(public_instance, row.family);
    for (auto& group : groups(labelled)) group->set_rules(group->rules());
    labelled.request_work();
  }
}

void Core::leave(RouteTable& table, PeerId peer) {
  Groups& groups = work_of(table).groups;
  for (auto& group : groups) group->leave(peer);
  std::erase_if(groups, [](const auto& group) { return group->member_count() == 0; });
  table.request_work();
}

UpdateGroup* Core::group_of(RouteTable& table, PeerId peer) {
  for (auto& group : work_of(table).groups)
    if (group->has_member(peer)) return group.get();
  return nullptr;
}

void Core::change_rules(RouteTable& table, const std::vector<PeerId>& peers,
                        const std::function<ExportRules(PeerId)>& rules_of) {
  std::vector<UpdateGroup*> before;
  for (auto& group : work_of(table).groups) before.push_back(group.get());
  for (UpdateGroup* group : before) {
    std::vector<PeerId> rest;
    for (PeerId peer : group->members())
      if (std::find(peers.begin(), peers.end(), peer) != peers.end()) rest.push_back(peer);
    while (!rest.empty()) {
      const ExportRules rules = rules_of(rest.front());
      const auto others =
          std::stable_partition(rest.begin(), rest.end(), [&](PeerId p) { return rules_of(p) == rules; });
      split_group(table, *group, {rest.begin(), others}, rules);
      rest.erase(rest.begin(), others);
    }
  }
  table.request_work();
}

void Core::change_wanted(RouteTable& vpn_table, PeerId peer) {
  const UpdateGroup* group = group_of(vpn_table, peer);
  if (group == nullptr) return;
  ExportRules rules = group->rules();
  rules.wanted = {interests_->of(peer)};
  if (!(rules == group->rules())) change_rules(vpn_table, {peer}, [&](PeerId) { return rules; });
}

void Core::split_group(RouteTable& table, UpdateGroup& group, const std::vector<PeerId>& peers,
                       const ExportRules& rules) {
  if (peers.size() == group.member_count())
    group.set_rules(rules);
  else
    work_of(table).groups.push_back(group.split(peers, rules));
}

// Peers that were refreshed one after the other end up with equal rules in different groups; they meet again here.
void Core::merge_groups(TableWork& work) {
  for (std::size_t i = 0; i < work.groups.size(); ++i)
    for (std::size_t j = i + 1; j < work.groups.size();) {
      UpdateGroup& into = *work.groups[i];
      UpdateGroup& from = *work.groups[j];
      if (into.rules() == from.rules() && into.settled() && from.settled()) {
        into.absorb(from);
        work.groups.erase(work.groups.begin() + static_cast<std::ptrdiff_t>(j));
      } else {
        ++j;
      }
    }
}

// ---- consumers and slices

void Core::attach(RouteTable& table, TableConsumer& consumer) {
  work_of(table).consumers.push_back(&consumer);
  table.request_work();
}

void Core::detach(RouteTable& table, TableConsumer& consumer) { std::erase(work_of(table).consumers, &consumer); }

bool Core::caught_up(RouteTable& table) {
  const TableWork& work = work_of(table);
  const auto done = [](const auto& consumer) { return consumer->caught_up(); };
  return (work.import == nullptr || done(work.import)) && (work.vrf_export == nullptr || done(work.vrf_export)) &&
         std::all_of(work.groups.begin(), work.groups.end(), [](const auto& g) { return g->evaluated(); }) &&
         std::all_of(work.consumers.begin(), work.consumers.end(), done);
}

// True when every consumer has caught up, or is held up.
bool Core::work_off(RouteTable& table, std::size_t budget) {
  TableWork& work = work_of(table);
  bool done = true;
  if (work.import != nullptr) done &= work.import->step(budget);
  if (work.vrf_export != nullptr) done &= work.vrf_export->step(budget);
  for (TableConsumer* consumer : work.consumers) done &= consumer->step(budget);
  for (auto& group : work.groups) done &= group->evaluate(budget);
  collect(table, budget);
  if (done) merge_groups(work);
  return done;
}

void Core::collect(RouteTable& table, std::size_t budget) {
  TableWork& work = work_of(table);
  table.collect(budget, [&](DestId dest) {
    return std::any_of(work.groups.begin(), work.groups.end(), [&](const auto& g) { return g->holds(dest); }) ||
           std::any_of(work.consumers.begin(), work.consumers.end(), [&](auto* c) { return c->holds(dest); });
  });
}

bool Core::step(std::size_t budget, const std::function<void(RouteTable&)>& touched) {
  for (std::size_t spent = 0; spent < budget && !queue_.empty(); spent += slice) {
    RouteTable* table = queue_.front();
    queue_.erase(queue_.begin());
    table->worked_off();
    if (!work_off(*table, slice)) table->request_work();
    if (is_held_up(*table)) held_up_.insert(table);
    touched(*table);
  }
  if (revalidation_.tables.empty() && !changed_next_hops_.empty()) begin_revalidation();
  if (!revalidation_.tables.empty()) revalidate(budget);
  return has_work();
}

bool Core::has_work() const { return !queue_.empty() || !revalidation_.tables.empty() || !changed_next_hops_.empty(); }

bool Core::is_held_up(RouteTable& table) {
  const auto& consumers = work_of(table).consumers;
  return std::any_of(consumers.begin(), consumers.end(), [](const auto* consumer) { return consumer->held_up(); });
}

void Core::resume() {
  for (RouteTable* table : std::exchange(held_up_, {})) table->request_work();
}

// ---- next hops

void Core::begin_revalidation() {
  revalidation_.next_hops.swap(changed_next_hops_);
  changed_next_hops_.clear();
  for (const auto& [table, work] : work_) revalidation_.tables.push_back(const_cast<RouteTable*>(table));
  revalidation_.dest = 0;
}

void Core::revalidate(std::size_t budget) {
  while (!revalidation_.tables.empty() && budget != 0) {
    RouteTable& table = *revalidation_.tables.back();
    const InstanceId owner = work_of(table).owner;
    for (; revalidation_.dest < table.limit() && budget != 0; ++revalidation_.dest, --budget)
      if (table.in_use(revalidation_.dest) && uses_changed_next_hop(table, revalidation_.dest, owner))
        decision_.settle(table, revalidation_.dest, owner);
    if (revalidation_.dest < table.limit()) return;
    revalidation_.tables.pop_back();
    revalidation_.dest = 0;
  }
}

bool Core::uses_changed_next_hop(RouteTable& table, DestId dest, InstanceId owner) {
  for (PathId p = table.first(dest); p != no_index; p = table.next(p)) {
    const Path& path = table.path(p);
    if (!path.accepted()) continue;
    const auto next_hop = decision_.next_hop_of(table, path, owner);
    if (next_hop && revalidation_.next_hops.contains(*next_hop)) return true;
  }
  return false;
}

}  // namespace vrfd
