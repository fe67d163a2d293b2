#include "daemon/router/restart.h"

#include <algorithm>

#include "daemon/router/router.h"

namespace vrfd {

namespace {

constexpr Duration look_interval = std::chrono::milliseconds(100);
// Sessions that come and go together are written down together.
constexpr Duration save_delay = std::chrono::seconds(1);
// Where no peer has graceful restart configured.
constexpr Duration default_deferral = std::chrono::seconds(120);

std::string key_of(const Peer& peer) { return peer.instance().name() + " " + config::name_of(peer.configured()); }

// The longest that a peer's configuration allows.
Duration deferral_of(Router& router) {
  std::optional<std::uint32_t> longest;
  router.each_peer([&](Peer& peer) {
    if (const auto& restart = peer.configured().graceful_restart)
      longest = std::max(longest.value_or(0), restart->selection_deferral_s);
  });
  return longest ? Duration(std::chrono::seconds(*longest)) : default_deferral;
}

}  // namespace

const char* Restart::state() const {
  if (deferral_.selecting()) return "selecting";
  return deferral_.relearning() ? "relearning" : "done";
}

// ---- begin and end

void Restart::step(TimePoint now) {
  if (!begun_ && router_.kernel().looked_around() && router_.instance("") != nullptr) begin(now);
  if (deferral_.relearning() && now >= next_look_) look(now);
  if (router_.labels().version() != saved_labels_) save_soon();
  if (save_at_ && *save_at_ <= now) save();
}

void Restart::begin(TimePoint now) {
  begun_ = true;
  up_before_ = state_.established();
  const bool had_sessions = up_before_ && !up_before_->empty();
  preserved_ = router_.kernel().programs() ? router_.kernel().found_leftovers() : had_sessions;
  if (preserved_) {
    deferral_.begin(now + deferral_of(router_));
    next_look_ = now + look_interval;
    router_.log().write(LogEvent::restart_begun, {});
  } else {
    state_.established().emplace();
    remove_remains();
  }
  router_.each_peer([](Peer& peer) { peer.start(); });
}

void Restart::look(TimePoint now) {
  next_look_ = now + look_interval;
  // What has been heard must have had its effect.
  if (!(router_.core().idle() && router_.kernel().settled()) && now < deferral_.deadline()) return;
  const bool was_selecting = deferral_.selecting();
  if (!deferral_.look(expected(), now)) return;
  if (was_selecting && !deferral_.selecting())
    for (Instance* instance : router_.instances()) router_.request_work(*instance);
  if (!deferral_.relearning()) finish(now);
}

void Restart::finish(TimePoint now) {
  router_.log().write(LogEvent::restart_finished, {{"text", deferral_.timed_out() ? "not all peers were heard" : ""}});
  router_.kernel().end_adoption(now);
  remove_remains();
  state_.established().emplace();
  router_.each_peer([&](Peer& peer) {
    peer.restart_changed();
    if (peer.established()) state_.established()->insert(key_of(peer));
  });
  save_soon();
}

// Of instances that left the configuration while vrfd was not there.
void Restart::remove_remains() {
  const auto& configured = router_.configured().vpn_instances;
  for (const auto& [name, table] : state_.tables()) {
    if (name.empty() || config::find_instance(router_.configured(), name) != nullptr) continue;
    const bool in_use = std::any_of(configured.begin(), configured.end(), [&](const config::VpnInstance& other) {
      const auto used = state_.tables().find(other.name);
      return used != state_.tables().end() && used->second == table;
    });
    const auto device = state_.devices().find(name);
    if (!in_use)
      router_.kernel().remove_remains(name, table, device != state_.devices().end() ? device->second : IfIndex{});
  }
}

// ---- who is waited for

bool Restart::is_expected(const Peer& peer) const {
  return !peer.configured().shutdown && (!up_before_ || up_before_->contains(key_of(peer)));
}

std::vector<bgp::ExpectedTable> Restart::expected() {
  std::vector<bgp::ExpectedTable> tables;
  router_.each_peer([&](Peer& peer) {
    if (!is_expected(peer)) return;
    for (const auto& [family, settings] : peer.configured().families) {
      const Peer::FamilyState* state = peer.family(family);
      if (state == nullptr || (peer.established() && !state->negotiated)) continue;
      bgp::ExpectedTable& table = tables.emplace_back();
      table.established = peer.established();
      if (!table.established) continue;
      const auto& theirs = peer.remote_open()->capabilities.graceful_restart;
      table.says_end_of_rib = theirs.has_value();
      table.restarting = theirs && theirs->restarted;
      table.end_of_rib = state->end_of_rib;
      table.last_heard = std::max(peer.session().established_at(), state->last_routes);
    }
  });
  return tables;
}

bool Restart::holds_back(const Peer& peer) const { return deferral_.selecting() && peer.restarts_gracefully(); }

std::optional<TimePoint> Restart::next_deadline() const {
  std::optional<TimePoint> next = save_at_;
  if (deferral_.relearning() && (!next || next_look_ < *next)) next = next_look_;
  return next;
}

// ---- memory

void Restart::session_up(const Peer& peer) {
  auto& established = state_.established();
  if (!established) established.emplace();
  if (established->insert(key_of(peer)).second) save_soon();
}

// While a restart is under way the list stays, so that another one waits for all of them, too.
void Restart::session_down(const Peer& peer) {
  auto& established = state_.established();
  if (established && !deferral_.relearning() && established->erase(key_of(peer)) != 0) save_soon();
}

bool Restart::made(const std::string& vpn_instance, IfIndex device) const {
  const auto known = state_.devices().find(vpn_instance);
  return known != state_.devices().end() && known->second == device;
}

void Restart::remember(const std::string& vpn_instance, IfIndex device) {
  state_.devices()[vpn_instance] = device;
  save_soon();
}

void Restart::forget(const std::string& vpn_instance) {
  if (state_.devices().erase(vpn_instance) != 0) save_soon();
}

void Restart::save_soon() {
  if (!save_at_) save_at_ = Clock::now() + save_delay;
}

void Restart::save() {
  save_at_.reset();
  if (router_.labels().version() != saved_labels_) {
    saved_labels_ = router_.labels().version();
    state_.labels() = router_.labels().remembered();
  }
  if (const auto saved = state_.save(); !saved)
    router_.log().write(LogEvent::config_refused, {{"text", saved.error().message}});
}

}  // namespace vrfd
