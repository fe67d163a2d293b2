#include "daemon/router/peer_refresh.h"

#include <algorithm>

namespace vrfd {

void PeerRefresh::request(bool enhanced, TimePoint now, Duration timeout) {
  state_ = State::requested;
  outcome_ = Outcome::none;
  enhanced_ = enhanced;
  awaited_ = true;
  last_received_ = now;
  timeout_ = now + timeout;
}

PeerRefresh::Action PeerRefresh::begin_received(TimePoint now, Duration timeout) {
  if (state_ == State::idle) {
    outcome_ = Outcome::none;
    awaited_ = false;
  }
  state_ = State::refreshing;
  timeout_ = now + timeout;
  return Action::mark_stale;
}

// An EoRR without a BoRR before it means nothing (RFC 7313, 4).
PeerRefresh::Action PeerRefresh::end_received() {
  if (state_ != State::refreshing) return Action::none;
  state_ = State::idle;
  outcome_ = Outcome::done;
  return Action::sweep;
}

void PeerRefresh::routes_received(TimePoint now) { last_received_ = now; }

PeerRefresh::Action PeerRefresh::expired(TimePoint now) {
  if (state_ == State::idle || now < *deadline()) return Action::none;
  const bool quiet = state_ == State::requested && !enhanced_ && now < timeout_;
  const bool stale = state_ == State::refreshing;
  state_ = State::idle;
  outcome_ = quiet ? Outcome::done : Outcome::timed_out;
  return stale ? Action::sweep : Action::none;
}

std::optional<TimePoint> PeerRefresh::deadline() const {
  if (state_ == State::idle) return std::nullopt;
  if (state_ == State::requested && !enhanced_) return std::min(timeout_, last_received_ + quiet_time);
  return timeout_;
}

}  // namespace vrfd
