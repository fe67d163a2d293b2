// Instances on the kernel's side: VRF device, interfaces, tables, label.
#include <algorithm>

#include "daemon/base/clock.h"
#include "daemon/router/kernel_side.h"
#include "netlink/numbers.h"

namespace vrfd {

namespace {

constexpr Duration first_pause = std::chrono::milliseconds(100);
constexpr Duration longest_pause = std::chrono::seconds(30);

std::set<LocalRoute> imported_kinds(const config::VpnInstance& config) {
  std::set<LocalRoute> kinds;
  for (const config::ImportRoutes& routes : config.import_routes) kinds.insert(local_route_of(routes.source));
  return kinds;
}

std::vector<Prefix> network_prefixes(const config::VpnInstance& config) {
  std::vector<Prefix> prefixes;
  for (const config::Network& network : config.networks) prefixes.push_back(network.prefix);
  return prefixes;
}

}  // namespace

KernelSide::Programmed* KernelSide::find(InstanceId id) {
  const auto at = instances_.find(id);
  return at == instances_.end() ? nullptr : &at->second;
}

KernelSide::Programmed* KernelSide::instance_of(TableId table) {
  for (auto& [id, instance] : instances_)
    if (instance.view.table == table) return &instance;
  return nullptr;
}

// The instance whose traffic the link carries: its master's, else the public one.
KernelSide::Programmed* KernelSide::instance_of_link(const netlink::Link& link) {
  if (link.master != IfIndex{})
    for (auto& [id, instance] : instances_)
      if (instance.view.device == link.master) return &instance;
  return find(public_instance);
}

// To another table, to another device, or out of the kernel.
bool KernelSide::moves(const Programmed& instance, const config::VpnInstance& config, TableId table) {
  return instance.view.table != table || instance.config.fib != config.fib ||
         instance.config.vrf_device != config.vrf_device;
}

bool KernelSide::leaves_device(InstanceId id, const config::VpnInstance& config, TableId table) const {
  const auto at = instances_.find(id);
  return at != instances_.end() && at->second.view.device != IfIndex{} && moves(at->second, config, table);
}

// Out of the table and the device that it has.
void KernelSide::move_out(Programmed& instance, TableId next) {
  detach_tables(instance);
  remove_device(instance);
  // The unreachable defaults stay when the device goes.
  if (port_ && instance.view.id != public_instance && instance.view.table != next)
    port_->flush_table(0, instance.view.table);
  instance.view.device = IfIndex{};
  instance.view.state = DeviceState::none;
  forwarding_.set_lookup_device(instance.view.id, IfIndex{});
}

void KernelSide::set_instance(InstanceId id, const config::VpnInstance& config, TableId table,
                              std::optional<Label> label) {
  const TimePoint now = Clock::now();
  auto [at, added] = instances_.try_emplace(id);
  Programmed& instance = at->second;
  const bool moved = !added && moves(instance, config, table);
  if (moved) move_out(instance, table);
  if (!added) release_interfaces(instance, config.interfaces);
  if (instance.config.maximum_paths != config.maximum_paths || instance.config.backup_path != config.backup_path)
    review_tables(instance);
  instance.config = config;
  instance.view.id = id;
  instance.view.table = table;
  instance.view.programs = config.fib && port_ != nullptr;
  if (!instance.local) instance.local = std::make_unique<LocalRoutes>(core_, id, local_attributes_);
  if (port_ && id != public_instance && config.fib) {
    if (instance.view.state == DeviceState::up)
      bind_interfaces(instance);
    else
      ensure_device(instance, now);
  }
  if (added || moved) attach_tables(instance);
  set_label(instance, label);
  share_labels(instance);
  instance.local->configure(imported_kinds(config), network_prefixes(config));
  if (port_ && (added || moved)) schedule_sync(now);
}

void KernelSide::remove_instance(InstanceId id) {
  Programmed* instance = find(id);
  if (instance == nullptr) return;
  drop_labels(*instance);
  drop_route_labels(*instance);
  instance->local->clear();
  release_interfaces(*instance, {});
  detach_tables(*instance);
  if (port_ && id != public_instance) {
    port_->flush_table(0, instance->view.table);
    if (instance->made_device && instance->view.device != IfIndex{})
      left_devices_.push_back({instance->config.name, instance->view.device});
    forwarding_.set_lookup_device(id, IfIndex{});
  }
  for (NextHopId next_hop : core_.next_hops().remove_instance(id)) core_.next_hop_changed(next_hop);
  instances_.erase(id);
}

// ---- tables and label

// Not one of a FIB that went lately: the kernel may still answer that one.
FibOwner KernelSide::new_owner() {
  do {
    if (++last_owner_ == static_cast<std::size_t>(FibOwner::first_reserved)) last_owner_ = 0;
    if (last_owner_ >= owners_.size()) owners_.resize(last_owner_ + 1);
  } while (owners_[last_owner_] != nullptr);
  return FibOwner{static_cast<std::uint16_t>(last_owner_)};
}

void KernelSide::attach_tables(Programmed& instance) {
  if (!instance.view.programs) return;
  const InstanceId id = instance.view.id;
  instance.forwarder = std::make_unique<DeviceForwarder>(core_, forwarding_, instance.view);
  for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    RouteTable& routes = core_.table(id, unicast_of(family));
    auto& fib = instance.fibs[index_of(family)];
    fib = std::make_unique<Fib>(new_owner(), instance.view.table, routes, forwarding_, *instance.forwarder);
    owners_[static_cast<std::size_t>(fib->owner())] = fib.get();
    fib->set_observer(observer_);
    auto& consumer = instance.consumers[index_of(family)];
    consumer = std::make_unique<FibConsumer>(*fib, operations_, looked_around_);
    core_.attach(routes, *consumer);
  }
}

// Other paths count now, or there is another device, or none: what each route leads to is looked at again, when the
// core has its settings.
void KernelSide::review_tables(Programmed& instance) {
  for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    if (!instance.fibs[index_of(family)]) continue;
    instance.fibs[index_of(family)]->review();
    core_.request_work(core_.table(instance.view.id, unicast_of(family)));
  }
}

void KernelSide::detach_tables(Programmed& instance) {
  for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    auto& fib = instance.fibs[index_of(family)];
    if (!fib) continue;
    fib->withdraw_all();
    while (fib->step(SIZE_MAX, operations_)) {
    }
    const FibProgress& progress = fib->progress();
    past_progress_.emitted += progress.emitted;
    past_progress_.settled += progress.emitted;
    const FibCounters& c = fib->counters();
    past_counters_ = {past_counters_.added + c.added, past_counters_.replaced + c.replaced,
                      past_counters_.deleted + c.deleted, past_counters_.failed + c.failed,
                      past_counters_.acked + c.acked};
    core_.detach(core_.table(instance.view.id, unicast_of(family)), *instance.consumers[index_of(family)]);
    instance.consumers[index_of(family)].reset();
    owners_[static_cast<std::size_t>(fib->owner())] = nullptr;
    fib.reset();
  }
}

bool KernelSide::reads_table(const Programmed& instance) {
  return instance.view.id == public_instance || instance.view.device != IfIndex{};
}

// Through the device that is not there, for which forwarding waits.
ForwardingId KernelSide::DeviceForwarder::desired(const RouteTable& table, DestId dest) {
  const ForwardingId wish = routes_.desired(table, dest);
  if (instance_.id == public_instance || instance_.device != IfIndex{} || wish == ForwardingId::none) return wish;
  forwarding_.release(wish);
  const Leg device = Leg::lookup(instance_.id, row_of(table.family()).addresses);
  return forwarding_.intern({&device, 1});
}

// ---- label

std::optional<Label> KernelSide::announced_label(InstanceId id) const {
  const auto at = instances_.find(id);
  return at == instances_.end() ? std::nullopt : at->second.announced;
}

void KernelSide::set_label(Programmed& instance, std::optional<Label> label) {
  if (instance.label == label) return;
  const auto former = std::exchange(instance.label, label);
  if (former && former != instance.announced) drop_label(*former);
  if (label && port_ && support_.mpls) {
    std::erase_if(resting_labels_, [&](const RestingLabel& resting) { return resting.label == *label; });
    const Leg lookup = Leg::lookup(instance.view.id, AddressFamily::ipv4);
    mpls_.set(*label, forwarding_.intern({&lookup, 1}));
  }
  if (waits_for_label(instance))
    changed_labels_.push_back(instance.view.id);
  else
    announce_label(instance);
}

// Packets with the former label arrive, those with the new one would not.
bool KernelSide::waits_for_label(const Programmed& instance) const {
  return instance.label && instance.announced && instance.label != instance.announced &&
         mpls_.installed(*instance.announced) && !mpls_.installed(*instance.label);
}

void KernelSide::announce_label(Programmed& instance) {
  const auto former = std::exchange(instance.announced, instance.label);
  if (former && former != instance.label && port_) resting_labels_.push_back({*former, instance.view.id, {}});
}

// Unless somebody has taken it over.
void KernelSide::drop_label(Label label) {
  const bool taken = label_owners_.contains(label) || std::any_of(instances_.begin(), instances_.end(),
                                                                  [&](auto& one) { return one.second.label == label; });
  if (!taken) mpls_.remove(label);
}

// Of an instance that goes.
void KernelSide::drop_labels(Programmed& instance) {
  set_label(instance, std::nullopt);
  std::erase_if(resting_labels_, [&](const RestingLabel& resting) {
    if (resting.instance != instance.view.id) return false;
    drop_label(resting.label);
    return true;
  });
}

void KernelSide::look_after_changed_labels(TimePoint now) {
  std::erase_if(changed_labels_, [&](InstanceId id) {
    Programmed* instance = find(id);
    if (instance == nullptr || instance->label == instance->announced) return true;
    if (waits_for_label(*instance)) return false;
    announce_label(*instance);
    InstanceSettings settings = core_.instance(id)->settings;
    settings.label = instance->label;
    core_.change_instance(id, std::move(settings));
    return true;
  });
  if (resting_labels_.empty()) return;
  if (core_.idle())
    for (RestingLabel& resting : resting_labels_)
      if (!resting.until) resting.until = now + LabelPool::rest;
  std::erase_if(resting_labels_, [&](const RestingLabel& resting) {
    if (!resting.until || *resting.until > now) return false;
    drop_label(resting.label);
    return true;
  });
}

// ---- device and interfaces

// Many devices made at once take one list of links.
Result<netlink::VrfDevice> KernelSide::ensure_vrf(const Programmed& instance) {
  if (!links_at_hand_) {
    auto listed = port_->links();
    if (!listed) return listed.error();
    links_at_hand_ = std::move(*listed);
  }
  const std::string device = instance.config.vrf_device.value_or("");
  return port_->ensure_vrf({instance.config.name, instance.view.table, device}, *links_at_hand_);
}

void KernelSide::ensure_device(Programmed& instance, TimePoint now) {
  KernelInstance& view = instance.view;
  const auto ensured = ensure_vrf(instance);
  if (!ensured) return lack_device(instance, ensured.error().message, now);
  instance.retry_device_at.reset();
  instance.pause = {};
  view.problem.clear();
  view.state = DeviceState::up;
  instance.has_last_resort.fill(true);
  const bool another = view.device != ensured->index;
  view.device = ensured->index;
  view.device_name = ensured->name;
  // Known before its notification comes, which may be lost.
  if (interfaces_.find(view.device) == nullptr)
    interfaces_.set({.index = view.device,
                     .name = view.device_name,
                     .up = true,
                     .carrier = true,
                     .kind = "vrf",
                     .vrf_table = ensured->table});
  if (another) begin_with_device(instance, ensured->adopted);
  bind_interfaces(instance);
  if (!another) return;
  core_.next_hops().invalidate_all(view.id);
  device_changed_(view.id);
  schedule_sync(now);
}

void KernelSide::begin_with_device(Programmed& instance, bool adopted) {
  const std::string& name = instance.config.name;
  const IfIndex device = instance.view.device;
  instance.made_device = !adopted || devices_.made(name, device);
  std::erase_if(left_devices_, [&](const LeftDevice& left) { return left.device == device; });
  if (instance.made_device) devices_.remember(name, device);
  log_.write(LogEvent::device_ready, {{"vpn_instance", name}, {"device", instance.view.device_name}});
  forwarding_.set_lookup_device(instance.view.id, device);
  for (auto& fib : instance.fibs)
    if (fib) fib->table_lost();
  review_tables(instance);
}

// It is tried again. A device that was there and is lost may have left the table to somebody else, and what stands in
// it would be in that VRF now.
void KernelSide::lack_device(Programmed& instance, const std::string& problem, TimePoint now) {
  links_at_hand_.reset();
  KernelInstance& view = instance.view;
  const bool lost = support_.vrf && view.state == DeviceState::missing;
  view.state = view.device == IfIndex{} && !support_.vrf ? DeviceState::missing : DeviceState::conflict;
  if (view.problem != problem)
    log_.write(LogEvent::device_lost, {{"vpn_instance", instance.config.name}, {"text", problem}});
  view.problem = problem;
  instance.pause = std::clamp(instance.pause * 2, first_pause, longest_pause);
  instance.retry_device_at = now + instance.pause;
  if (!lost) return;
  port_->flush_table(0, view.table);
  review_tables(instance);
}

// For each the kernel waits until nobody uses it any more, so one at a time; true if there are others.
bool KernelSide::remove_left_device() {
  if (left_devices_.empty()) return false;
  const LeftDevice left = left_devices_.back();
  left_devices_.pop_back();
  (void)port_->remove_vrf(left.device);
  if (devices_.made(left.vpn_instance, left.device)) devices_.forget(left.vpn_instance);
  return !left_devices_.empty();
}

// One that somebody else has made stays.
void KernelSide::remove_device(Programmed& instance) {
  if (!std::exchange(instance.made_device, false) || instance.view.device == IfIndex{}) return;
  (void)port_->remove_vrf(instance.view.device);
  links_at_hand_.reset();
  devices_.forget(instance.config.name);
}

void KernelSide::lose_device(Programmed& instance, TimePoint now) {
  log_.write(LogEvent::device_lost, {{"vpn_instance", instance.config.name}, {"device", instance.view.device_name}});
  instance.view.device = IfIndex{};
  instance.view.state = DeviceState::missing;
  forwarding_.set_lookup_device(instance.view.id, IfIndex{});
  core_.next_hops().invalidate_all(instance.view.id);
  instance.retry_device_at = now;
}

void KernelSide::bind_interfaces(Programmed& instance) {
  if (instance.view.state == DeviceState::up) instance.view.problem.clear();
  for (const std::string& name : instance.config.interfaces) {
    const netlink::Link* link = interfaces_.find(name);
    if (link == nullptr || link->master == instance.view.device) continue;
    if (const auto bound = port_->enslave(link->index, instance.view.device); !bound)
      instance.view.problem = "interface " + name + ": " + bound.error().message;
  }
}

void KernelSide::release_interfaces(const Programmed& instance, const std::vector<std::string>& kept) {
  if (!port_ || instance.view.device == IfIndex{}) return;
  for (const std::string& name : instance.config.interfaces) {
    if (std::find(kept.begin(), kept.end(), name) != kept.end()) continue;
    const netlink::Link* link = interfaces_.find(name);
    if (link != nullptr && link->master == instance.view.device) (void)port_->release(link->index);
  }
}

}  // namespace vrfd
