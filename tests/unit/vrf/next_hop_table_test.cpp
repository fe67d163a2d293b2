#include "vrf/next_hop_table.h"

#include <doctest.h>

namespace vrfd {
namespace {

IpAddress address(const char* text) { return *IpAddress::from(std::string_view(text)); }
Prefix prefix(const char* text) { return *Prefix::from(std::string_view(text)); }

Resolution over(const char* matched, std::uint32_t device, std::uint32_t metric = 0) {
  Resolution resolution;
  resolution.matched = prefix(matched);
  resolution.metric = metric;
  resolution.hops = {{address("172.16.0.1"), IfIndex{device}, {Label{1000}}}};
  return resolution;
}

TEST_CASE("a next hop is looked up once, and known by instance and address") {
  NextHopTable table;
  const NextHopId id = table.track(public_instance, address("10.0.0.1"));
  CHECK(table.track(public_instance, address("10.0.0.1")) == id);
  CHECK(table.track(InstanceId{1}, address("10.0.0.1")) != id);
  CHECK(table.track(public_instance, address("10.0.0.1")) == id);
  CHECK(table.take_lookups(1).size() == 1);
  CHECK(table.take_lookups(10).size() == 1);
  CHECK(table.take_lookups(10).empty());
  CHECK(table[id].state == NextHopState::pending);
  CHECK_FALSE(table.reachable(id));
}

TEST_CASE("an answer changes reachability, hops or nothing") {
  NextHopTable table;
  const NextHopId id = table.track(public_instance, address("10.0.0.1"));
  CHECK(table.set(id, over("10.0.0.0/24", 3)) == NextHopChange::reachability);
  CHECK(table.reachable(id));
  CHECK(table.set(id, over("10.0.0.0/24", 3)) == NextHopChange::none);
  CHECK(table.set(id, over("10.0.0.0/24", 4)) == NextHopChange::hops);
  CHECK(table.set(id, over("10.0.0.0/24", 4, 20)) == NextHopChange::reachability);
  CHECK(table.metric(id) == 20);
  CHECK(table.set(id, std::nullopt) == NextHopChange::reachability);
  CHECK(table.set(id, std::nullopt) == NextHopChange::none);
  CHECK(table[id].state == NextHopState::unreachable);
}

TEST_CASE("what delivers here, discards or has no hop does not resolve") {
  NextHopTable table;
  const NextHopId id = table.track(public_instance, address("10.0.0.1"));
  for (RouteType type : {RouteType::local, RouteType::blackhole, RouteType::unreachable, RouteType::prohibit}) {
    Resolution answer = over("10.0.0.0/24", 3);
    answer.type = type;
    table.set(id, answer);
    CHECK_FALSE(table.reachable(id));
  }
  Resolution without_hops = over("10.0.0.0/24", 3);
  without_hops.hops.clear();
  table.set(id, without_hops);
  CHECK_FALSE(table.reachable(id));
}

TEST_CASE("a default route resolves unless the rules say no") {
  NextHopTable table;
  table.set(table.track(public_instance, address("10.0.0.1")), over("0.0.0.0/0", 3));
  CHECK(table.reachable(table.track(public_instance, address("10.0.0.1"))));
  NextHopTable strict({.assume_reachable = false, .default_route_resolves = false});
  strict.set(strict.track(public_instance, address("10.0.0.1")), over("0.0.0.0/0", 3));
  CHECK_FALSE(strict.reachable(strict.track(public_instance, address("10.0.0.1"))));
}

TEST_CASE("on a link the next hop is its own gateway") {
  NextHopTable table;
  const NextHopId id = table.track(public_instance, address("192.0.2.7"));
  Resolution answer = over("192.0.2.0/24", 3);
  answer.hops[0].via.reset();
  table.set(id, answer);
  CHECK(table[id].resolution.hops[0].via == address("192.0.2.7"));
  CHECK(table.set(id, answer) == NextHopChange::none);
}

TEST_CASE("a changed kernel route asks again for the next hops it could carry") {
  NextHopTable table;
  const NextHopId inside = table.track(public_instance, address("10.1.0.1"));
  const NextHopId longer = table.track(public_instance, address("10.1.5.1"));
  const NextHopId outside = table.track(public_instance, address("10.2.0.1"));
  const NextHopId elsewhere = table.track(InstanceId{4}, address("10.1.0.1"));
  for (NextHopId id : {inside, outside, elsewhere}) table.set(id, over("10.0.0.0/8", 3));
  table.set(longer, over("10.1.5.0/24", 3));
  table.take_lookups(100);

  table.invalidate(public_instance, prefix("10.1.0.0/16"));
  table.invalidate(public_instance, prefix("10.1.0.0/16"));
  const auto lookups = table.take_lookups(100);
  REQUIRE(lookups.size() == 1);
  CHECK(lookups[0].id == inside);
  CHECK(table.reachable(inside));  // the old answer serves until the new one is there

  table.invalidate(public_instance, prefix("0.0.0.0/0"));
  CHECK(table.take_lookups(100).empty());
  table.set(outside, std::nullopt);
  table.invalidate(public_instance, prefix("0.0.0.0/0"));
  CHECK(table.take_lookups(100).size() == 1);
}

TEST_CASE("a change while an answer is awaited asks once more") {
  NextHopTable table;
  table.track(public_instance, address("10.1.0.1"));
  table.take_lookups(1);
  table.invalidate(public_instance, prefix("10.1.0.0/16"));
  CHECK(table.take_lookups(1).size() == 1);
}

TEST_CASE("a device asks again for what leaves through it") {
  NextHopTable table;
  const NextHopId id = table.track(public_instance, address("10.1.0.1"));
  table.set(table.track(public_instance, address("10.1.0.2")), over("10.0.0.0/8", 4));
  table.set(id, over("10.0.0.0/8", 3));
  table.take_lookups(10);
  table.invalidate_device(IfIndex{3});
  const auto lookups = table.take_lookups(10);
  REQUIRE(lookups.size() == 1);
  CHECK(lookups[0].id == id);
}

TEST_CASE("without forwarding all next hops are taken as reachable") {
  NextHopTable table({.assume_reachable = true, .default_route_resolves = true});
  const NextHopId id = table.track(public_instance, address("10.1.0.1"));
  table.invalidate_all(public_instance);
  CHECK(table.reachable(id));
  CHECK_FALSE(table.lookups_wait());
}

TEST_CASE("an instance that goes takes its answers along; its successor asks anew") {
  NextHopTable table;
  const NextHopId id = table.track(InstanceId{3}, address("10.1.0.1"));
  table.take_lookups(1);
  table.set(id, over("10.0.0.0/8", 3));
  CHECK(table.remove_instance(InstanceId{3}) == std::vector<NextHopId>{id});
  CHECK_FALSE(table.reachable(id));
  CHECK(table.set(id, over("10.0.0.0/8", 3)) == NextHopChange::none);
  table.invalidate_all(InstanceId{3});
  CHECK_FALSE(table.lookups_wait());
  CHECK(table.track(InstanceId{3}, address("10.1.0.1")) == id);
  CHECK(table.take_lookups(10).size() == 1);
}

}  // namespace
}  // namespace vrfd
