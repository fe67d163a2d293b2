// A BGP session with one configured peer as a state machine without I/O and without a clock (RFC 4271, 8).
//
// An event or received octets go in with the time; calls on `SessionIo` and `SessionUser` come out, before the function
// returns. One Session looks after the connection it opens and the one the peer opens and resolves their collision
// (RFC 4271, 6.8), so there is one machine a peer and not two.
//
// Connections, timers and what they follow:
// - Outgoing: tried at once, then again with growing pauses. Errors make the pause longer still, but never keep out
//   the peer: what it opens is taken at any time while the session is started.
// - Incoming while established: the old connection is probed with a KEEPALIVE. If the peer has restarted, its kernel
//   resets the old one and the new one takes over; if not, the new one is closed with Cease/7. With graceful restart,
//   the peer's OPEN alone replaces the old one (RFC 4724, 5).
// - The hold timer is 240 s until the OPEN has come, then what was negotiated; keepalives a third of it, jittered.
// - The send hold timer (RFC 9687) ends a session whose peer takes nothing.
//
// Invariants: at most one connection is established; `down` follows each `established` once; nothing is sent on a
// connection after `close`; after TimerExpired at `now`, `next_deadline()` is later than `now`.
#pragma once

#include <array>

#include "daemon/bgp/jitter.h"
#include "daemon/bgp/peer_settings.h"
#include "daemon/bgp/session_connection.h"
#include "daemon/bgp/session_event.h"
#include "daemon/bgp/session_open.h"
#include "daemon/bgp/wire/frame.h"

namespace vrfd::bgp {

// For `show bgp peer`; since the daemon's start.
struct SessionCounters {
  std::array<std::uint64_t, 6> sent{};       // by MessageType
  std::array<std::uint64_t, 6> received{};   // by MessageType
  std::array<std::uint64_t, 4> malformed{};  // UPDATEs by Verdict
  std::uint64_t established = 0;
};

class Session {
 public:
  Session(PeerSettings settings, std::uint64_t jitter_seed) : settings_(std::move(settings)), jitter_(jitter_seed) {}

  void on(const Event& event, const Step& step);

  // Takes whole messages from the start of `octets` until about `budget` octets are used up; returns how many it took.
  // The rest, an incomplete message included, must be at the start of the next call. All octets are taken where the
  // connection has ended.
  std::size_t receive(ConnectionId connection, ByteView octets, const Step& step, std::size_t budget = SIZE_MAX);

  // Whole UPDATE messages for the peer. Only while established; between `can_send` and this nothing may happen.
  void send_updates(SharedBytes messages, unsigned count, const Step& step);
  // False, and nothing sent, if the session is not established or the peer lacks the capability.
  bool send_refresh(const RouteRefresh& refresh, const Step& step);
  // Established and with little enough queued.
  bool can_send() const;

  // In force from the next OPEN on; a Reset makes it so now.
  void configure(PeerSettings settings) { settings_ = std::move(settings); }

  // The time of the next TimerExpired; TimePoint::max() for none.
  TimePoint next_deadline() const;
  ConnectionId issue_connection() { return ConnectionId{++last_connection_}; }

  SessionState state() const;
  const PeerSettings& settings() const { return settings_; }
  // The connection that carries the session, while it is established.
  const Connection* established() const;
  TimePoint established_at() const { return established_at_; }
  const std::optional<Ending>& last_reset() const { return last_reset_; }
  const SessionCounters& counters() const { return counters_; }

  // Octets queued towards the peer at which `can_send` turns false, and below which it is true again.
  static constexpr std::size_t send_mark = 256 * 1024;
  static constexpr std::size_t resume_mark = 64 * 1024;

 private:
  using Reaction = void (Session::*)(Connection&, const Frame&, const Step&);
  static const std::array<std::array<Reaction, 6>, 3> reactions;  // by state from open_sent on, MessageType

  // Events (session.cpp).
  void react(const Start&, const Step& step);
  void react(const Stop& stop, const Step& step);
  void react(const Reset& reset, const Step& step);
  void react(const Connected& connected, const Step& step);
  void react(const ConnectFailed& failed, const Step& step);
  void react(const Accepted& accepted, const Step& step);
  void react(const Closed& closed, const Step& step);
  void react(const Sent& sent, const Step& step);
  void react(const Unread& unread, const Step& step);
  void react(const TimerExpired&, const Step& step);
  void check_timers(Connection& connection, const Step& step);
  void keep_alive(Connection& connection, const Step& step);
  // Begins, plans or drops the next outgoing attempt, whichever the state asks for.
  void plan_attempt(const Step& step);
  void begin_attempt(const Step& step);
  void give_up_attempt(const Step& step);
  Duration pause();

  // Messages (session_messages.cpp).
  void on_open(Connection& connection, const Frame& frame, const Step& step);
  void on_keepalive_in_open_sent(Connection& connection, const Frame& frame, const Step& step);
  void on_keepalive_in_open_confirm(Connection& connection, const Frame& frame, const Step& step);
  void on_keepalive(Connection& connection, const Frame& frame, const Step& step);
  void on_update(Connection& connection, const Frame& frame, const Step& step);
  void on_refresh(Connection& connection, const Frame& frame, const Step& step);
  void on_notification(Connection& connection, const Frame& frame, const Step& step);
  void on_unexpected(Connection& connection, const Frame& frame, const Step& step);
  void note_faults(const Step& step);
  // False if `connection` does not go on, or not yet.
  bool resolve_collision(Connection& connection, const Step& step);
  void decide_collision(Connection& connection, const Step& step);
  void confirm(Connection& connection, const Step& step);
  void establish(Connection& connection, const Step& step);

  // Connections and their ends (session_ending.cpp).
  Connection* find(ConnectionId id);
  Connection* other_than(const Connection& connection);
  void open_connection(ConnectionId id, Origination origination, const Endpoints& ends, const Step& step);
  void send(Connection& connection, MessageType type, SharedBytes octets, const Step& step);
  void send_notification(Connection& connection, const Notification& notification, std::string_view text,
                         const Step& step);
  // We end it, with a NOTIFICATION.
  void fail(Connection& connection, const Notification& notification, std::string text, const Step& step);
  // For reasons of our own, which are no errors: as `fail`, hard or graceful as RFC 8538 has it.
  void cease(Connection& connection, const Reset& reset, const Step& step);
  void cease_all(const Reset& reset, const Step& step);
  // The second connection goes; the session stays.
  void dismiss(Connection& connection, std::string_view text, const Step& step);
  // Forgets the connection, tells the user and lets a connection that waited for this take over.
  void end(Connection& connection, Ending ending, const Step& step);
  void release(Connection& connection);
  void count(const Ending& ending, bool was_established);
  Duration send_hold_time(const Connection& connection) const;

  PeerSettings settings_;
  Jitter jitter_;
  bool started_ = false;
  std::uint32_t last_connection_ = 0;
  std::optional<ConnectionId> attempt_;
  Deadline retry_;            // of the next attempt, or the end of patience with this one
  bool at_once_ = false;      // the next attempt waits for nothing
  unsigned unreachable_ = 0;  // attempts in a row that TCP did not carry
  unsigned errors_ = 0;       // sessions in a row that ended with an error
  std::array<std::optional<Connection>, 2> connections_;
  TimePoint established_at_{};
  std::optional<Ending> last_reset_;
  SessionCounters counters_;
  Update update_;  // reused, so that a steady stream of UPDATEs allocates little
};

}  // namespace vrfd::bgp
