#include "daemon/bgp/stale_routes.h"

#include <algorithm>
#include <utility>

namespace vrfd::bgp {

StaleRoutes::Action StaleRoutes::session_down(const std::optional<Terms>& terms, TimePoint now) {
  state_ = State::none;
  if (!terms) return Action::drop_all;
  long_lived_time_ = terms->long_lived_time;
  const Duration restart_time = std::min(terms->restart_time, terms->stale_time);
  if (restart_time > Duration::zero()) {
    state_ = State::awaiting;
    deadline_ = now + restart_time;
    resync_by_ = now + terms->stale_time;
    return Action::keep;
  }
  return enter_long_lived(now);
}

StaleRoutes::Action StaleRoutes::enter_long_lived(TimePoint now) {
  if (long_lived_time_ == Duration::zero()) {
    const bool stale_alone = std::exchange(state_, State::none) != State::none;
    return stale_alone ? Action::drop_stale : Action::drop_all;
  }
  state_ = State::long_lived;
  // The time goes on while the peer sends again (RFC 9494, 4.3).
  deadline_ = resync_by_ = now + long_lived_time_;
  return Action::depreference;
}

StaleRoutes::Action StaleRoutes::session_up(bool preserved) {
  if (state_ == State::none) return Action::none;
  if (!preserved) return give_up();
  state_ = State::resyncing;
  deadline_ = resync_by_;
  return Action::none;
}

StaleRoutes::Action StaleRoutes::end_of_rib() { return state_ == State::resyncing ? give_up() : Action::none; }

StaleRoutes::Action StaleRoutes::expired(TimePoint now) {
  if (state_ == State::none || deadline_ > now) return Action::none;
  return state_ == State::awaiting ? enter_long_lived(now) : give_up();
}

StaleRoutes::Action StaleRoutes::give_up() {
  return std::exchange(state_, State::none) == State::none ? Action::none : Action::drop_stale;
}

}  // namespace vrfd::bgp
