// A session on the bench: events go in by hand, everything that comes out is kept.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/bgp/session.h"
#include "daemon/bgp/wire/codec.h"

namespace vrfd::bgp {

inline PeerSettings settings_of(std::uint32_t local_as, std::uint32_t peer_as, std::uint32_t router_id) {
  PeerSettings settings;
  settings.local_as = Asn{local_as};
  settings.peer_as = Asn{peer_as};
  settings.router_id = IpAddress::v4(router_id);
  settings.capabilities.families.add(Family::ipv4);
  settings.capabilities.route_refresh = true;
  settings.capabilities.four_octet_as = Asn{local_as};
  return settings;
}

class SessionBench final : public SessionIo, public SessionUser {
 public:
  explicit SessionBench(PeerSettings settings) : session(std::move(settings), 1) {}

  Session session;
  TimePoint now{std::chrono::hours(1)};
  std::vector<ConnectionId> connects;
  std::vector<ConnectionId> closes;
  std::map<ConnectionId, std::vector<Bytes>> sent;
  std::vector<std::string> outcomes;  // "established", "down", "update", "refresh", "writable"
  std::vector<LogEvent> notes;
  std::optional<Ending> ending;

  Step step() { return {now, *this, *this}; }
  void on(const Event& event) { session.on(event, step()); }
  std::size_t feed(ConnectionId connection, const Bytes& octets) { return session.receive(connection, octets, step()); }
  void advance(Duration by) {
    now += by;
    on(TimerExpired{});
  }
  // To the next deadline and through it.
  void expire() { advance(session.next_deadline() - now); }

  ConnectionId connect() {
    on(Start{});
    on(Connected{connects.back(), {}});
    return connects.back();
  }
  ConnectionId accept() {
    const ConnectionId connection = session.issue_connection();
    on(Accepted{connection, {}});
    return connection;
  }
  Open peer_open() const {
    const PeerSettings& mine = session.settings();
    return make_open(settings_of(mine.peer_as.value(), mine.local_as.value(), 0x0A000002));
  }
  void establish(ConnectionId connection) {
    feed(connection, encode(peer_open()));
    feed(connection, encode(Keepalive{}));
  }
  // A started session, established over a connection of its own.
  ConnectionId established() {
    const ConnectionId connection = connect();
    establish(connection);
    return connection;
  }

  std::size_t count(ConnectionId connection, MessageType type) {
    std::size_t n = 0;
    for (const Bytes& octets : sent[connection]) n += octets[18] == static_cast<std::uint8_t>(type) ? 1 : 0;
    return n;
  }
  std::optional<Notification> last_notification(ConnectionId connection) {
    if (sent[connection].empty() || sent[connection].back()[18] != 3) return std::nullopt;
    return decode_notification(ByteView(sent[connection].back()).subspan(header_octets));
  }
  bool is_closed(ConnectionId connection) const {
    for (ConnectionId id : closes)
      if (id == connection) return true;
    return false;
  }
  std::size_t count(std::string_view outcome) const {
    std::size_t n = 0;
    for (const std::string& row : outcomes) n += row == outcome ? 1 : 0;
    return n;
  }

  void connect(ConnectionId connection) override { connects.push_back(connection); }
  void close(ConnectionId connection) override { closes.push_back(connection); }
  void send(ConnectionId connection, SharedBytes octets) override { sent[connection].push_back(*octets); }
  void note(LogEvent event, std::string_view, const Notification*) override { notes.push_back(event); }

  void established(const Establishment&) override { outcomes.emplace_back("established"); }
  void down(const Ending& why) override {
    outcomes.emplace_back("down");
    ending = why;
  }
  void update(Update&) override { outcomes.emplace_back("update"); }
  void refresh(const RouteRefresh&) override { outcomes.emplace_back("refresh"); }
  void writable() override { outcomes.emplace_back("writable"); }
};

// The code and subcode of a NOTIFICATION, for comparing.
inline std::pair<int, int> codes(const std::optional<Notification>& notification) {
  if (!notification) return {-1, -1};
  return {notification->code, notification->subcode};
}

}  // namespace vrfd::bgp
