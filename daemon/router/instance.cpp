#include "daemon/router/instance.h"

#include <algorithm>
#include <limits>

#include "daemon/router/allocation.h"
#include "daemon/router/router.h"

namespace vrfd {

namespace {

// Beyond every table: it counts and refuses nothing.
constexpr std::uint32_t no_limit = std::numeric_limits<std::uint32_t>::max();

LabelSharing sharing_of(config::LabelMode mode) {
  switch (mode) {
    case config::LabelMode::per_next_hop:
      return LabelSharing::next_hop;
    case config::LabelMode::per_route:
      return LabelSharing::route;
    case config::LabelMode::per_instance:
      break;
  }
  return LabelSharing::instance;
}

}  // namespace

Instance::Instance(Router& router, const config::VpnInstance& configured, InstanceId id)
    : router_(router),
      configured_(configured),
      id_(id),
      listener_(std::make_unique<bgp::Listener>(router.io(), router.log())) {
  configure_core(true);
}

// Where the listener is the public instance's, it outlives this one.
Instance::~Instance() { leave_listener(); }

std::optional<std::string> Instance::name_or_null() const {
  return is_public() ? std::nullopt : std::optional(configured_.name);
}

void Instance::configure(const config::VpnInstance& configured) {
  if (!(configured_ == configured)) configured_at_ = std::chrono::system_clock::now();
  const bool moves = configured_.fib != configured.fib;
  if (moves) leave_listener();
  configured_ = configured;
  configure_core(false);
  open_listener();
  configure_peers();
  // Out of a device no other one follows that would say so.
  if (moves) device_changed();
}

// ---- core

InstanceSettings Instance::settings() const {
  InstanceSettings settings;
  settings.name = configured_.name;
  if (configured_.rd) settings.rd = configured_.rd->value;
  settings.import_targets = config::values_of(configured_.import_targets);
  settings.export_targets = config::values_of(configured_.export_targets);
  settings.label = router_.kernel().announced_label(id_);
  settings.label_sharing = sharing_of(configured_.label_mode);
  settings.import_policy = import_policy_;
  settings.export_policy = export_policy_;
  settings.maximum_paths = configured_.maximum_paths;
  settings.backup_path = configured_.backup_path;
  settings.assume_reachable = !configured_.fib;
  if (const auto& limit = configured_.maximum_prefixes)
    settings.maximum_prefixes = limit->action == config::LimitAction::warn ? no_limit : limit->limit;
  return settings;
}

// A policy of a new instance acts at once; that of an old one waits for a refresh.
void Instance::configure_core(bool first) {
  const auto policy = [&](const std::optional<std::string>& name) {
    return name ? router_.policies().find(*name) : nullptr;
  };
  if (first) {
    import_policy_ = policy(configured_.import_policy);
    export_policy_ = policy(configured_.export_policy);
  }
  table_ = router_.state().tables().contains(name()) ? router_.state().tables()[name()]
                                                     : configured_.table.value_or(main_table);
  label_ = router_.labels().label_of(label_key(name()));
  const InstanceSettings wanted = settings();
  if (router_.core().instance(id_) != nullptr && !(router_.core().instance(id_)->settings == wanted))
    router_.core().change_instance(id_, wanted);
}

void Instance::watch_limit() {
  if (!configured_.maximum_prefixes) return;
  const VpnInstance& core = *router_.core().instance(id_);
  for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
    const PrefixLimit* count = router_.core().decision().limit_of(core.table(family));
    if (count == nullptr) continue;
    const std::uint64_t prefixes = count->admitted() + count->refused();
    const auto risen = limits_[index_of(family)].update(*configured_.maximum_prefixes, prefixes);
    if (!risen) continue;
    router_.log().write(LogEvent::prefix_limit,
                        {{"vpn_instance", name()},
                         {"state", name_of(*risen)},
                         {"text", limit_text(unicast_of(family), prefixes, *configured_.maximum_prefixes)}});
  }
}

bool Instance::import_policy_pending() const {
  const auto configured = configured_.import_policy ? router_.policies().find(*configured_.import_policy) : nullptr;
  return !same_policy(import_policy_, configured);
}

bool Instance::export_policy_pending() const {
  const auto configured = configured_.export_policy ? router_.policies().find(*configured_.export_policy) : nullptr;
  return !same_policy(export_policy_, configured);
}

void Instance::refresh_import_policy() {
  import_policy_ = configured_.import_policy ? router_.policies().find(*configured_.import_policy) : nullptr;
  router_.core().change_instance(id_, settings());
}

void Instance::refresh_export_policy() {
  export_policy_ = configured_.export_policy ? router_.policies().find(*configured_.export_policy) : nullptr;
  router_.core().change_instance(id_, settings());
}

// ---- sessions

bool Instance::has_device(const config::VpnInstance& configured) const {
  return !configured.name.empty() && configured.fib && router_.kernel().programs();
}

bool Instance::reaches_peers() const {
  const KernelInstance* where = router_.kernel().instance(id_);
  return !has_device(configured_) || (where != nullptr && where->device != IfIndex{});
}

bgp::Listener& Instance::listener() {
  return is_public() || has_device(configured_) ? *listener_ : router_.instance("")->listener();
}

void Instance::leave_listener() {
  for (const Prefix& range : ranges_) listener().remove_range(range);
  ranges_.clear();
  for (auto& [address, peer] : peers_) peer->leave_listener();
}

void Instance::open_listener() {
  const KernelInstance* where = router_.kernel().instance(id_);
  const IfIndex device = where != nullptr ? where->device : IfIndex{};
  const auto& others = router_.configured().vpn_instances;
  const bool for_others = is_public() && std::any_of(others.begin(), others.end(), [&](const auto& other) {
                            return !other.peers.empty() && !has_device(other);
                          });
  const bool wanted = !configured_.peers.empty() || for_others;
  const bool possible = is_public() || device != IfIndex{};
  const std::uint16_t port = router_.configured().listen_port;
  const bool right = listener_->is_open() && device_ == device && port_ == port;
  if (wanted && possible && right) return;
  device_ = device;
  port_ = port;
  listener_->close();
  if (!wanted || !possible) return;
  const auto opened = listener_->open({port, device});
  if (!opened)
    router_.log().write(LogEvent::listener_failed, {{"vpn_instance", name()}, {"text", opened.error().message}});
}

void Instance::device_changed() {
  open_listener();
  for (auto& [address, peer] : peers_) peer->device_changed();
}

std::optional<config::Peer> Instance::wanted_peer(const IpAddress& address) const {
  if (const config::Peer* own = config::find_peer(configured_, address)) return *own;
  const auto at = peers_.find(address);
  if (at == peers_.end() || !at->second->configured().joined_from) return std::nullopt;
  const config::Peer* range = config::find_range(configured_, address);
  if (range == nullptr || range->shutdown) return std::nullopt;
  return config::member_of(*range, address);
}

void Instance::configure_peers() {
  configure_ranges();
  std::erase_if(peers_, [&](auto& entry) {
    const auto wanted = wanted_peer(entry.first);
    if (wanted) {
      entry.second->configure(*wanted);
      return false;
    }
    entry.second->remove(bgp::subcode::peer_deconfigured);
    return true;
  });
  for (const config::Peer& wanted : configured_.peers) {
    if (wanted.range || peers_.contains(wanted.address)) continue;
    auto& peer = peers_[wanted.address];
    peer = std::make_unique<Peer>(router_, *this, wanted);
    peer->start();
  }
}

void Instance::stop(std::uint8_t subcode) {
  for (auto& [address, peer] : peers_) peer->remove(subcode);
}

}  // namespace vrfd
