// Our request to a peer to send a family again, as a state machine per peer and family (RFC 2918, RFC 7313).
//
// With enhanced refresh the answer lies between BoRR and EoRR: at BoRR everything from the peer is marked stale, at
// EoRR, or when the time is over, what is still stale is swept. A BoRR that nobody asked for means the same (RFC 7313,
// 4). Without it nothing marks the end of the answer: the request is over when the peer has been quiet for a while.
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
  Action begin_received(TimePoint now, Duration timeout);
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

  State state_ = State::idle;
  Outcome outcome_ = Outcome::none;
  bool enhanced_ = false;
  bool awaited_ = false;  // we asked, the peer did not begin by itself
  TimePoint last_received_{};
  TimePoint timeout_{};
};

}  // namespace vrfd
