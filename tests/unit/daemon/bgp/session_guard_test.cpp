// What keeps a session from peers that are not what they should be, and what it tells those that went too far.
#include <doctest/doctest.h>

#include <functional>

#include "tests/unit/daemon/bgp/session_bench.h"

namespace vrfd::bgp {
namespace {

using namespace std::chrono_literals;

PeerSettings plain() { return settings_of(65001, 65002, 0x0A000001); }

// The NOTIFICATION that answers the peer's OPEN, as code and subcode; {-1, -1} if it is accepted.
std::pair<int, int> answer(const PeerSettings& settings, const std::function<void(Open&)>& change) {
  SessionBench b(settings);
  const ConnectionId connection = b.connect();
  Open open = b.peer_open();
  change(open);
  b.feed(connection, encode(open));
  return codes(b.last_notification(connection));
}

PeerSettings with_role(Role role, bool strict = false) {
  PeerSettings settings = plain();
  settings.capabilities.role = role;
  settings.strict_role = strict;
  return settings;
}

}  // namespace

TEST_CASE("roles that do not fit end the session with 2/11 (RFC 9234, 4.2)") {
  const std::pair accepted{-1, -1};
  const std::pair mismatch{2, 11};
  const auto says = [](std::optional<Role> role) { return [role](Open& open) { open.capabilities.role = role; }; };
  CHECK(answer(with_role(Role::provider), says(Role::customer)) == accepted);
  CHECK(answer(with_role(Role::peer), says(Role::peer)) == accepted);
  CHECK(answer(with_role(Role::rs_server), says(Role::rs_client)) == accepted);
  CHECK(answer(with_role(Role::provider), says(Role::provider)) == mismatch);
  CHECK(answer(with_role(Role::customer), says(Role::rs_server)) == mismatch);
  CHECK(answer(with_role(Role::provider), says(std::nullopt)) == accepted);
  CHECK(answer(with_role(Role::provider, true), says(std::nullopt)) == mismatch);
  CHECK(answer(plain(), says(Role::provider)) == accepted);
  const auto contradicts = [](Open& open) {
    open.capabilities.role = Role::customer;
    open.capabilities.unknown.push_back({9, {1}});
  };
  CHECK(answer(with_role(Role::provider), contradicts) == mismatch);
  CHECK(answer(plain(), contradicts) == accepted);
}

TEST_CASE("a role goes into the OPEN that is sent") {
  SessionBench b(with_role(Role::customer));
  const ConnectionId connection = b.connect();
  const auto decoded = decode_open(ByteView(b.sent[connection].front()).subspan(header_octets));
  REQUIRE(std::holds_alternative<Open>(decoded));
  CHECK(std::get<Open>(decoded).capabilities.role == Role::customer);
}

TEST_CASE("a hold time below the least that is taken ends the session with 2/6") {
  PeerSettings settings = plain();
  settings.least_hold_time_s = 30;
  const auto offers = [](std::uint16_t hold_time) { return [hold_time](Open& open) { open.hold_time_s = hold_time; }; };
  CHECK(answer(settings, offers(30)) == std::pair{-1, -1});
  CHECK(answer(settings, offers(29)) == std::pair{2, 6});
  CHECK(answer(settings, offers(0)) == std::pair{2, 6});
}

TEST_CASE("keepalives come as often as configured, and at least thrice in a hold time") {
  const auto interval = [](std::uint16_t keepalive_s) {
    PeerSettings settings = plain();
    settings.hold_time_s = 90;
    settings.keepalive_s = keepalive_s;
    SessionBench b(settings);
    const ConnectionId connection = b.established();
    b.on(Sent{connection, 1 << 20});
    const std::size_t before = b.count(connection, MessageType::keepalive);
    const TimePoint start = b.now;
    while (b.count(connection, MessageType::keepalive) == before) b.expire();
    return b.now - start;
  };
  CHECK(interval(5) <= 5s);
  CHECK(interval(5) >= 3s);
  CHECK(interval(0) > 20s);
  CHECK(interval(80) <= 30s);
}

TEST_CASE("a peer that takes nothing keeps its session where the send hold time is turned off") {
  PeerSettings settings = plain();
  settings.hold_time_s = 0;
  settings.send_hold_time_s = 0;
  SessionBench b(settings);
  const ConnectionId connection = b.connect();
  Open open = b.peer_open();
  open.hold_time_s = 0;
  b.feed(connection, encode(open));
  b.feed(connection, encode(Keepalive{}));
  REQUIRE(b.count("established") == 1);
  b.advance(24h);
  CHECK(b.count("down") == 0);
}

TEST_CASE("the Cease for too many prefixes says which and how many (RFC 4486, 4), and no text") {
  SessionBench b(plain());
  const ConnectionId connection = b.established();
  b.on(Stop{.subcode = subcode::maximum_prefixes,
            .communication = "ipv4: 4 prefixes, the limit is 3",
            .data = maximum_prefixes_data(Family::ipv4, 3)});
  const auto notification = b.last_notification(connection);
  REQUIRE(codes(notification) == std::pair{6, 1});
  CHECK(notification->data == Bytes{0, 1, 1, 0, 0, 0, 3});
  REQUIRE(b.ending.has_value());
  CHECK(b.ending->message == "ipv4: 4 prefixes, the limit is 3");
  CHECK(b.session.state() == SessionState::idle);
}

}  // namespace vrfd::bgp
