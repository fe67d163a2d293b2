#include "daemon/bgp/session.h"

#include <doctest.h>

#include "tests/unit/daemon/bgp/session_bench.h"

namespace vrfd::bgp {
namespace {

using namespace std::chrono_literals;
using Codes = std::pair<int, int>;

constexpr std::uint32_t low_id = 0x0A000001;  // below the peer's 10.0.0.2

SessionBench bench() { return SessionBench(settings_of(65001, 65002, low_id)); }

GracefulRestartCapability restartable(bool notification) {
  GracefulRestartCapability capability;
  capability.notification = notification;
  capability.restart_time_s = 120;
  capability.families.push_back({Family::ipv4, true});
  return capability;
}

// Established with graceful restart on both sides.
SessionBench graceful_bench(bool notification) {
  PeerSettings settings = settings_of(65001, 65002, low_id);
  settings.capabilities.graceful_restart = restartable(notification);
  return SessionBench(settings);
}
ConnectionId establish_gracefully(SessionBench& bench, bool notification) {
  const ConnectionId connection = bench.connect();
  Open open = bench.peer_open();
  open.capabilities.graceful_restart = restartable(notification);
  bench.feed(connection, encode(open));
  bench.feed(connection, encode(Keepalive{}));
  return connection;
}

TEST_CASE("start connects at once, and the session comes up through every state") {
  SessionBench b = bench();
  CHECK(b.session.state() == SessionState::idle);
  b.on(Start{});
  REQUIRE(b.connects.size() == 1);
  CHECK(b.session.state() == SessionState::connect);
  const ConnectionId c = b.connects[0];
  b.on(Connected{c, {}});
  CHECK(b.session.state() == SessionState::open_sent);
  CHECK(b.count(c, MessageType::open) == 1);
  b.feed(c, encode(b.peer_open()));
  CHECK(b.session.state() == SessionState::open_confirm);
  CHECK(b.count(c, MessageType::keepalive) == 1);
  b.feed(c, encode(Keepalive{}));
  CHECK(b.session.state() == SessionState::established);
  CHECK(b.outcomes == std::vector<std::string>{"established"});
  CHECK(b.session.established()->context.four_octet_as);
  CHECK(b.session.established()->context.families.has(Family::ipv4));
}

TEST_CASE("a passive session only accepts") {
  PeerSettings settings = settings_of(65001, 65002, low_id);
  settings.passive = true;
  SessionBench b(settings);
  b.on(Start{});
  CHECK(b.connects.empty());
  CHECK(b.session.next_deadline() == TimePoint::max());
  const ConnectionId c = b.accept();
  b.establish(c);
  CHECK(b.session.state() == SessionState::established);
}

TEST_CASE("a stopped session closes what is accepted") {
  SessionBench b = bench();
  const ConnectionId c = b.accept();
  CHECK(b.is_closed(c));
  CHECK(b.sent[c].empty());
}

TEST_CASE("failed attempts are repeated with growing pauses up to the retry time") {
  SessionBench b = bench();
  b.on(Start{});
  Duration last{};
  for (std::size_t attempt = 1; attempt <= 6; ++attempt) {
    REQUIRE(b.connects.size() == attempt);
    b.on(ConnectFailed{b.connects.back(), "refused"});
    CHECK(b.session.state() == SessionState::active);
    last = b.session.next_deadline() - b.now;
    CHECK(last > 0s);
    CHECK(last <= 5s);
    b.expire();
  }
  CHECK(last >= 3750ms);
}

TEST_CASE("an attempt that is not answered is given up and repeated") {
  SessionBench b = bench();
  b.on(Start{});
  b.expire();
  CHECK(b.is_closed(b.connects[0]));
  CHECK(b.connects.size() == 1);
  b.expire();
  CHECK(b.connects.size() == 2);
}

TEST_CASE("errors lengthen the pause of what we open, and keep out nothing that the peer opens") {
  SessionBench b = bench();
  Duration longest{};
  ConnectionId c = b.connect();
  for (int i = 0; i < 6; ++i) {
    Open open = b.peer_open();
    open.asn = Asn{65099};
    open.capabilities.four_octet_as = Asn{65099};
    b.feed(c, encode(open));
    CHECK(b.is_closed(c));
    longest = b.session.next_deadline() - b.now;
    c = b.accept();
    CHECK_FALSE(b.is_closed(c));
    CHECK(b.count(c, MessageType::open) == 1);
  }
  CHECK(longest >= 45s);
  CHECK(longest <= 60s);
  b.establish(c);
  CHECK(b.session.state() == SessionState::established);
}

TEST_CASE("what is wrong with an OPEN") {
  struct Case {
    const char* name;
    void (*change)(Open&);
    Codes expected;
  };
  const Case cases[] = {
      {"another AS", [](Open& o) { o.capabilities.four_octet_as = o.asn = Asn{65003}; }, {2, 2}},
      {"router id 0", [](Open& o) { o.router_id = IpAddress{}; }, {2, 3}},
      {"hold time 2", [](Open& o) { o.hold_time_s = 2; }, {2, 6}},
      {"version 3", [](Open& o) { o.version = 3; }, {2, 1}},
      {"no common family",
       [](Open& o) {
         o.capabilities.families = {};
         o.capabilities.families.add(Family::vpnv6);
       },
       {2, 7}},
  };
  for (const Case& row : cases) {
    CAPTURE(row.name);
    SessionBench b = bench();
    const ConnectionId c = b.connect();
    Open open = b.peer_open();
    row.change(open);
    b.feed(c, encode(open));
    CHECK(codes(b.last_notification(c)) == row.expected);
    CHECK(b.is_closed(c));
    CHECK(b.outcomes.empty());
    REQUIRE(b.session.last_reset());
    CHECK(b.session.last_reset()->by == Side::local);
    CHECK(codes(b.session.last_reset()->notification) == row.expected);
  }
}

TEST_CASE("the peer's router id must not be ours within an AS, and may be between ASes") {
  SessionBench internal(settings_of(65001, 65001, 0x0A000002));
  ConnectionId c = internal.connect();
  internal.feed(c, encode(internal.peer_open()));
  CHECK(codes(internal.last_notification(c)) == Codes{2, 3});
  SessionBench external(settings_of(65001, 65002, 0x0A000002));
  c = external.connect();
  external.establish(c);
  CHECK(external.session.state() == SessionState::established);
}

TEST_CASE("an internal session knows that it is one") {
  SessionBench b(settings_of(65001, 65001, low_id));
  b.established();
  REQUIRE(b.session.established() != nullptr);
  CHECK(b.session.established()->context.internal);
}

TEST_CASE("messages that have no place in a state") {
  SessionBench sent = bench();
  ConnectionId c = sent.connect();
  sent.feed(c, encode(Keepalive{}));
  CHECK(codes(sent.last_notification(c)) == Codes{5, 1});

  SessionBench confirm = bench();
  c = confirm.connect();
  confirm.feed(c, encode(confirm.peer_open()));
  confirm.feed(c, encode(RouteRefresh{Family::ipv4, RefreshSubtype::request}));
  CHECK(codes(confirm.last_notification(c)) == Codes{5, 2});

  SessionBench established = bench();
  c = established.established();
  established.feed(c, encode(established.peer_open()));
  CHECK(codes(established.last_notification(c)) == Codes{5, 3});
  CHECK(established.count("down") == 1);
}

TEST_CASE("octets that are no BGP message end the session with a header error") {
  SessionBench b = bench();
  const ConnectionId c = b.established();
  CHECK(b.feed(c, Bytes(19, 0)) == 19);
  CHECK(codes(b.last_notification(c)) == Codes{1, 1});
  CHECK(b.count("down") == 1);
}

TEST_CASE("messages are taken whole, whatever the pieces they come in") {
  SessionBench b = bench();
  const ConnectionId c = b.connect();
  Bytes stream = encode(b.peer_open());
  const Bytes keepalive = encode(Keepalive{});
  stream.insert(stream.end(), keepalive.begin(), keepalive.end());
  Bytes buffer;
  for (std::uint8_t octet : stream) {
    buffer.push_back(octet);
    const std::size_t used = b.feed(c, buffer);
    buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(used));
  }
  CHECK(buffer.empty());
  CHECK(b.session.state() == SessionState::established);
}

TEST_CASE("a budget leaves the rest for another turn") {
  SessionBench b = bench();
  const ConnectionId c = b.established();
  Bytes stream;
  for (int i = 0; i < 10; ++i) encode_end_of_rib(Family::ipv4, stream);
  const std::size_t used = b.session.receive(c, stream, b.step(), 40);
  CHECK(used == 46);
  CHECK(b.count("update") == 2);
}

TEST_CASE("UPDATE and ROUTE-REFRESH reach the user, a NOTIFICATION ends the session") {
  SessionBench b = bench();
  const ConnectionId c = b.established();
  Bytes update;
  encode_end_of_rib(Family::ipv4, update);
  b.feed(c, update);
  b.feed(c, encode(RouteRefresh{Family::ipv4, RefreshSubtype::request}));
  b.feed(c, encode(cease(subcode::administrative_shutdown, "maintenance")));
  CHECK(b.outcomes == std::vector<std::string>{"established", "update", "refresh", "down"});
  REQUIRE(b.ending);
  CHECK(b.ending->by == Side::peer);
  CHECK(codes(b.ending->notification) == Codes{6, 2});
  CHECK(b.ending->message == "maintenance");
  CHECK(b.is_closed(c));
  CHECK_FALSE(b.last_notification(c));
}

TEST_CASE("hold time: the lower one holds, keepalives come at a third of it, silence ends it with 4/0") {
  SessionBench b = bench();
  const ConnectionId c = b.connect();
  Open open = b.peer_open();
  open.hold_time_s = 30;
  b.feed(c, encode(open));
  b.feed(c, encode(Keepalive{}));
  b.on(Sent{c, 1000});
  CHECK(b.session.established()->hold_time == 30s);
  const TimePoint start = b.now;
  while (b.session.state() == SessionState::established) {
    const Duration pause = b.session.next_deadline() - b.now;
    REQUIRE(pause > 0s);
    REQUIRE(pause <= 10s);
    b.expire();
    b.on(Sent{c, 1000});
  }
  CHECK(b.now - start == 30s);
  CHECK(codes(b.last_notification(c)) == Codes{4, 0});
  CHECK(b.count(c, MessageType::keepalive) >= 3);
  CHECK(codes(b.ending->notification) == Codes{4, 0});
}

TEST_CASE("what waits unread keeps the session, messages restart the hold timer") {
  SessionBench b = bench();
  const ConnectionId c = b.established();
  b.now += 89s;
  b.feed(c, encode(Keepalive{}));
  b.advance(89s);
  CHECK(b.session.state() == SessionState::established);
  b.now += 5s;
  b.on(Unread{c});
  b.on(TimerExpired{});
  CHECK(b.session.state() == SessionState::established);
  b.advance(90s);
  CHECK(b.count("down") == 1);
}

TEST_CASE("hold time 0 sets no timer") {
  PeerSettings settings = settings_of(65001, 65002, low_id);
  settings.hold_time_s = 0;
  SessionBench b(settings);
  const ConnectionId c = b.established();
  b.on(Sent{c, 1000});
  CHECK(b.session.state() == SessionState::established);
  CHECK(b.session.next_deadline() == TimePoint::max());
}

TEST_CASE("a peer that never sends its OPEN is left after 240 s") {
  SessionBench b = bench();
  const ConnectionId c = b.connect();
  b.on(Sent{c, 1000});
  b.advance(239s);
  CHECK_FALSE(b.is_closed(c));
  b.advance(1s);
  CHECK(codes(b.last_notification(c)) == Codes{4, 0});
  CHECK(b.outcomes.empty());
}

TEST_CASE("a peer that takes nothing is left with 8/0, one that takes a little is not (RFC 9687)") {
  PeerSettings settings = settings_of(65001, 65002, low_id);
  settings.send_hold_time_s = 30;
  SessionBench b(settings);
  const ConnectionId c = b.established();
  b.on(Sent{c, 1000});
  b.session.send_updates(std::make_shared<const Bytes>(1000), 1, b.step());
  b.advance(29s);
  b.on(Sent{c, 1});
  b.advance(29s);
  CHECK(b.session.state() == SessionState::established);
  b.advance(1s);
  CHECK(codes(b.last_notification(c)) == Codes{8, 0});
  CHECK(b.count("down") == 1);
}

TEST_CASE("sending stops at the mark and is resumed below the lower one") {
  SessionBench b = bench();
  const ConnectionId c = b.established();
  b.on(Sent{c, 1000});
  CHECK(b.session.can_send());
  b.session.send_updates(std::make_shared<const Bytes>(Session::send_mark), 3, b.step());
  CHECK_FALSE(b.session.can_send());
  b.on(Sent{c, Session::send_mark / 2});
  CHECK_FALSE(b.session.can_send());
  CHECK(b.count("writable") == 0);
  b.on(Sent{c, Session::send_mark / 2});
  CHECK(b.session.can_send());
  CHECK(b.count("writable") == 1);
  CHECK(b.session.counters().sent[2] == 3);
}

TEST_CASE("a refresh is asked for only where both sides have it") {
  SessionBench b = bench();
  const ConnectionId c = b.established();
  CHECK(b.session.send_refresh({Family::ipv4, RefreshSubtype::request}, b.step()));
  CHECK_FALSE(b.session.send_refresh({Family::vpnv4, RefreshSubtype::request}, b.step()));
  CHECK_FALSE(b.session.send_refresh({Family::ipv4, RefreshSubtype::begin}, b.step()));
  CHECK(b.count(c, MessageType::route_refresh) == 1);
}

TEST_CASE("an administrative reset sends 6/4 with the text and connects again soon") {
  SessionBench b = bench();
  const ConnectionId c = b.established();
  b.on(Reset{subcode::administrative_reset, "new policy", false});
  CHECK(codes(b.last_notification(c)) == Codes{6, 4});
  CHECK(shutdown_communication(*b.last_notification(c)) == "new policy");
  CHECK(b.is_closed(c));
  CHECK(b.outcomes == std::vector<std::string>{"established", "down"});
  CHECK(b.ending->by == Side::local);
  CHECK_FALSE(b.ending->graceful);
  CHECK(b.session.next_deadline() - b.now <= 250ms);
  b.expire();
  CHECK(b.connects.size() == 2);
}

TEST_CASE("a reset for too many prefixes does not connect at once") {
  SessionBench b = bench();
  const ConnectionId c = b.established();
  b.on(Reset{subcode::maximum_prefixes, "", false});
  CHECK(codes(b.last_notification(c)) == Codes{6, 1});
  CHECK(b.connects.size() == 1);
  CHECK(b.session.next_deadline() > b.now + 3s);
}

TEST_CASE("stop sends its subcode and stays down, start brings it back") {
  SessionBench b = bench();
  const ConnectionId c = b.established();
  b.on(Stop{subcode::peer_deconfigured, ""});
  CHECK(codes(b.last_notification(c)) == Codes{6, 3});
  CHECK(b.session.state() == SessionState::idle);
  CHECK(b.session.next_deadline() == TimePoint::max());
  b.on(Start{});
  CHECK(b.connects.size() == 2);
}

TEST_CASE("with the N bit, a reset is a hard reset unless it is graceful (RFC 8538)") {
  SessionBench hard = graceful_bench(true);
  ConnectionId c = establish_gracefully(hard, true);
  hard.on(Reset{});
  CHECK(codes(hard.last_notification(c)) == Codes{6, 9});
  CHECK(codes(enclosed_in_hard_reset(*hard.last_notification(c))) == Codes{6, 4});
  CHECK_FALSE(hard.ending->graceful);

  SessionBench graceful = graceful_bench(true);
  c = establish_gracefully(graceful, true);
  graceful.on(Reset{subcode::administrative_reset, "", true});
  CHECK(codes(graceful.last_notification(c)) == Codes{6, 4});
  CHECK(graceful.ending->graceful);
}

TEST_CASE("without the N bit, a graceful reset only closes (RFC 4724)") {
  SessionBench b = graceful_bench(false);
  ConnectionId c = establish_gracefully(b, false);
  b.on(Reset{subcode::administrative_reset, "", true});
  CHECK_FALSE(b.last_notification(c));
  CHECK(b.is_closed(c));
  CHECK(b.ending->graceful);

  SessionBench plain = bench();
  c = plain.established();
  plain.on(Reset{subcode::administrative_reset, "", true});
  CHECK(codes(plain.last_notification(c)) == Codes{6, 4});
  CHECK_FALSE(plain.ending->graceful);
}

TEST_CASE("routes may stay after TCP ended, if graceful restart was negotiated") {
  SessionBench b = graceful_bench(false);
  const ConnectionId c = establish_gracefully(b, false);
  b.on(Closed{c, ""});
  CHECK(b.ending->graceful);
  CHECK(b.ending->by == Side::peer);
  SessionBench plain = bench();
  plain.on(Closed{plain.established(), "reset"});
  CHECK_FALSE(plain.ending->graceful);
  CHECK(plain.ending->message == "reset");
}

TEST_CASE("events of connections that are gone change nothing") {
  SessionBench b = bench();
  const ConnectionId c = b.established();
  b.on(Reset{});
  const auto before = b.outcomes;
  b.on(Closed{c, "late"});
  b.on(Sent{c, 10});
  b.on(Unread{c});
  CHECK(b.feed(c, encode(Keepalive{})) == 19);
  CHECK(b.outcomes == before);
}

}  // namespace
}  // namespace vrfd::bgp
