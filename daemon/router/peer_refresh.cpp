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

PeerRefresh::Action PeerRefresh::begin_received(bool stored, TimePoint now, Duration timeout) {
  if (state_ == State::idle) {
    outcome_ = Outcome::none;
    awaited_ = false;
  }
  state_ = State::refreshing;
  stored_ = stored;
  last_received_ = now;
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
  const bool quiet = quiet_end() && now < timeout_;
  const bool stale = state_ == State::refreshing;
  state_ = State::idle;
  outcome_ = quiet ? Outcome::done : Outcome::timed_out;
  return stale ? Action::sweep : Action::none;
}

std::optional<TimePoint> PeerRefresh::deadline() const {
  if (state_ == State::idle) return std::nullopt;
  const auto quiet = quiet_end();
  return quiet ? std::min(timeout_, last_received_ + *quiet) : timeout_;
}

std::optional<Duration> PeerRefresh::quiet_end() const {
  if (state_ == State::requested) return enhanced_ ? patience : quiet_time;
  if (state_ == State::refreshing && !stored_) return quiet_time;
  return std::nullopt;
}

}  // namespace vrfd
