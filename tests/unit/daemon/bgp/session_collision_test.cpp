#include <doctest.h>

#include "tests/unit/daemon/bgp/session_bench.h"

namespace vrfd::bgp {
namespace {

using namespace std::chrono_literals;
using Codes = std::pair<int, int>;

constexpr std::uint32_t low_id = 0x0A000001;   // below the peer's 10.0.0.2
constexpr std::uint32_t high_id = 0x0A000003;  // above it

TEST_CASE("collision: the connection of the side with the higher router id stays (RFC 4271, 6.8)") {
  struct Case {
    std::uint32_t id;
    bool open_on_outgoing;  // where the peer's OPEN comes first
    bool outgoing_stays;
  };
  const Case cases[] = {{high_id, true, true}, {high_id, false, true}, {low_id, true, false}, {low_id, false, false}};
  for (const Case& row : cases) {
    CAPTURE(row.id);
    CAPTURE(row.open_on_outgoing);
    SessionBench b(settings_of(65001, 65002, row.id));
    const ConnectionId outgoing = b.connect();
    const ConnectionId incoming = b.accept();
    const ConnectionId first = row.open_on_outgoing ? outgoing : incoming;
    const ConnectionId second = row.open_on_outgoing ? incoming : outgoing;
    b.feed(first, encode(b.peer_open()));
    if (!b.is_closed(second)) b.feed(second, encode(b.peer_open()));
    const ConnectionId stays = row.outgoing_stays ? outgoing : incoming;
    const ConnectionId goes = row.outgoing_stays ? incoming : outgoing;
    CHECK(b.is_closed(goes));
    CHECK(codes(b.last_notification(goes)) == Codes{6, 7});
    CHECK_FALSE(b.is_closed(stays));
    b.feed(stays, encode(Keepalive{}));
    CHECK(b.session.established() != nullptr);
    CHECK(b.session.established()->id == stays);
    CHECK(b.count("established") == 1);
  }
}

TEST_CASE("collision: with equal router ids the higher AS decides (RFC 6286)") {
  SessionBench b(settings_of(65003, 65002, 0x0A000002));
  const ConnectionId outgoing = b.connect();
  const ConnectionId incoming = b.accept();
  b.feed(incoming, encode(b.peer_open()));
  CHECK_FALSE(b.is_closed(incoming));
  b.feed(outgoing, encode(b.peer_open()));
  CHECK(b.is_closed(incoming));
  CHECK_FALSE(b.is_closed(outgoing));
}

TEST_CASE("collision: a connection on which the peer stays silent does not keep the other out") {
  for (const bool peer_confirmed : {false, true}) {
    CAPTURE(peer_confirmed);
    SessionBench b(settings_of(65001, 65002, high_id));
    const ConnectionId silent = b.connect();
    const ConnectionId incoming = b.accept();
    b.feed(incoming, encode(b.peer_open()));
    if (peer_confirmed) b.feed(incoming, encode(Keepalive{}));
    CHECK(b.session.state() == SessionState::open_sent);
    b.advance(1s);
    CHECK(codes(b.last_notification(silent)) == Codes{6, 7});
    CHECK(b.is_closed(silent));
    if (!peer_confirmed) b.feed(incoming, encode(Keepalive{}));
    CHECK(b.session.established()->id == incoming);
  }
}

TEST_CASE("collision: a connection that waits goes on at once when the other ends") {
  SessionBench b(settings_of(65001, 65002, high_id));
  const ConnectionId outgoing = b.connect();
  const ConnectionId incoming = b.accept();
  b.feed(incoming, encode(b.peer_open()));
  b.on(Closed{outgoing, "connection reset by peer"});
  CHECK(b.session.state() == SessionState::open_confirm);
  b.feed(incoming, encode(Keepalive{}));
  CHECK(b.session.established()->id == incoming);
}

TEST_CASE("a reset closes both connections of an undecided collision, and none takes over") {
  SessionBench b(settings_of(65001, 65002, high_id));
  const ConnectionId outgoing = b.connect();
  const ConnectionId incoming = b.accept();
  b.feed(incoming, encode(b.peer_open()));
  b.feed(incoming, encode(Keepalive{}));
  b.on(Reset{});
  CHECK(b.is_closed(outgoing));
  CHECK(b.is_closed(incoming));
  CHECK(b.outcomes.empty());
}

TEST_CASE("collision with one in OpenConfirm") {
  SessionBench b(settings_of(65001, 65002, low_id));
  const ConnectionId outgoing = b.connect();
  b.feed(outgoing, encode(b.peer_open()));
  CHECK(b.session.state() == SessionState::open_confirm);
  const ConnectionId incoming = b.accept();
  CHECK_FALSE(b.is_closed(outgoing));
  b.feed(incoming, encode(b.peer_open()));
  CHECK(b.is_closed(outgoing));
  b.feed(incoming, encode(Keepalive{}));
  CHECK(b.session.established()->id == incoming);
}

TEST_CASE("what has no OPEN yet goes when the other connection is established") {
  SessionBench b(settings_of(65001, 65002, low_id));
  const ConnectionId outgoing = b.connect();
  b.feed(outgoing, encode(b.peer_open()));
  const ConnectionId incoming = b.accept();
  b.feed(outgoing, encode(Keepalive{}));
  CHECK(codes(b.last_notification(incoming)) == Codes{6, 7});
  CHECK(b.is_closed(incoming));
  CHECK(b.session.established()->id == outgoing);
}

TEST_CASE("our attempt goes on beside the peer's connection until one is established") {
  SessionBench b(settings_of(65001, 65002, low_id));
  b.on(Start{});
  const ConnectionId incoming = b.accept();
  b.feed(incoming, encode(b.peer_open()));
  CHECK_FALSE(b.is_closed(b.connects[0]));
  b.feed(incoming, encode(Keepalive{}));
  CHECK(b.is_closed(b.connects[0]));
  b.on(Connected{b.connects[0], {}});
  CHECK(b.sent[b.connects[0]].empty());
}

TEST_CASE("a peer that connects anew before its session is up replaces its connection") {
  SessionBench b(settings_of(65001, 65002, low_id));
  b.on(Start{});
  const ConnectionId first = b.accept();
  const ConnectionId second = b.accept();
  CHECK(b.is_closed(first));
  b.establish(second);
  CHECK(b.session.established()->id == second);
}

TEST_CASE("an established session that is alive stays, the new connection is closed with 6/7") {
  SessionBench b(settings_of(65001, 65002, high_id));
  const ConnectionId old = b.established();
  b.on(Sent{old, 1000});
  const std::size_t keepalives = b.count(old, MessageType::keepalive);
  const ConnectionId fresh = b.accept();
  CHECK(b.count(old, MessageType::keepalive) == keepalives + 1);
  b.feed(fresh, encode(b.peer_open()));
  b.feed(fresh, encode(Keepalive{}));
  CHECK_FALSE(b.is_closed(fresh));
  b.advance(1s);
  CHECK(codes(b.last_notification(fresh)) == Codes{6, 7});
  CHECK(b.session.established()->id == old);
  CHECK(b.outcomes == std::vector<std::string>{"established"});
}

TEST_CASE("a new connection takes over when the probe shows the old one dead") {
  for (const bool peer_confirmed : {false, true}) {
    CAPTURE(peer_confirmed);
    SessionBench b(settings_of(65001, 65002, high_id));
    const ConnectionId old = b.established();
    const ConnectionId fresh = b.accept();
    b.feed(fresh, encode(b.peer_open()));
    if (peer_confirmed) b.feed(fresh, encode(Keepalive{}));
    b.on(Closed{old, "connection reset by peer"});
    if (!peer_confirmed) b.feed(fresh, encode(Keepalive{}));
    CHECK(b.session.established()->id == fresh);
    CHECK(b.outcomes == std::vector<std::string>{"established", "down", "established"});
    CHECK(b.count(fresh, MessageType::keepalive) == 1);
  }
}

TEST_CASE("a second OPEN on a connection that waits is an error of the peer") {
  SessionBench b(settings_of(65001, 65002, high_id));
  const ConnectionId old = b.established();
  const ConnectionId fresh = b.accept();
  b.feed(fresh, encode(b.peer_open()));
  b.feed(fresh, encode(b.peer_open()));
  CHECK(codes(b.last_notification(fresh)) == Codes{5, 1});
  CHECK(b.session.established()->id == old);
}

TEST_CASE("with graceful restart, the peer's new OPEN replaces the session without a NOTIFICATION (RFC 4724, 5)") {
  PeerSettings settings = settings_of(65001, 65002, high_id);
  settings.capabilities.graceful_restart = GracefulRestartCapability{false, false, 120, {{Family::ipv4, true}}};
  SessionBench b(settings);
  const ConnectionId old = b.connect();
  Open open = b.peer_open();
  open.capabilities.graceful_restart = settings.capabilities.graceful_restart;
  b.feed(old, encode(open));
  b.feed(old, encode(Keepalive{}));
  const ConnectionId fresh = b.accept();
  CHECK_FALSE(b.is_closed(old));
  b.feed(fresh, encode(open));
  CHECK(b.is_closed(old));
  CHECK_FALSE(b.last_notification(old));
  CHECK(b.ending->graceful);
  b.feed(fresh, encode(Keepalive{}));
  CHECK(b.outcomes == std::vector<std::string>{"established", "down", "established"});
}

TEST_CASE("a reset ends the waiting connection too, and none takes over") {
  SessionBench b(settings_of(65001, 65002, high_id));
  const ConnectionId old = b.established();
  const ConnectionId fresh = b.accept();
  b.feed(fresh, encode(b.peer_open()));
  b.feed(fresh, encode(Keepalive{}));
  b.on(Reset{});
  CHECK(b.is_closed(old));
  CHECK(b.is_closed(fresh));
  CHECK(b.outcomes == std::vector<std::string>{"established", "down"});
}

}  // namespace
}  // namespace vrfd::bgp
