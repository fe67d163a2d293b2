#include "vrf/fib.h"

#include <doctest.h>

#include <map>

namespace vrfd {
namespace {

constexpr FibOwner owner{7};
constexpr TableId red_table{1001};

IpAddress address(const char* text) { return *IpAddress::from(std::string_view(text)); }
Prefix numbered(std::uint32_t n) { return *Prefix::from(IpAddress::v4(0x0A000000 + n * 256), 24); }

// Every destination with a path leads over the next hop that `over` names for it.
class NamedForwarder : public Forwarder {
 public:
  explicit NamedForwarder(ForwardingTable& table) : table_(table) {}
  ForwardingId desired(const RouteTable& routes, DestId dest) override {
    ++asked;
    if (routes.first(dest) == no_index) return ForwardingId::none;
    const auto at = over.find(dest);
    if (at == over.end()) return ForwardingId::discard;
    const Leg leg = Leg::via(at->second, AddressFamily::ipv4, Label{200});
    return table_.intern({&leg, 1});
  }
  std::map<DestId, NextHopId> over;
  std::size_t asked = 0;

 private:
  ForwardingTable& table_;
};

struct Bench {
  NextHopTable next_hops;
  ForwardingTable forwarding{next_hops};
  AttributeTable attributes;
  RdTable rds;
  RouteTable routes{Family::ipv4, attributes, rds};
  NamedForwarder forwarder{forwarding};
  Fib fib{owner, red_table, routes, forwarding, forwarder};
  NextHopId a = next_hops.track(public_instance, address("10.255.0.1"));
  NextHopId b = next_hops.track(public_instance, address("10.255.0.2"));
  TimePoint now{};

  Bench() {
    resolve(a, 3);
    resolve(b, 4);
  }
  void resolve(NextHopId id, std::uint32_t device) {
    Resolution answer;
    answer.hops = {{address("172.16.0.1"), IfIndex{device}, {}}};
    next_hops.set(id, device == 0 ? std::nullopt : std::optional(answer));
    forwarding.update(id);
  }
  DestId add(std::uint32_t n, std::optional<NextHopId> over) {
    const DestId dest = routes.find_or_add(Nlri{{}, numbered(n)});
    PathUpdate update;
    update.source = PeerId{1};
    routes.upsert(dest, update);
    if (over)
      forwarder.over[dest] = *over;
    else
      forwarder.over.erase(dest);
    routes.note(dest);
    return dest;
  }
  void remove(std::uint32_t n) {
    const DestId dest = routes.find(Nlri{{}, numbered(n)});
    routes.erase(dest, PeerId{1}, 0);
    routes.note(dest);
  }
  FibOperations emitted() {
    FibOperations out;
    while (fib.step(1000, out)) {
    }
    forwarding.emit_removals(out);
    return out;
  }
  void answer(const FibOperation& operation, int error = 0) {
    const FibCookie cookie = FibCookie::from(operation.cookie);
    if (cookie.owner == FibOwner::next_hop_objects)
      error == 0 ? forwarding.acknowledge(cookie, now) : forwarding.refuse(cookie, error, "no", now);
    else
      error == 0 ? fib.acknowledge(cookie) : fib.refuse(cookie, error, "no", now);
  }
  FibOperations emit_confirmed() {
    FibOperations out = emitted();
    for (const FibOperation& operation : out) answer(operation);
    return out;
  }
  FibState state(DestId dest) const { return fib.row(dest).state; }
  FibDifference sync(SyncPurpose purpose, const std::vector<FoundRoute>& found) {
    fib.begin_sync(purpose);
    for (const FoundRoute& route : found) fib.found(route);
    return fib.end_sync(DumpOutcome::complete);
  }
};

const ReplaceRoute& route_of(const FibOperation& operation) { return std::get<ReplaceRoute>(operation.change); }

TEST_CASE("a FIB is concerned when a forwarding that it uses changes, not when others do") {
  Bench bench;
  bench.add(1, bench.a);
  bench.emit_confirmed();
  CHECK_FALSE(bench.fib.concerned());
  const Leg other = Leg::via(bench.b, AddressFamily::ipv4);
  const ForwardingId of_another = bench.forwarding.intern({&other, 1});
  const std::uint32_t version = bench.forwarding.version();
  bench.resolve(bench.b, 0);
  CHECK(bench.forwarding.version() != version);
  CHECK_FALSE(bench.fib.concerned());
  bench.resolve(bench.a, 0);
  CHECK(bench.fib.concerned());
  bench.emit_confirmed();
  CHECK_FALSE(bench.fib.concerned());
  bench.resolve(bench.b, 4);
  CHECK_FALSE(bench.fib.concerned());
  for (int i = 0; i != 3000; ++i) {  // more than is remembered
    bench.resolve(bench.b, 0);
    bench.resolve(bench.b, 4);
  }
  CHECK(bench.fib.concerned());
  bench.emit_confirmed();
  CHECK_FALSE(bench.fib.concerned());
  bench.forwarding.release(of_another);
}

TEST_CASE("a route is installed when the kernel has confirmed it, not before") {
  Bench bench;
  const DestId dest = bench.add(1, bench.a);
  const FibOperations out = bench.emitted();
  REQUIRE(out.size() == 3);  // hop, group, route
  CHECK(route_of(out[2]).key == RouteKey{red_table, numbered(1)});
  CHECK(route_of(out[2]).object == std::get<ReplaceGroup>(out[1].change).id);
  CHECK(bench.state(dest) == FibState::pending);
  CHECK(bench.fib.progress().in_flight() == 1);
  bench.answer(out[2]);
  CHECK(bench.state(dest) == FibState::installed);
  CHECK(bench.fib.installed() == 1);
  CHECK(bench.fib.row(dest).hops.size() == 1);
  CHECK(bench.fib.counters().added == 1);
}

TEST_CASE("an answer to an older operation says nothing") {
  Bench bench;
  const DestId dest = bench.add(1, bench.a);
  const FibOperations first = bench.emitted();
  bench.add(1, bench.b);
  const FibOperations second = bench.emitted();
  bench.answer(first[2]);
  CHECK(bench.state(dest) == FibState::pending);
  bench.remove(1);
  const FibOperations removal = bench.emitted();
  bench.answer(second[2]);
  CHECK(bench.fib.wished() == 0);
  CHECK(bench.fib.installed() == 0);
  CHECK(bench.fib.next(0) == no_index);
}

TEST_CASE("discarding needs no object") {
  Bench bench;
  bench.add(1, std::nullopt);
  const FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 1);
  CHECK(route_of(out[0]).type == RouteType::blackhole);
  CHECK(bench.fib.row(0).discard);
}

TEST_CASE("a review, too, emits only what differs") {
  Bench bench;
  for (std::uint32_t n = 0; n != 100; ++n) bench.add(n, n % 2 == 0 ? bench.a : bench.b);
  CHECK(bench.emit_confirmed().size() == 104);
  bench.fib.review();
  const std::size_t before = bench.forwarder.asked;
  CHECK(bench.emitted().empty());
  CHECK(bench.forwarder.asked == before + 100);
  bench.add(7, bench.a);
  bench.fib.review();
  CHECK(bench.emitted().size() == 1);
}

TEST_CASE("a next hop that moves under ten thousand routes is one operation") {
  Bench bench;
  for (std::uint32_t n = 0; n != 10000; ++n) bench.add(n, bench.a);
  bench.emit_confirmed();
  bench.resolve(bench.a, 4);
  CHECK(bench.emit_confirmed().size() == 1);
  CHECK(bench.fib.installed() == 10000);
}

TEST_CASE("the order is objects, routes, removals") {
  Bench bench;
  bench.add(1, bench.a);
  bench.emit_confirmed();
  bench.add(1, bench.b);
  const FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 5);
  CHECK(std::holds_alternative<ReplaceRoute>(out[2].change));
  CHECK(std::holds_alternative<DeleteObject>(out[3].change));
  CHECK(std::holds_alternative<DeleteObject>(out[4].change));
  CHECK(bench.fib.counters().replaced == 1);
}

TEST_CASE("a refused route keeps its error and is tried again, later each time") {
  Bench bench;
  const DestId dest = bench.add(1, bench.a);
  FibOperations out = bench.emitted();
  bench.answer(out[0]);
  bench.answer(out[1]);
  bench.answer(out[2], 105);
  CHECK(bench.state(dest) == FibState::failed);
  CHECK(bench.fib.row(dest).error == 105);
  CHECK(bench.fib.row(dest).text == "no");
  CHECK(bench.fib.next_retry() == bench.now + std::chrono::seconds(1));
  bench.fib.retry(bench.now);
  CHECK(bench.emitted().empty());
  bench.now += std::chrono::seconds(1);
  bench.fib.retry(bench.now);
  out = bench.emitted();
  REQUIRE(out.size() == 1);
  bench.answer(out[0], 105);
  CHECK(bench.fib.row(dest).retry_at == bench.now + std::chrono::seconds(2));
  bench.now += std::chrono::seconds(2);
  bench.fib.retry(bench.now);
  bench.emit_confirmed();
  CHECK(bench.state(dest) == FibState::installed);
  CHECK(bench.fib.row(dest).error == 0);
  CHECK(bench.fib.counters().failed == 2);
  CHECK(bench.fib.progress().in_flight() == 0);
}

TEST_CASE("a refused delete is tried again, unless the route is wished again") {
  Bench bench;
  bench.add(1, std::nullopt);
  bench.add(2, std::nullopt);
  bench.emit_confirmed();
  bench.remove(1);
  bench.remove(2);
  FibOperations out = bench.emitted();
  REQUIRE(out.size() == 2);
  for (const FibOperation& operation : out) bench.answer(operation, 110);
  bench.add(2, std::nullopt);
  bench.emit_confirmed();
  bench.now += std::chrono::seconds(1);
  bench.fib.retry(bench.now);
  out = bench.emitted();
  REQUIRE(out.size() == 1);
  CHECK(std::get<DeleteRoute>(out[0].change).key.prefix == numbered(1));
}

TEST_CASE("a refused delete is right also when the destination's index stands for another prefix by then") {
  Bench bench;
  const DestId dest = bench.add(1, std::nullopt);
  bench.emit_confirmed();
  bench.remove(1);
  const FibOperations out = bench.emitted();
  bench.routes.collect(10, [](DestId) { return false; });
  CHECK(bench.add(9, std::nullopt) == dest);
  bench.emit_confirmed();
  bench.answer(out[0], 110);
  bench.now += std::chrono::seconds(1);
  bench.fib.retry(bench.now);
  const FibOperations again = bench.emitted();
  REQUIRE(again.size() == 1);
  CHECK(std::get<DeleteRoute>(again[0].change).key.prefix == numbered(1));
  CHECK(bench.state(dest) == FibState::installed);
}

TEST_CASE("routes wait for a next hop, with the reason, and go when it resolves") {
  Bench bench;
  bench.resolve(bench.a, 0);
  const DestId dest = bench.add(1, bench.a);
  CHECK(bench.emitted().empty());
  CHECK(bench.state(dest) == FibState::pending);
  CHECK(bench.fib.row(dest).reason == PendingReason::next_hop_unreachable);
  bench.resolve(bench.a, 3);
  CHECK(bench.emit_confirmed().size() == 3);
  CHECK(bench.state(dest) == FibState::installed);
  bench.resolve(bench.a, 0);
  const FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 1);
  CHECK(std::holds_alternative<DeleteRoute>(out[0].change));
  CHECK(bench.state(dest) == FibState::pending);
}

TEST_CASE("routes that a dead link took along are sent again when their next hop is back") {
  Bench bench;
  const DestId over_a = bench.add(1, bench.a);
  bench.add(2, bench.b);
  bench.emit_confirmed();
  bench.forwarding.device_gone(IfIndex{3});
  CHECK(bench.emit_confirmed().empty());
  CHECK(bench.state(over_a) == FibState::pending);
  CHECK(bench.fib.row(over_a).reason == PendingReason::device_missing);
  bench.forwarding.update(bench.a);
  CHECK(bench.emit_confirmed().size() == 3);
  CHECK(bench.fib.installed() == 2);
}

TEST_CASE("an audit counts and emits nothing; a repair emits the difference") {
  Bench bench;
  const DestId right = bench.add(1, bench.a);
  const DestId gone = bench.add(2, bench.a);
  const DestId changed = bench.add(3, bench.a);
  const DestId taken = bench.add(4, bench.a);
  const FibOperations out = bench.emit_confirmed();
  const NextHopObjectId object = route_of(out[2]).object;
  const std::vector<FoundRoute> found{{numbered(1), true, RouteType::unicast, object},
                                      {numbered(3), true, RouteType::blackhole, {}},
                                      {numbered(4), false, RouteType::unicast, {}},
                                      {numbered(5), true, RouteType::unicast, object},
                                      {numbered(6), false, RouteType::unicast, {}}};
  for (int i = 0; i != 2; ++i) {
    CHECK(bench.sync(SyncPurpose::audit, found) == FibDifference{1, 1, 1, 1});
    CHECK(bench.emitted().empty());
  }
  CHECK(bench.state(right) == FibState::installed);
  CHECK(bench.state(gone) == FibState::missing);
  CHECK(bench.fib.row(changed).different);
  CHECK(bench.state(taken) == FibState::foreign);

  CHECK(bench.sync(SyncPurpose::adopt, found) == FibDifference{1, 1, 1, 1});
  CHECK(bench.emit_confirmed().size() == 2);  // 2 and 3; what is stale stays
  CHECK(bench.sync(SyncPurpose::repair, {found[0],
                                         {numbered(2), true, RouteType::unicast, object},
                                         {numbered(3), true, RouteType::unicast, object},
                                         found[2],
                                         found[3]}) == FibDifference{0, 1, 0, 1});
  const FibOperations repair = bench.emit_confirmed();
  REQUIRE(repair.size() == 1);
  CHECK(std::get<DeleteRoute>(repair[0].change).key.prefix == numbered(5));
  bench.sync(SyncPurpose::retake, {found[2]});
  bench.emit_confirmed();
  CHECK(bench.state(taken) == FibState::installed);
}

TEST_CASE("after a restart routes of the run before stay until ours can be programmed, and go with the sweep") {
  Bench bench;
  bench.resolve(bench.a, 0);
  const DestId dest = bench.add(1, bench.a);
  CHECK(bench.emit_confirmed().empty());
  const std::vector<FoundRoute> left{{numbered(1), true, RouteType::unicast, NextHopObjectId{0x56000007}},
                                     {numbered(2), true, RouteType::unicast, NextHopObjectId{0x56000007}}};
  bench.sync(SyncPurpose::adopt, left);
  CHECK(bench.emitted().empty());
  CHECK(bench.state(dest) == FibState::pending);

  bench.resolve(bench.a, 3);
  const FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 3);  // in place, nothing is deleted
  CHECK(route_of(out[2]).key.prefix == numbered(1));
  bench.sync(SyncPurpose::adopt, {{numbered(1), true, RouteType::unicast, route_of(out[2]).object}, left[1]});
  CHECK(bench.emitted().empty());
  bench.sync(SyncPurpose::repair, {{numbered(1), true, RouteType::unicast, route_of(out[2]).object}, left[1]});
  const FibOperations sweep = bench.emit_confirmed();
  REQUIRE(sweep.size() == 1);
  CHECK(std::get<DeleteRoute>(sweep[0].change).key.prefix == numbered(2));
}

TEST_CASE("a broken dump proves nothing") {
  Bench bench;
  bench.add(1, bench.a);
  bench.emit_confirmed();
  bench.fib.begin_sync(SyncPurpose::repair);
  CHECK(bench.fib.end_sync(DumpOutcome::broken).clean());
  CHECK(bench.emitted().empty());
}

TEST_CASE("what was under way during a dump is not judged") {
  Bench bench;
  bench.add(1, bench.a);
  const FibOperations out = bench.emitted();
  bench.fib.begin_sync(SyncPurpose::audit);
  for (const FibOperation& operation : out) bench.answer(operation);
  bench.add(2, bench.a);
  bench.emit_confirmed();
  CHECK(bench.fib.end_sync(DumpOutcome::complete).clean());
}

TEST_CASE("a route deleted by somebody comes back; one whose place was taken is foreign until it is free") {
  Bench bench;
  const DestId dest = bench.add(1, bench.a);
  bench.emit_confirmed();
  bench.fib.route_gone(numbered(1));
  bench.fib.route_gone(numbered(99));
  CHECK(bench.state(dest) == FibState::missing);
  CHECK(bench.emit_confirmed().size() == 1);
  bench.fib.route_taken(numbered(1));
  CHECK(bench.state(dest) == FibState::foreign);
  bench.fib.review();
  CHECK(bench.emitted().empty());
  bench.fib.route_gone(numbered(1));
  CHECK(bench.emit_confirmed().size() == 1);
  CHECK(bench.state(dest) == FibState::installed);
}

TEST_CASE("a table that was lost is sent again, within the budget") {
  Bench bench;
  for (std::uint32_t n = 0; n != 50; ++n) bench.add(n, bench.a);
  bench.emit_confirmed();
  bench.fib.table_lost();
  FibOperations out;
  CHECK(bench.fib.step(20, out));
  CHECK(out.size() == 20);
  while (bench.fib.step(20, out)) {
  }
  CHECK(out.size() == 50);
}

TEST_CASE("a table that goes is emptied, and says when that is done") {
  Bench bench;
  for (std::uint32_t n = 0; n != 5; ++n) bench.add(n, bench.a);
  bench.emit_confirmed();
  bench.fib.withdraw_all();
  const FibOperations out = bench.emitted();
  CHECK(out.size() == 7);  // five routes, the group, the hop
  CHECK_FALSE(bench.fib.drained());
  for (const FibOperation& operation : out) bench.answer(operation);
  CHECK(bench.fib.drained());
}

}  // namespace
}  // namespace vrfd
