// One of the two TCP connections that a session may have, from the OPEN that we send on it.
#pragma once

#include <algorithm>
#include <optional>

#include "daemon/bgp/session_event.h"

namespace vrfd::bgp {

// A deadline that may not be set.
class Deadline {
 public:
  void set(TimePoint at) { at_ = at; }
  void clear() { at_ = TimePoint::max(); }
  bool is_set() const { return at_ != TimePoint::max(); }
  bool due(TimePoint now) const { return at_ <= now; }
  TimePoint at() const { return at_; }  // TimePoint::max() where it is not set

 private:
  TimePoint at_ = TimePoint::max();
};

enum class Origination : std::uint8_t { outgoing, incoming };

struct Connection {
  ConnectionId id;
  Origination origination = Origination::outgoing;
  SessionState state = SessionState::open_sent;  // or open_confirm or established
  Endpoints ends;
  Open local;
  std::optional<Open> remote;
  SessionContext context;
  Duration hold_time{};  // 0: no timers
  Duration keepalive_time{};
  std::size_t queued = 0;    // octets sent, not yet taken by the kernel
  std::uint64_t octets = 0;  // sent since it began
  std::uint64_t messages = 0;
  bool full = false;       // more than `send_mark` queued, and not yet below `resume_mark`
  bool confirmed = false;  // the peer's KEEPALIVE came while the collision was undecided
  Deadline hold;
  Deadline keepalive;
  Deadline send_hold;
  // While set, the other connection has the precedence: it is established, or would stay if the peer's OPEN came on it.
  // Then `Session::decide_collision`.
  Deadline decision;

  TimePoint next_deadline() const {
    return std::min(std::min(hold.at(), keepalive.at()), std::min(send_hold.at(), decision.at()));
  }
};

}  // namespace vrfd::bgp
