// What goes into a BGP session's state machine and what comes out of it.
//
// In: an `Event` or received octets, with the time. Out: calls on two interfaces. `SessionIo` is the driver's, which
// carries them out on sockets and in the log; `SessionUser` is the router's, which hears of routes. Neither may call
// back into a function of the session that takes events while one of theirs runs; sending UPDATEs is allowed.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "daemon/base/clock.h"
#include "daemon/base/log_event.h"
#include "daemon/bgp/wire/message.h"
#include "daemon/bgp/wire/notification.h"
#include "vrf/types/strong.h"

namespace vrfd::bgp {

// Names a TCP connection, from the attempt to its end. Issued by the session, never used twice.
using ConnectionId = Strong<struct ConnectionIdTag, std::uint32_t>;

// Octets that are sent to many and changed by nobody.
using SharedBytes = std::shared_ptr<const Bytes>;

struct Endpoints {
  IpAddress local;
  IpAddress remote;
  std::uint16_t local_port = 0;
  std::uint16_t remote_port = 0;
};

// RFC 4271, 8.2.2. With two connections to one peer, the session is where the more advanced one is.
enum class SessionState : std::uint8_t { idle, connect, active, open_sent, open_confirm, established };

inline constexpr std::array<std::string_view, 6> session_state_names{"idle",      "connect",      "active",
                                                                     "open_sent", "open_confirm", "established"};
constexpr std::string_view name_of(SessionState state) { return session_state_names[static_cast<std::size_t>(state)]; }

// --- in ---

struct Start {};
// Administrative shutdown (6/2) or the peer leaves the configuration (6/3). A graceful one lets the peer keep
// forwarding where graceful restart was negotiated: the daemon stops, its routes in the kernel stay.
struct Stop {
  std::uint8_t subcode = subcode::administrative_shutdown;
  std::string communication;  // RFC 9003
  bool graceful = false;
  Bytes data{};  // of the NOTIFICATION, where the subcode is of another kind
};
// Ends the session and begins a new one: administrative reset (6/4), other configuration change (6/6), maximum
// prefixes (6/1). A graceful one lets the peer keep forwarding where graceful restart was negotiated.
struct Reset {
  std::uint8_t subcode = subcode::administrative_reset;
  std::string communication;
  bool graceful = false;
  Bytes data{};  // as in Stop
};
struct Connected {
  ConnectionId connection;
  Endpoints ends;
};
struct ConnectFailed {
  ConnectionId connection;
  std::string error;
};
// `connection` is from `Session::issue_connection`.
struct Accepted {
  ConnectionId connection;
  Endpoints ends;
};
// The peer closed (no error) or TCP failed. Not said of connections that the session closed.
struct Closed {
  ConnectionId connection;
  std::string error;
};
// The kernel took octets of what was sent.
struct Sent {
  ConnectionId connection;
  std::size_t octets = 0;
};
// There are octets that the driver has not come round to reading: the peer is alive, whatever the hold timer says.
struct Unread {
  ConnectionId connection;
};
struct TimerExpired {};

using Event = std::variant<Start, Stop, Reset, Connected, ConnectFailed, Accepted, Closed, Sent, Unread, TimerExpired>;

// --- out ---

// What both sides agreed on; the references are good until the session is down.
struct Establishment {
  const SessionContext& context;
  const Open& local;
  const Open& remote;
  const Endpoints& ends;
  Duration hold_time;
};

enum class Side : std::uint8_t { local, peer };
constexpr std::string_view name_of(Side side) { return side == Side::local ? "local" : "peer"; }

// Why a session ended, or why it did not come up.
struct Ending {
  TimePoint at{};
  Side by = Side::local;
  std::optional<Notification> notification;
  std::string message;
  // The peer's routes may stay in use until it is back (RFC 4724, 4.2; RFC 8538, 4).
  bool graceful = false;
};

class SessionIo {
 public:
  // Begins a connection to the peer; reported as Connected or ConnectFailed.
  virtual void connect(ConnectionId connection) = 0;
  // Gives up an attempt or ends a connection. What was sent last, a NOTIFICATION, goes out first if it can.
  virtual void close(ConnectionId connection) = 0;
  virtual void send(ConnectionId connection, SharedBytes octets) = 0;
  virtual void note(LogEvent event, std::string_view text, const Notification* notification) = 0;

 protected:
  ~SessionIo() = default;
};

class SessionUser {
 public:
  virtual void established(const Establishment& session) = 0;
  // Once for each `established`.
  virtual void down(const Ending& ending) = 0;
  virtual void update(Update& update) = 0;
  virtual void refresh(const RouteRefresh& refresh) = 0;
  // `Session::can_send` is true again.
  virtual void writable() = 0;

 protected:
  ~SessionUser() = default;
};

// When something happens, and where what follows from it goes.
struct Step {
  TimePoint now;
  SessionIo& io;
  SessionUser& user;
};

}  // namespace vrfd::bgp
