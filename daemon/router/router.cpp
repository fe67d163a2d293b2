#include "daemon/router/router.h"

#include <algorithm>

#include "daemon/router/allocation.h"
#include "daemon/router/own_memberships.h"

namespace vrfd {

namespace {

// Destinations looked at, and stale routes removed, in one slice; about a millisecond of work.
constexpr std::size_t slice = 4096;
// Slices, of work that goes on, between which peers are not told of it.
constexpr unsigned slices_together = 8;

}  // namespace

Router::Router(boost::asio::io_context& io, const Log& log, std::unique_ptr<netlink::KernelPort> port,
               const Options& options)
    : io_(io),
      log_(log),
      feed_(EventFeed::base_at(std::chrono::system_clock::now())),
      state_(options.state_dir),
      restart_(*this, state_),
      core_({.assume_reachable = port == nullptr}),
      kernel_(std::make_unique<KernelSide>(
          core_, label_pool_, log, std::move(port), restart_,
          [this](InstanceId id) {
            if (Instance* changed = instance(id)) changed->device_changed();
          },
          [this] { each_peer([](Peer& peer) { peer.addresses_changed(); }); })),
      jobs_(std::make_unique<Jobs>(*this)),
      started_(Clock::now()) {
  core_.observe(feed_sources_);
  kernel_->observe(feed_sources_, [this](const AuditSummary& summary) { feed_sources_.compared(summary); });
  feed_.on_recording([this](bool on) { feed_sources_.listen(on); });
  kernel_->on_way_changed([this](const netlink::Link& link) { link_lost(link); },
                          [this](NextHopId id) { way_changed(id); });
  kernel_->set_local_attributes(
      [this](InstanceId id, const Prefix& prefix, LocalRoute kind) { return local_attributes(id, prefix, kind); });
  if (const auto loaded = state_.load(); !loaded)
    log_.write(LogEvent::config_refused, {{"text", loaded.error().message}});
  label_pool_.load(state_.labels());
}

// Instances go while there is still everything that their peers sign off from, the public one last. What that does to
// routes is nobody's interest.
Router::~Router() {
  feed_sources_.listen(false);
  while (!instances_.empty()) instances_.erase(std::prev(instances_.end()));
}

// ---- configuration

std::vector<std::string> Router::apply(const config::Config& next) {
  auto policies = PolicyTable::compile(next.policies, next.prefix_lists, core_.attributes(), policies_);
  if (!policies) {
    std::vector<std::string> texts;
    for (const PolicyError& fault : policies.error()) texts.push_back(to_string(fault));
    return texts;
  }
  if (auto faults = allocate(next); !faults.empty()) return faults;
  config_ = next;
  policies_ = std::move(*policies);
  kernel_->configure(config_);
  remove_instances();
  configure_instance(config_.public_instance);
  for (const config::VpnInstance& wanted : config_.vpn_instances) configure_instance(wanted);
  core_.set_own_memberships(own_memberships(config_));
  if (config_.policy_change == config::PolicyChange::automatic) refresh_what_waits();
  wake();
  return {};
}

// `"policy_change": "automatic"`: exactly the peers, families and directions that `show pending` would list otherwise.
void Router::refresh_what_waits() {
  for (auto& [name, instance] : instances_) {
    if (instance->import_policy_pending()) instance->refresh_import_policy();
    if (instance->export_policy_pending()) instance->refresh_export_policy();
  }
  const TimePoint now = Clock::now();
  each_peer([&](Peer& peer) {
    protocol::RefreshRequest request;
    request.vpn_instance = peer.instance().name_or_null();
    request.selector = {.kind = protocol::Selector::Kind::peer, .peer = peer.configured().address};
    for (const auto& [family, settings] : peer.configured().families) {
      request.family = family;
      request.local = peer.configured().store_rejected && peer.family(family)->in.rules().store_rejected;
      request.direction = protocol::Direction::import_routes;
      if (!peer.pending_import(family).empty()) jobs_->refresh(request, now);
      request.direction = protocol::Direction::export_routes;
      if (!peer.pending_export(family).empty()) jobs_->refresh(request, now);
    }
  });
}

void Router::remove_instances() {
  for (auto at = instances_.begin(); at != instances_.end();) {
    const bool stays = at->first.empty() || config::find_instance(config_, at->first) != nullptr;
    if (stays) {
      ++at;
      continue;
    }
    const InstanceId id = at->second->id();
    tell_peers(false);  // no table that is to be told of goes
    at->second->stop(bgp::subcode::peer_deconfigured);
    at = instances_.erase(at);
    kernel_->remove_instance(id);
    core_.remove_instance(id);
  }
}

void Router::configure_instance(const config::VpnInstance& wanted) {
  auto& instance = instances_[wanted.name];
  if (!instance) {
    const InstanceId id = wanted.name.empty() ? public_instance : core_.add_instance({.name = wanted.name}).id;
    instance = std::make_unique<Instance>(*this, wanted, id);
  }
  const TableId table = state_.tables().at(wanted.name);
  // As long as there is a way to the neighbours, they are told.
  if (kernel_->leaves_device(instance->id(), wanted, table)) instance->stop(bgp::subcode::other_configuration_change);
  kernel_->set_instance(instance->id(), wanted, table, label_pool_.label_of(label_key(wanted.name)));
  instance->configure(wanted);
}

std::vector<std::string> Router::allocate(const config::Config& next) {
  std::vector<std::string> running;
  for (const auto& [name, instance] : instances_) running.push_back(name);
  Allocation found = vrfd::allocate(next, running, state_.tables(), label_pool_, Clock::now());
  if (!found.faults.empty()) return found.faults;
  auto tables = std::exchange(state_.tables(), std::move(found.tables));
  auto labels = std::exchange(state_.labels(), found.labels.remembered());
  if (const auto saved = state_.save(); !saved) {
    state_.tables() = std::move(tables);
    state_.labels() = std::move(labels);
    return {saved.error().message};
  }
  label_pool_ = std::move(found.labels);
  return {};
}

// What a kernel route or a configured network is originated with.
std::optional<AttrId> Router::local_attributes(InstanceId id, const Prefix& prefix, LocalRoute kind) {
  Instance* owner = instance(id);
  const config::VpnInstance* configured = owner != nullptr ? config::find_instance(config_, owner->name()) : nullptr;
  if (configured == nullptr) return std::nullopt;
  PathAttributes attributes;
  attributes.origin = kind == LocalRoute::network ? Origin::igp : Origin::incomplete;
  const AttrId plain = core_.attributes().intern(attributes);
  const auto policy = local_policy(*configured, prefix, kind);
  if (!policy) return plain;
  const Nlri nlri{{}, prefix};
  const PolicyResult result = policy->evaluate(plain, {nlri, unicast_of(prefix.family()), {}, {}, {}});
  core_.attributes().release(plain);
  return result.accepted ? std::optional(result.attributes) : std::nullopt;
}

std::shared_ptr<const CompiledPolicy> Router::local_policy(const config::VpnInstance& instance, const Prefix& prefix,
                                                           LocalRoute kind) const {
  const auto find = [&](const std::optional<std::string>& name) { return name ? policies_.find(*name) : nullptr; };
  if (kind == LocalRoute::network) {
    for (const config::Network& network : instance.networks)
      if (network.prefix == prefix) return find(network.policy);
    return nullptr;
  }
  for (const config::ImportRoutes& routes : instance.import_routes)
    if (local_route_of(routes.source) == kind) return find(routes.policy);
  return nullptr;
}

// ---- lookup

Instance* Router::instance(const std::string& name) {
  const auto at = instances_.find(name);
  return at == instances_.end() ? nullptr : at->second.get();
}

Instance* Router::instance(InstanceId id) {
  for (auto& [name, instance] : instances_)
    if (instance && instance->id() == id) return instance.get();
  return nullptr;
}

std::vector<Instance*> Router::instances() {
  std::vector<Instance*> all;
  for (auto& [name, instance] : instances_) all.push_back(instance.get());
  return all;
}

void Router::each_peer(const std::function<void(Peer&)>& visit) {
  for (auto& [name, instance] : instances_)
    for (auto& [address, peer] : instance->peers()) visit(*peer);
}

Peer* Router::peer(PeerId id) { return id.value() < peers_.size() ? peers_[id.value()] : nullptr; }

void Router::register_peer(Peer& peer) {
  if (peer.id().value() >= peers_.size()) peers_.resize(peer.id().value() + std::size_t{1});
  peers_[peer.id().value()] = &peer;
}

void Router::unregister_peer(Peer& peer) {
  peers_[peer.id().value()] = nullptr;
  left_.push_back(peer.id());
  std::erase(sweeping_, &peer);
}

// ---- work

// The number of a peer that is gone is given out again when nothing refers to it any more.
void Router::release_sources() {
  if (left_.empty() || !core_.idle()) return;
  for (PeerId id : left_) core_.sources().remove(id);
  left_.clear();
}

bool Router::step(TimePoint now) {
  if (stopping_) return false;
  for (auto& [name, instance] : instances_) instance->dismiss_members();
  bool more = core_.step(slice, [this](RouteTable& table) { untold_.insert(&table); });
  tell_peers(more);
  for (PeerId id : core_.interests().take_changed())
    if (Peer* changed = peer(id)) changed->wanted_changed();
  more |= sweep_peers();
  more |= kernel_->step(now);
  restart_.step(now);
  more |= jobs_->step(now);
  for (auto& [name, instance] : instances_) instance->watch_limit();
  release_sources();
  return more || core_.has_work();  // jobs, sweeps and the kernel may have left it something
}

// While there is more to do, peers are told now and then only: many routes together are few messages and writes.
void Router::tell_peers(bool more) {
  if (more && ++slices_untold_ < slices_together) return;
  slices_untold_ = 0;
  for (RouteTable* table : std::exchange(untold_, {})) flush(*table);
}

void Router::request_work(Instance& instance) {
  for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    core_.request_work(core_.table(instance.id(), unicast_of(family)));
    core_.request_work(core_.table(instance.id(), vpn_of(family)));
  }
}

void Router::sweep(Peer& peer) {
  if (std::find(sweeping_.begin(), sweeping_.end(), &peer) == sweeping_.end()) sweeping_.push_back(&peer);
}

bool Router::sweep_peers() {
  std::vector<Peer*> sweeping;
  sweeping.swap(sweeping_);
  for (Peer* peer : sweeping)
    if (peer->step(slice)) sweep(*peer);
  return !sweeping_.empty();
}

std::optional<TimePoint> Router::next_deadline() const {
  std::optional<TimePoint> next = kernel_->next_deadline();
  const auto consider = [&](std::optional<TimePoint> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  consider(jobs_->next_deadline());
  consider(restart_.next_deadline());
  for (Peer* peer : peers_)
    if (peer != nullptr) consider(peer->next_deadline());
  return next;
}

void Router::on_timer(TimePoint now) {
  if (stopping_) return;
  feed_.look(now);
  kernel_->on_timer(now);
  for (Peer* peer : peers_)
    if (peer != nullptr) peer->on_timer(now);
  wake();
}

void Router::stop() {
  stopping_ = true;
  restart_.save();
  each_peer([](Peer& peer) { peer.driver().stop({.graceful = true}); });
}

}  // namespace vrfd
