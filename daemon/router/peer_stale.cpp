// What a peer announced, when its session ends and comes back: kept, marked, swept.
#include "daemon/router/peer.h"
#include "daemon/router/router.h"

namespace vrfd {

namespace {

// "peer: Cease, Administrative Reset"
std::string text_of(const bgp::Ending& ending) {
  std::string text(name_of(ending.by));
  if (ending.notification) text += ": " + bgp::name_of(*ending.notification);
  if (!ending.message.empty()) text += ": " + ending.message;
  return text;
}

}  // namespace

// What is kept, and how, is for `StaleRoutes` to say; the rest is marked stale at once and removed in slices, so that a
// session that comes back meanwhile finds its routes told apart from the old ones.
void Peer::down(const bgp::Ending& ending) {
  established_ = false;
  if (router_.stopping()) return;
  tell("down", text_of(ending));
  router_.restart().session_down(*this);
  const TimePoint now = Clock::now();
  log_slowness(slow_.forget(now));
  for (auto& state : families_) {
    if (!state) continue;
    const bool stays = state->negotiated && configured_.families.contains(state->family);
    const auto terms = stays ? stale_terms(configured_, ending, remote_open_, state->family) : std::nullopt;
    state->negotiated = false;
    state->refresh.reset();
    router_.core().leave(state->in.table(), id_);
    carry_out(*state, state->stale.session_down(terms, now));
  }
  router_.wake();
}

void Peer::carry_out(FamilyState& state, bgp::StaleRoutes::Action action) {
  using Action = bgp::StaleRoutes::Action;
  const auto note = [&](LogEvent event) {
    router_.log().write(event, {{"peer", config::name_of(configured_)},
                                {"vpn_instance", instance_.name()},
                                {"family", name_of(state.family)},
                                {"text", name_of(state.stale.state())}});
  };
  switch (action) {
    case Action::none:
      return;
    case Action::keep:
      keep_stale(state);
      return note(LogEvent::routes_kept);
    case Action::depreference:
      depreference(state);
      return note(LogEvent::routes_kept);
    case Action::drop_stale:
      if (state.in.has_stale()) note(LogEvent::routes_swept);
      return sweep(state);
    case Action::drop_all:
      state.in.mark_stale();
      return sweep(state);
  }
}

// What was stale already has had its chance (RFC 4724, 4.2).
void Peer::keep_stale(FamilyState& state) {
  while (!state.in.sweep_stale(SIZE_MAX)) {
  }
  state.sweeping = false;
  state.in.mark_stale();
}

void Peer::depreference(FamilyState& state) {
  state.in.mark_stale();
  state.long_lived = true;
  state.in.set_rules(import_rules(state.family));
  state.in.start_reevaluation();
  state.depreferencing = true;
  router_.sweep(*this);
  router_.wake();
}

void Peer::sweep(FamilyState& state) {
  state.sweeping = true;
  router_.sweep(*this);
  router_.wake();
}

void Peer::give_up_stale() {
  for (auto& state : families_)
    if (state) carry_out(*state, state->stale.give_up());
}

bool Peer::restarts_gracefully() const {
  return established_ && local_open_->capabilities.graceful_restart && remote_open_->capabilities.graceful_restart;
}

}  // namespace vrfd
