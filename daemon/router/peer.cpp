#include "daemon/router/peer.h"

#include <algorithm>

#include "daemon/router/router.h"

namespace vrfd {

namespace {

bool same_families(const config::Families& a, const config::Families& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first; });
}

bool same_limits(const config::Families& a, const config::Families& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.maximum_prefixes == y.second.maximum_prefixes;
  });
}

// What is not said in OPEN acts at once.
bool same_offer(const std::optional<config::GracefulRestart>& a, const std::optional<config::GracefulRestart>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->restart_time_s == b->restart_time_s && a->long_lived_stale_time_s == b->long_lived_stale_time_s;
}

// What a session cannot change while it is up, by the keys of the configuration.
struct SessionKey {
  const char* name;
  bool (*same)(const config::Peer& a, const config::Peer& b);
};

constexpr std::array<SessionKey, 17> session_keys{{
    {"as", [](const config::Peer& a, const config::Peer& b) { return a.as == b.as; }},
    {"local_as", [](const config::Peer& a, const config::Peer& b) { return a.local_as == b.local_as; }},
    {"families", [](const config::Peer& a, const config::Peer& b) { return same_families(a.families, b.families); }},
    {"capabilities", [](const config::Peer& a, const config::Peer& b) { return a.capabilities == b.capabilities; }},
    {"hold_time", [](const config::Peer& a, const config::Peer& b) { return a.hold_time == b.hold_time; }},
    {"minimum_hold_time",
     [](const config::Peer& a, const config::Peer& b) { return a.minimum_hold_time == b.minimum_hold_time; }},
    {"keepalive", [](const config::Peer& a, const config::Peer& b) { return a.keepalive == b.keepalive; }},
    {"update_source", [](const config::Peer& a, const config::Peer& b) { return a.update_source == b.update_source; }},
    {"port", [](const config::Peer& a, const config::Peer& b) { return a.port == b.port; }},
    {"multihop", [](const config::Peer& a, const config::Peer& b) { return a.multihop == b.multihop; }},
    {"ttl_security", [](const config::Peer& a, const config::Peer& b) { return a.ttl_security == b.ttl_security; }},
    {"password", [](const config::Peer& a, const config::Peer& b) { return a.password == b.password; }},
    {"role", [](const config::Peer& a, const config::Peer& b) { return a.role == b.role; }},
    {"strict_role", [](const config::Peer& a, const config::Peer& b) { return a.strict_role == b.strict_role; }},
    {"route_reflector_client",
     [](const config::Peer& a, const config::Peer& b) { return a.route_reflector_client == b.route_reflector_client; }},
    {"graceful_restart",
     [](const config::Peer& a, const config::Peer& b) { return same_offer(a.graceful_restart, b.graceful_restart); }},
    {"interface", [](const config::Peer& a, const config::Peer& b) { return a.interface == b.interface; }},
}};

}  // namespace

Peer::Peer(Router& router, Instance& instance, const config::Peer& configured)
    : router_(router), instance_(instance), configured_(configured), in_force_(configured) {
  id_ = router.core().sources().add({.kind = configured.internal ? SourceKind::internal : SourceKind::external,
                                     .instance = instance.id(),
                                     .as = configured.as,
                                     .router_id = 0,
                                     .address = configured.address,
                                     .route_reflector_client = configured.route_reflector_client});
  router.register_peer(*this);
  make_families();
}

Peer::~Peer() {
  leave_listener();
  for (auto& state : families_) {
    if (!state) continue;
    router_.core().leave(state->in.table(), id_);
    while (!state->in.clear(SIZE_MAX)) {
    }
  }
  router_.unregister_peer(*this);
}

PeerSurroundings Peer::surroundings() const {
  PeerSurroundings::Restart restart = router_.restart().said();
  // Over the end of a session the kernel keeps what it has.
  restart.preserved |= has_been_up_;
  const config::VpnInstance& instance = instance_.configured();
  return {router_.configured(), {instance.as, instance.router_id}, router_.policies(), restart};
}

config::Peer Peer::acting() const { return established_ ? as_in_session(configured_, in_force_) : configured_; }

PeerSurroundings Peer::acting_surroundings() const {
  PeerSurroundings around = surroundings();
  if (established_) around.own = own_in_force_;
  return around;
}

const config::FamilySettings& Peer::settings(Family family) const {
  const auto configured = configured_.families.find(family);
  return configured != configured_.families.end() ? configured->second : in_force_.families.at(family);
}

void Peer::make_families() {
  for (const auto& [family, settings] : configured_.families) {
    const FamilyRow& row = row_of(family);
    if (row.labelled && !row.vpn) router_.core().use_labelled(row.addresses);
    auto& state = families_[index_of(family)];
    if (!state)
      state.emplace(family, AdjRibIn(id_, instance_.id(), router_.core().table(instance_.id(), family),
                                     router_.core().decision(), import_rules(family)));
  }
}

Peer::FamilyState* Peer::family(Family which) {
  auto& state = families_[index_of(which)];
  return state && (state->negotiated || configured_.families.contains(which)) ? &*state : nullptr;
}

ImportRules Peer::import_rules(Family family) const {
  ImportRules rules = vrfd::import_rules(acting(), family, acting_surroundings());
  rules.local_address = ends_.local;
  const auto& state = families_[index_of(family)];
  rules.long_lived = state && state->long_lived;
  return rules;
}

ExportRules Peer::export_rules(Family family) const {
  ExportRules rules = vrfd::export_rules(acting(), family, acting_surroundings(), context_, ends_.local, ends_.remote);
  if (row_of(family).vpn && says_what_it_wants()) rules.wanted = {router_.core().interests().of(id_)};
  return rules;
}

// ---- configuration and life

void Peer::configure(const config::Peer& configured) {
  const bool newly_started = configured_.shutdown && !configured.shutdown;
  const bool newly_shut = !configured_.shutdown && configured.shutdown;
  const bool other_limits = !same_limits(configured_.families, configured.families);
  const bool other_bfd = configured_.bfd != configured.bfd;
  if (!(configured_ == configured)) configured_at_ = std::chrono::system_clock::now();
  configured_ = configured;
  make_families();
  if (newly_shut) {
    restart_at_.reset();
    driver_->stop({.communication = configured.shutdown_message});
    give_up_stale();
  }
  forget_families();
  if (newly_started || (restart_at_ && other_limits)) {
    restart_at_.reset();
    start();
  }
  if (other_limits) limits_changed();
  set_listener_entry();
  if (established_ && other_bfd) follow();
}

// Those that are not in the configuration any more, nor in a session.
void Peer::forget_families() {
  for (auto& state : families_)
    if (state && family(state->family) == nullptr) carry_out(*state, state->stale.give_up());
}

void Peer::set_listener_entry() {
  const KernelSide& kernel = router_.kernel();
  const IfIndex scope = kernel.interface_index(configured_.interface).value_or(IfIndex{});
  const KernelInstance* where = kernel.instance(instance_.id());
  std::optional<IpAddress> source = configured_.update_source.address;
  if (!configured_.update_source.interface.empty()) {
    const auto own = kernel.addresses_of(configured_.update_source.interface, configured_.address.family());
    if (!own.empty()) source = own.front();
  }
  const auto transport = transport_settings(configured_, where != nullptr ? where->device : IfIndex{}, scope, source);
  const auto session = session_settings(configured_, surroundings());
  if (driver_) {
    driver_->configure(session, transport);
  } else {
    driver_ = std::make_unique<bgp::PeerDriver>(
        router_.io(), router_.log(),
        bgp::PeerDriver::Identity{config::name_of(configured_), instance_.name(), id_.value()}, session, transport,
        *this);
  }
  if (scope != listening_scope_) leave_listener();
  listening_scope_ = scope;
  const auto taken = instance_.listener().add(configured_.address, scope, transport.password,
                                              [this](bgp::Listener::Socket s) { driver_->accept(std::move(s)); });
  if (!taken)
    router_.log().write(LogEvent::listener_failed,
                        {{"peer", config::name_of(configured_)}, {"text", taken.error().message}});
}

void Peer::leave_listener() { instance_.listener().remove(configured_.address, listening_scope_); }

void Peer::device_changed() {
  set_listener_entry();
  if (!started_ || configured_.shutdown || restart_at_) return;
  driver_->stop({.subcode = bgp::subcode::other_configuration_change, .communication = "the VRF device changed"});
  start_driver();
}

void Peer::addresses_changed() {
  if (!configured_.interface.empty() || !configured_.update_source.interface.empty()) set_listener_entry();
}

// Where there is no way to the instance's peers, device_changed() comes later.
void Peer::start_driver() {
  if (!configured_.shutdown && instance_.reaches_peers()) driver_->start();
}

void Peer::start() {
  set_listener_entry();
  if (!router_.restart().begun()) return;
  started_ = true;
  start_driver();
}

void Peer::remove(std::uint8_t subcode) {
  if (driver_) driver_->stop({.subcode = subcode});
}

void Peer::reset(bgp::Reset reset) {
  if (restart_at_) {
    restart_at_.reset();
    return start_driver();
  }
  if (!reset.graceful) give_up_stale();
  driver_->reset(std::move(reset));
}

std::vector<std::string> Peer::pending_session_changes() const {
  std::vector<std::string> changed;
  for (const SessionKey& key : session_keys)
    if (!key.same(in_force_, configured_)) changed.emplace_back(key.name);
  const config::VpnInstance& instance = instance_.configured();
  if (own_in_force_.as != instance.as && in_force_.as == configured_.as) changed.emplace_back("as");
  if (own_in_force_.router_id != instance.router_id) changed.emplace_back("router_id");
  return changed;
}

std::vector<std::string> Peer::pending_import(Family which) const {
  const FamilyState* state = family(which);
  if (state == nullptr || !state->negotiated) return {};
  return differing_keys(state->in.rules(), import_rules(which));
}

std::vector<std::string> Peer::pending_export(Family which) const {
  const FamilyState* state = family(which);
  if (state == nullptr || !state->negotiated) return {};
  const UpdateGroup* group = router_.core().group_of(router_.core().table(instance_.id(), which), id_);
  return group == nullptr ? std::vector<std::string>{} : differing_keys(group->rules(), export_rules(which));
}

// ---- what the session tells

void Peer::established(const bgp::Establishment& session) {
  established_ = true;
  in_force_ = configured_;
  own_in_force_ = surroundings().own;
  context_ = session.context;
  local_open_ = session.local;
  remote_open_ = session.remote;
  ends_ = session.ends;
  hold_time_ = session.hold_time;
  tell("up");
  router_.restart().session_up(*this);
  if (!std::exchange(has_been_up_, true)) restart_changed();
  Source& source = router_.core().sources()[id_];
  source.kind = configured_.internal ? SourceKind::internal : SourceKind::external;
  source.as = configured_.as;
  source.router_id = session.remote.router_id.v4_value();
  source.route_reflector_client = configured_.route_reflector_client;
  follow();
  for (auto& state : families_) {
    if (!state) continue;
    const bool wanted = context_.families.has(state->family) && configured_.families.contains(state->family);
    carry_out(*state, state->stale.session_up(wanted && keeps_forwarding(session.remote.capabilities, state->family)));
    if (!wanted) continue;
    state->negotiated = true;
    state->end_of_rib = false;
    state->limit = {};
    state->refresh.reset();
    state->in.set_rules(import_rules(state->family));
  }
  await_memberships();
  for (auto& state : families_)
    if (state && state->negotiated) join_group(*state);
  router_.wake();
}

void Peer::update(bgp::Update& update) {
  const TimePoint now = Clock::now();
  AttributeTable& attributes = router_.core().attributes();
  for (const bgp::FamilyRoutes& row : update.withdrawn) {
    FamilyState* state = family(row.family);
    if (state == nullptr) continue;
    state->in.withdraw(row.routes);
    state->last_routes = now;
    state->refresh.routes_received(now);
  }
  for (const bgp::FamilyRoutes& row : update.reachable) {
    FamilyState* state = family(row.family);
    if (state == nullptr || row.routes.empty()) continue;
    const AttributesRef received(attributes, attributes.intern(bgp::attributes_of(update, row)));
    state->in.announce(row.routes, received.id());
    state->last_routes = now;
    state->refresh.routes_received(now);
    if (row_of(row.family).membership) membership_heard(now);
    enforce_limit(*state);
  }
  if (update.end_of_rib)
    if (FamilyState* state = family(*update.end_of_rib)) {
      state->end_of_rib = true;
      // All is stale until the refresh under way ends, whose sweep takes these along.
      const auto action = state->stale.end_of_rib();
      if (state->refresh.state() != PeerRefresh::State::refreshing) carry_out(*state, action);
      if (row_of(state->family).membership) memberships_complete();
    }
  router_.wake();
}

void Peer::enforce_limit(FamilyState& state) {
  const auto& limit = settings(state.family).maximum_prefixes;
  if (!limit) return;
  const auto risen = state.limit.update(*limit, state.in.counts().received);
  if (!risen) return;
  const std::string text = limit_text(state.family, state.in.counts().received, *limit);
  tell(*risen == LimitState::over ? "limit_over" : "limit_warning", text);
  router_.log().write(LogEvent::prefix_limit, {{"peer", config::name_of(configured_)},
                                               {"vpn_instance", instance_.name()},
                                               {"state", name_of(*risen)},
                                               {"text", text}});
  if (*risen != LimitState::over || limit->action == config::LimitAction::warn) return;
  restart_at_ = limit->action == config::LimitAction::restart
                    ? Clock::now() + std::chrono::seconds(limit->restart_after_s)
                    : TimePoint::max();
  driver_->stop({.subcode = bgp::subcode::maximum_prefixes,
                 .communication = text,
                 .data = bgp::maximum_prefixes_data(state.family, limit->limit)});
}

// What is over the new limit ends the session now, not at the peer's next UPDATE.
void Peer::limits_changed() {
  for (auto& state : families_) {
    if (!state || !state->negotiated) continue;
    state->limit = {};
    enforce_limit(*state);
  }
}

bool Peer::is_gone() const {
  if (established_ || restart_at_ || driver_->session().state() > bgp::SessionState::active) return false;
  return std::all_of(families_.begin(), families_.end(), [](const auto& state) {
    return !state || (state->in.counts().received == 0 && !state->sweeping);
  });
}

std::optional<std::uint64_t> Peer::restart_in_s(TimePoint now) const {
  if (!restart_at_ || *restart_at_ == TimePoint::max()) return std::nullopt;
  return static_cast<std::uint64_t>(
      std::chrono::ceil<std::chrono::seconds>(std::max(*restart_at_ - now, Duration::zero())).count());
}

void Peer::refresh(const bgp::RouteRefresh& refresh) {
  FamilyState* state = family(refresh.family);
  if (state == nullptr || !state->negotiated) return;
  const Duration timeout = std::chrono::seconds(configured_.refresh_timeout_s);
  switch (refresh.subtype) {
    case bgp::RefreshSubtype::request: {
      ++state->refresh_received;
      UpdateGroup* group = router_.core().group_of(state->in.table(), id_);
      if (group != nullptr)
        group->refresh(id_, context_.enhanced_refresh ? SyncKind::enhanced_refresh : SyncKind::refresh);
      router_.core().request_work(state->in.table());
      break;
    }
    case bgp::RefreshSubtype::begin:
      carry_out(*state, state->refresh.begin_received(state->in.counts().received != 0, Clock::now(), timeout));
      break;
    case bgp::RefreshSubtype::end:
      carry_out(*state, state->refresh.end_received());
      break;
  }
  router_.wake();
}

void Peer::writable() {
  for (auto& state : families_)
    if (state && state->negotiated) router_.flush(state->in.table());
}

// ---- refreshes and stale routes

bool Peer::request_refresh(FamilyState& state, TimePoint now) {
  if (!driver_->send_refresh({.family = state.family})) return false;
  ++state.refresh_sent;
  state.refresh.request(context_.enhanced_refresh, now, std::chrono::seconds(configured_.refresh_timeout_s));
  return true;
}

void Peer::carry_out(FamilyState& state, PeerRefresh::Action action) {
  if (action == PeerRefresh::Action::mark_stale) state.in.mark_stale();
  if (action == PeerRefresh::Action::sweep) sweep(state);
}

bool Peer::step(std::size_t budget) {
  bool more = false;
  for (auto& state : families_) {
    if (!state) continue;
    if (state->depreferencing) state->depreferencing = !state->in.step_reevaluation(budget);
    if (state->sweeping) state->sweeping = !state->in.sweep_stale(budget);
    more |= state->sweeping || state->depreferencing;
    if (state->long_lived && !state->in.has_stale()) {
      state->long_lived = false;
      if (family(state->family) != nullptr) state->in.set_rules(import_rules(state->family));
    }
  }
  return more;
}

std::optional<TimePoint> Peer::next_deadline() const {
  std::optional<TimePoint> next;
  const auto consider = [&](std::optional<TimePoint> at) {
    if (at && *at != TimePoint::max() && (!next || *at < *next)) next = at;
  };
  consider(restart_at_);
  consider(membership_by_);
  consider(next_output_look(Clock::now()));
  for (const auto& state : families_)
    if (state) {
      consider(state->refresh.deadline());
      consider(state->stale.deadline());
    }
  return next;
}

void Peer::on_timer(TimePoint now) {
  watch_output(now);
  if (membership_by_ && *membership_by_ <= now) memberships_complete();
  for (auto& state : families_)
    if (state) {
      carry_out(*state, state->refresh.expired(now));
      carry_out(*state, state->stale.expired(now));
    }
  if (!restart_at_ || now < *restart_at_) return;
  restart_at_.reset();
  start_driver();
}

// ---- own addresses

SelfNextHop Peer::self_next_hop(Family family) const {
  const IpAddress& local = ends_.local;
  const KernelSide& kernel = router_.kernel();
  const AddressScope scope = kernel.scope_of(instance_.id(), in_force_.interface);
  if (row_of(family).membership) return {local, std::nullopt};
  if (row_of(family).addresses == AddressFamily::ipv4) {
    if (local.is_v4() || context_.extended_next_hop.has(family)) return {local, std::nullopt};
    const auto beside = kernel.addresses_beside(local, scope, AddressFamily::ipv4, false);
    return {beside.empty() ? instance_.configured().router_id : beside.front(), std::nullopt};
  }
  // RFC 4659, 3.2.1.2, and RFC 4798, 3: over an IPv4 core the next hop is IPv4-mapped.
  if (row_of(family).labelled && local.is_v4()) return {*IpAddress::from("::ffff:" + to_string(local)), std::nullopt};
  SelfNextHop self{local, std::nullopt};
  const auto global = kernel.addresses_beside(local, scope, AddressFamily::ipv6, false);
  const auto link_local = kernel.addresses_beside(local, scope, AddressFamily::ipv6, true);
  if (local.is_v4() || local.is_link_local()) {
    if (!global.empty())
      self.address = global.front();
    else if (!link_local.empty())
      self.address = link_local.front();
    else if (local.is_v4())
      self.address = *IpAddress::from("::ffff:" + to_string(local));
  }
  if (!row_of(family).labelled && !link_local.empty() && !configured_.multihop && !configured_.internal)
    self.link_local = link_local.front();
  return self;
}

}  // namespace vrfd
