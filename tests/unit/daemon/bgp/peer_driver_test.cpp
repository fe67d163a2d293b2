// Two drivers and a listener over loopback TCP, on one event loop. Waits are for what must happen, and bounded.
#include "daemon/bgp/peer_driver.h"

#include <doctest.h>

#include <functional>

#include "daemon/bgp/listener.h"
#include "tests/unit/daemon/bgp/session_bench.h"

namespace vrfd::bgp {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;

const IpAddress loopback = IpAddress::v4(0x7F000001);
const IpAddress next_hop = IpAddress::v4(0xC0000201);

// A router that keeps what it hears.
struct Router final : SessionUser {
  unsigned ups = 0;
  unsigned refreshes = 0;
  unsigned writables = 0;
  std::optional<Ending> ending;
  std::vector<Update> updates;
  std::uint64_t routes = 0;
  std::function<void()> on_update = [] {};
  std::function<void()> on_writable = [] {};

  void established(const Establishment&) override { ++ups; }
  void down(const Ending& why) override { ending = why; }
  void update(Update& update) override {
    for (const FamilyRoutes& row : update.reachable) routes += row.routes.size();
    if (updates.size() < 4) updates.push_back(update);
    on_update();
  }
  void refresh(const RouteRefresh&) override { ++refreshes; }
  void writable() override {
    ++writables;
    on_writable();
  }
};

// A opens connections to B's listener.
struct Pair {
  asio::io_context io;
  Log log{LogLevel::error, Log::Form::plain, [](std::string_view) {}};
  Listener listener{io, log};
  Router a_router;
  Router b_router;
  std::unique_ptr<PeerDriver> a;
  std::unique_ptr<PeerDriver> b;

  explicit Pair(TransportSettings transport = {}, std::string listener_password = {}) {
    REQUIRE(listener.open({0, IfIndex{}}).has_value());
    transport.remote = loopback;
    transport.port = listener.port();
    a = std::make_unique<PeerDriver>(io, log, PeerDriver::Identity{"b", "", 1}, settings_of(65001, 65002, 0x0A000001),
                                     transport, a_router);
    PeerSettings passive = settings_of(65002, 65001, 0x0A000002);
    passive.passive = true;
    b = std::make_unique<PeerDriver>(io, log, PeerDriver::Identity{"a", "", 2}, passive, transport, b_router);
    REQUIRE(listener
                .add(loopback, IfIndex{}, std::move(listener_password),
                     [this](tcp::socket socket) { b->accept(std::move(socket)); })
                .has_value());
  }

  bool run_until(const std::function<bool()>& done, Duration limit = 5s) {
    const TimePoint end = Clock::now() + limit;
    while (!done() && Clock::now() < end) io.run_one_for(10ms);
    return done();
  }
  bool establish() {
    b->start();
    a->start();
    return run_until([&] { return a_router.ups == 1 && b_router.ups == 1; });
  }
};

// `count` messages of as many routes as fit, 10.x.x.x/32 each.
SharedBytes feed_of(const SessionContext& context, unsigned& routes, unsigned count) {
  PathAttributes attributes;
  attributes.origin = Origin::igp;
  prepend(attributes.as_path, Asn{65001});
  attributes.next_hop = next_hop;
  const AttributeBlock block = encode_attributes(attributes, Family::ipv4, context);
  Bytes out;
  for (unsigned i = 0; i < count; ++i) {
    std::vector<AnnouncedNlri> rows;
    for (unsigned n = 0; n < 700; ++n)
      rows.push_back({{{}, Prefix::host(IpAddress::v4(0x0A000000 + routes++))}, 0, {}});
    REQUIRE(encode_reachable(Family::ipv4, block, rows, context, out));
  }
  return std::make_shared<const Bytes>(std::move(out));
}

TEST_CASE("two drivers establish and exchange an UPDATE and a ROUTE-REFRESH") {
  Pair pair;
  REQUIRE(pair.establish());
  unsigned routes = 0;
  pair.a->send_updates(feed_of(pair.a->session().established()->context, routes, 1), 1);
  CHECK(pair.b->send_refresh({Family::ipv4, RefreshSubtype::request}));
  REQUIRE(pair.run_until([&] { return !pair.b_router.updates.empty() && pair.a_router.refreshes == 1; }));
  CHECK(pair.b_router.routes == 700);
  CHECK(pair.b_router.updates[0].attributes.next_hop == next_hop);
  CHECK(pair.a->session().established()->ends.remote == loopback);
  CHECK(pair.a->session().established()->ends.remote_port == pair.listener.port());
  CHECK(pair.run_until([&] { return pair.a->output_queue() == 0; }));
}

TEST_CASE("much more than the socket takes is sent under back-pressure and arrives whole") {
  Pair pair;
  REQUIRE(pair.establish());
  constexpr unsigned target = 400'000;
  unsigned routes = 0;
  std::size_t longest = 0;
  pair.a_router.on_writable = [&] {
    while (routes < target && pair.a->can_send()) {
      pair.a->send_updates(feed_of(pair.a->session().established()->context, routes, 4), 4);
      longest = std::max(longest, pair.a->output_queue());
    }
  };
  pair.a_router.on_writable();
  REQUIRE(pair.run_until([&] { return routes >= target && pair.b_router.routes == routes; }, 60s));
  CHECK(pair.a_router.writables > 0);
  CHECK(longest < Session::send_mark + 4 * message_limit);
  CHECK_FALSE(pair.b_router.ending);
}

TEST_CASE("a reset reaches the peer as Cease/4, and both are up again soon") {
  Pair pair;
  REQUIRE(pair.establish());
  pair.a->reset({subcode::administrative_reset, "by hand", false});
  REQUIRE(pair.run_until([&] { return pair.a_router.ups == 2 && pair.b_router.ups == 2; }));
  REQUIRE(pair.b_router.ending);
  CHECK(pair.b_router.ending->by == Side::peer);
  CHECK(pair.b_router.ending->notification->subcode == subcode::administrative_reset);
  CHECK(pair.b_router.ending->message == "by hand");
  CHECK(pair.a_router.ending->by == Side::local);
}

TEST_CASE("the NOTIFICATION of a stopped peer arrives although much was queued before it") {
  Pair pair;
  REQUIRE(pair.establish());
  unsigned routes = 0;
  while (pair.a->can_send()) pair.a->send_updates(feed_of(pair.a->session().established()->context, routes, 4), 4);
  pair.a->stop({subcode::peer_deconfigured, ""});
  pair.a.reset();
  REQUIRE(pair.run_until([&] { return pair.b_router.ending.has_value(); }));
  REQUIRE(pair.b_router.ending->notification);
  CHECK(pair.b_router.ending->notification->subcode == subcode::peer_deconfigured);
}

TEST_CASE("the router may reset a session from within an UPDATE") {
  Pair pair;
  REQUIRE(pair.establish());
  pair.b_router.on_update = [&] {
    if (!pair.b_router.ending) pair.b->reset({subcode::maximum_prefixes, "", false});
  };
  unsigned routes = 0;
  pair.a->send_updates(feed_of(pair.a->session().established()->context, routes, 3), 3);
  REQUIRE(pair.run_until([&] { return pair.a_router.ending.has_value(); }));
  CHECK(pair.a_router.ending->notification->subcode == subcode::maximum_prefixes);
}

TEST_CASE("a driver that goes takes its session with it") {
  Pair pair;
  REQUIRE(pair.establish());
  pair.b.reset();
  pair.listener.remove(loopback, IfIndex{});
  CHECK(pair.run_until([&] { return pair.a_router.ending.has_value(); }));
  CHECK(pair.a_router.ending->by == Side::peer);
}

TEST_CASE("connections of no configured peer are closed and counted") {
  Pair pair;
  pair.listener.remove(loopback, IfIndex{});
  pair.a->start();
  CHECK(pair.run_until([&] { return pair.listener.refused() > 0; }));
  CHECK(pair.a_router.ups == 0);
}

TEST_CASE("a listener can be opened anew and keeps its peers") {
  Pair pair;
  const std::uint16_t port = pair.listener.port();
  pair.listener.close();
  CHECK_FALSE(pair.listener.is_open());
  REQUIRE(pair.listener.open({port, IfIndex{}}).has_value());
  CHECK(pair.establish());
}

TEST_CASE("two listeners on one port: the second says why it cannot") {
  Pair pair;
  Listener second(pair.io, pair.log);
  const auto opened = second.open({pair.listener.port(), IfIndex{}});
  REQUIRE(opened.has_error());
  CHECK(opened.error().message.find("Address already in use") != std::string::npos);
}

}  // namespace
}  // namespace vrfd::bgp
