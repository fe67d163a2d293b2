// What becomes of a peer's routes of one family when its session ends, as a state machine without clock: the receiving
// side of graceful restart (RFC 4724, 4.2; RFC 8538, 4) and of its long-lived form (RFC 9494, 4).
//
//   session ends ─► awaiting ──────────────► long_lived ─────► (none left)
//                      │  restart time over      │  long-lived time over
//                      └──── session is back ────┴─► resyncing ─► (none left)
//                                                       End-of-RIB, or the stale time is over
//
// Which routes are stale is for the routing core to mark; here is only what to do with them all. Costs nothing while
// the session is up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/base/clock.h"

namespace vrfd::bgp {

class StaleRoutes {
 public:
  enum class State : std::uint8_t {
    none,        // the session is up or nothing is kept
    awaiting,    // the peer is away; its routes are used as before
    long_lived,  // it has been away for longer than its restart time; they are used if there is nothing better
    resyncing,   // it is back and sends its routes again
  };
  enum class Action : std::uint8_t {
    none,
    keep,          // what was stale before goes, all the rest is stale now
    depreference,  // RFC 9494, 4.3: mark what is stale with LLGR_STALE, remove what has NO_LLGR
    drop_stale,    // what is still stale goes
    drop_all,      // everything goes
  };
  // How long the peer asked for, in the session that ended, and what the configuration allows at most.
  struct Terms {
    Duration restart_time{};
    Duration stale_time{};       // from the end of the session; the long-lived form does not count
    Duration long_lived_time{};  // 0: not negotiated
  };

  // `terms` nothing: the session ended in a way, or under an agreement, that keeps nothing.
  Action session_down(const std::optional<Terms>& terms, TimePoint now);
  // `preserved`: the peer has named the family, and kept forwarding (the F bit).
  Action session_up(bool preserved);
  Action end_of_rib();
  // Call at deadline().
  Action expired(TimePoint now);
  // The operator wants them gone.
  Action give_up();

  State state() const { return state_; }
  std::optional<TimePoint> deadline() const { return state_ == State::none ? std::nullopt : std::optional(deadline_); }

 private:
  Action enter_long_lived(TimePoint now);

  State state_ = State::none;
  TimePoint deadline_{};
  TimePoint resync_by_{};
  Duration long_lived_time_{};
};

constexpr std::string_view name_of(StaleRoutes::State state) {
  constexpr std::array<std::string_view, 4> names{"none", "awaiting", "long_lived", "resyncing"};
  return names[static_cast<std::size_t>(state)];
}

}  // namespace vrfd::bgp
