// Our request to a peer to send a family again, as a state machine per peer and family (RFC 2918, RFC 7313).
//
// With enhanced refresh the answer lies between BoRR and EoRR: at BoRR everything from the peer is marked stale, at
// EoRR, or when the time is over, what is still stale is swept. A BoRR that nobody asked for means the same (RFC 7313,
// 4). Without it nothing marks the end of the answer: the request is over when the peer has been quiet for a while.
//
// Some peers never say EoRR where they have nothing to send, and some never answer at all. Where nothing is stored
// there is nothing to sweep, and without BoRR nothing was marked; so in both cases quiet ends the request, too.
#pragma once

#include <optional>

#include "daemon/base/clock.h"

namespace vrfd {

class PeerRefresh {
 public:
  enum class State : std::uint8_t {
    idle,
    requested,   // sent; with enhanced refresh, BoRR is awaited
    refreshing,  // after BoRR
  };
  enum class Outcome : std::uint8_t { none, done, timed_out };
  // What is to be done with the peer's stored routes.
  enum class Action : std::uint8_t { none, mark_stale, sweep };

  // A ROUTE-REFRESH has been sent.
  void request(bool enhanced, TimePoint now, Duration timeout);
  // `stored`: the peer has routes here, which are marked stale.
  Action begin_received(bool stored, TimePoint now, Duration timeout);
  Action end_received();
  // Routes of the family came in.
  void routes_received(TimePoint now);
  // Call at deadline(); may end the request.
  Action expired(TimePoint now);
  // The session went down.
  void reset() { *this = PeerRefresh(); }

  State state() const { return state_; }
  bool idle() const { return state_ == State::idle; }
  // How the last request ended.
  Outcome outcome() const { return outcome_; }
  std::optional<TimePoint> deadline() const;

 private:
  static constexpr Duration quiet_time = std::chrono::seconds(1);
  // For BoRR.
  static constexpr Duration patience = std::chrono::seconds(5);

  // How long without routes ends the request; nothing: only EoRR does.
  std::optional<Duration> quiet_end() const;

  State state_ = State::idle;
  Outcome outcome_ = Outcome::none;
  bool enhanced_ = false;
  bool stored_ = false;   // when BoRR came
  bool awaited_ = false;  // we asked, the peer did not begin by itself
  TimePoint last_received_{};
  TimePoint timeout_{};
};

}  // namespace vrfd
