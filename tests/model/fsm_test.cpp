// The session under events in any order: what the peer, TCP, timers and the operator may do, at random but from a seed.
// After every step the session must still be one that the router and the driver can live with.
#include <doctest.h>

#include <random>
#include <set>

#include "daemon/bgp/session.h"
#include "daemon/bgp/wire/codec.h"

namespace vrfd::bgp {
namespace {

using namespace std::chrono_literals;

PeerSettings settings_of(std::uint32_t local_as, std::uint32_t peer_as, std::uint32_t router_id, bool restarts) {
  PeerSettings settings;
  settings.local_as = Asn{local_as};
  settings.peer_as = Asn{peer_as};
  settings.router_id = IpAddress::v4(router_id);
  settings.capabilities.families.add(Family::ipv4);
  settings.capabilities.route_refresh = true;
  settings.capabilities.four_octet_as = Asn{local_as};
  if (restarts) settings.capabilities.graceful_restart = GracefulRestartCapability{false, true, 120, {}};
  return settings;
}

// The world around a session, which knows what may be done to which connection.
class World final : SessionIo, SessionUser {
 public:
  World(std::uint64_t seed, bool restarts)
      : random_(seed),
        restarts_(restarts),
        session_(settings_of(65001, 65002, seed % 2 == 0 ? 0x0A000001 : 0x0A000003, restarts), seed) {
    session_.on(Start{}, step());
  }

  void turn() {
    static constexpr std::array<void (World::*)(), 22> moves{&World::advance,
                                                             &World::advance,
                                                             &World::expire,
                                                             &World::expire,
                                                             &World::complete_attempt,
                                                             &World::complete_attempt,
                                                             &World::refuse_attempt,
                                                             &World::accept,
                                                             &World::lose,
                                                             &World::take,
                                                             &World::take,
                                                             &World::say_open,
                                                             &World::say_open,
                                                             &World::say_keepalive,
                                                             &World::say_keepalive,
                                                             &World::say_keepalive,
                                                             &World::say_update,
                                                             &World::say_anything,
                                                             &World::say_notification,
                                                             &World::send,
                                                             &World::reset,
                                                             &World::stop_and_start};
    (this->*moves[random_() % moves.size()])();
    check();
  }

  unsigned ups() const { return ups_; }

 private:
  Step step() { return {now_, *this, *this}; }
  void on(const Event& event) { session_.on(event, step()); }

  std::optional<ConnectionId> any_open() {
    if (open_.empty()) return std::nullopt;
    return *std::next(open_.begin(), static_cast<std::ptrdiff_t>(random_() % open_.size()));
  }
  void feed(const Bytes& octets) {
    if (const auto connection = any_open()) {
      const std::size_t used = session_.receive(*connection, octets, step());
      REQUIRE(used <= octets.size());
    }
  }

  void advance() { now_ += std::chrono::milliseconds(random_() % 3000); }
  void expire() {
    if (session_.next_deadline() != TimePoint::max()) now_ = std::max(now_, session_.next_deadline());
    on(TimerExpired{});
    REQUIRE(session_.next_deadline() > now_);
  }
  void complete_attempt() {
    if (!attempt_) return;
    const ConnectionId connection = *attempt_;
    attempt_.reset();
    open_.insert(connection);
    on(Connected{connection, {}});
  }
  void refuse_attempt() {
    if (!attempt_) return;
    const ConnectionId connection = *attempt_;
    attempt_.reset();
    on(ConnectFailed{connection, "refused"});
  }
  void accept() {
    if (random_() % 4 != 0) return;
    const ConnectionId connection = session_.issue_connection();
    open_.insert(connection);
    on(Accepted{connection, {}});
  }
  void lose() {
    if (random_() % 8 != 0) return;
    if (const auto connection = any_open()) {
      open_.erase(*connection);
      on(Closed{*connection, ""});
    }
  }
  void take() {
    if (const auto connection = any_open()) on(Sent{*connection, 1 + random_() % 100'000});
  }
  void say_open() {
    Open open = make_open(settings_of(random_() % 8 == 0 ? 65003 : 65002, 65001, 0x0A000002, restarts_));
    open.hold_time_s = random_() % 4 == 0 ? 0 : 30;
    feed(encode(open));
  }
  void say_keepalive() { feed(encode(Keepalive{})); }
  void say_update() {
    Bytes octets;
    encode_end_of_rib(Family::ipv4, octets);
    feed(octets);
  }
  void say_anything() {
    if (random_() % 8 != 0) return;
    Bytes octets(random_() % 64);
    for (std::uint8_t& octet : octets) octet = static_cast<std::uint8_t>(random_());
    feed(octets);
  }
  void say_notification() {
    if (random_() % 8 == 0) feed(encode(cease(static_cast<std::uint8_t>(1 + random_() % 9))));
  }
  void send() {
    if (session_.can_send()) session_.send_updates(std::make_shared<const Bytes>(random_() % 200'000), 1, step());
  }
  void reset() {
    if (random_() % 8 == 0) on(Reset{subcode::administrative_reset, "", random_() % 2 == 0});
  }
  void stop_and_start() {
    if (random_() % 8 != 0) return;
    on(Stop{});
    REQUIRE(open_.empty());
    REQUIRE_FALSE(attempt_.has_value());
    REQUIRE(session_.state() == SessionState::idle);
    REQUIRE(session_.next_deadline() == TimePoint::max());
    on(Start{});
  }

  void check() {
    REQUIRE(open_.size() <= 2);
    REQUIRE((session_.established() != nullptr) == up_);
    if (up_) REQUIRE(open_.contains(session_.established()->id));
    if (up_) REQUIRE(session_.state() == SessionState::established);
    // Somebody will do something: a started session never waits for nothing.
    REQUIRE((session_.next_deadline() != TimePoint::max() || attempt_ || !open_.empty()));
    if (const Connection* connection = session_.established()) {
      REQUIRE(connection->hold.is_set() == (connection->hold_time > Duration::zero()));
      if (connection->hold.is_set()) REQUIRE(connection->hold.at() - now_ <= connection->hold_time);
    }
  }

  void connect(ConnectionId connection) override {
    REQUIRE_FALSE(attempt_.has_value());
    REQUIRE_FALSE(up_);
    attempt_ = connection;
  }
  void close(ConnectionId connection) override {
    if (attempt_ == connection) return attempt_.reset();
    REQUIRE(open_.erase(connection) == 1);
  }
  void send(ConnectionId connection, SharedBytes) override { REQUIRE(open_.contains(connection)); }
  void note(LogEvent, std::string_view, const Notification*) override {}

  void established(const Establishment& session) override {
    REQUIRE_FALSE(up_);
    REQUIRE(session.context.families.has(Family::ipv4));
    up_ = true;
    ++ups_;
  }
  void down(const Ending&) override {
    REQUIRE(up_);
    up_ = false;
  }
  void update(Update&) override { REQUIRE(up_); }
  void refresh(const RouteRefresh&) override { REQUIRE(up_); }
  void writable() override { REQUIRE(up_); }

  std::mt19937_64 random_;
  bool restarts_;
  Session session_;
  TimePoint now_{std::chrono::hours(1)};
  std::set<ConnectionId> open_;
  std::optional<ConnectionId> attempt_;
  bool up_ = false;
  unsigned ups_ = 0;
};

TEST_CASE("the session stays legal under any sequence of events") {
  unsigned ups = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    World world(seed, seed % 4 >= 2);
    for (int i = 0; i < 2000; ++i) world.turn();
    ups += world.ups();
  }
  CHECK(ups > 500);  // the sequences get somewhere
}

}  // namespace
}  // namespace vrfd::bgp
