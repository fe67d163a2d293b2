#include "daemon/router/core_neighbours.h"

#include <doctest/doctest.h>

using namespace vrfd;

namespace {

IpAddress address(const char* text) { return *IpAddress::from(text); }

const Bytes first_mac{2, 0, 0, 0, 0, 1};
const Bytes second_mac{2, 0, 0, 0, 0, 2};
constexpr IfIndex core_link{3};
const IpAddress gateway = *IpAddress::from("172.16.1.254");
const IpAddress name = *IpAddress::from("fe80::5652:4644:ac10:1fe");

// A forwarding table with an IPv6 route that leaves through an IPv4 neighbour.
struct Bench {
  NextHopTable next_hops;
  ForwardingTable forwarding{next_hops};
  CoreNeighbours neighbours{forwarding};
  ForwardingId route = ForwardingId::none;
  TimePoint now{};

  explicit Bench(bool no_arp = false) {
    const NextHopId id = next_hops.track(public_instance, address("10.255.0.2"));
    Resolution answer;
    answer.hops = {{gateway, core_link, {Label{1002}}}};
    next_hops.set(id, answer);
    const Leg leg = Leg::via(id, AddressFamily::ipv6, Label{200});
    route = forwarding.intern({&leg, 1});
    for (const auto& wanted : forwarding.take_wanted_link_locals()) neighbours.want(wanted, no_arp, now);
  }
  // By IPv4, as the kernel tells.
  void seen(const Bytes& link_layer, bool verified = true) {
    neighbours.seen({.device = core_link, .address = gateway, .link_layer = link_layer, .verified = verified});
  }
  void seen_entry(const Bytes& link_layer) {
    neighbours.seen(
        {.device = core_link, .address = name, .link_layer = link_layer, .protocol = 201, .permanent = true});
  }
  // The link-layer addresses of the entries asked for, each confirmed.
  std::vector<Bytes> entries() {
    std::vector<Bytes> found;
    for (const netlink::Operation& operation : neighbours.take_operations()) {
      const auto* replace = std::get_if<netlink::ReplaceNeighbour>(&operation.change);
      if (replace == nullptr) continue;
      CHECK(replace->device == core_link);
      CHECK(replace->address == name);
      found.push_back(replace->link_layer);
      neighbours.acknowledge(FibCookie::from(operation.cookie));
    }
    return found;
  }
  std::size_t probes() {
    std::size_t count = 0;
    for (const netlink::Operation& operation : neighbours.take_operations())
      if (const auto* probe = std::get_if<netlink::ProbeNeighbour>(&operation.change))
        count += probe->address == gateway ? 1 : 0;
    return count;
  }
  PendingReason pending() const { return forwarding.pending(route); }
};

}  // namespace

TEST_CASE("an IPv6 route over an IPv4 neighbour waits for the neighbour's link-layer address") {
  Bench bench;
  CHECK(bench.pending() == PendingReason::neighbour_unknown);
  REQUIRE(bench.neighbours.problems([](IfIndex) { return "core"; }).size() == 1);
  CHECK(bench.neighbours.problems([](IfIndex) { return "core"; })[0] ==
        "IPv6 routes over the core neighbour 172.16.1.254 on core wait: its link-layer address is not known, it does "
        "not answer");
  CHECK(bench.neighbours.take_checks(bench.now) == std::set<IfIndex>{core_link});
  bench.neighbours.begin_dump(core_link);
  bench.neighbours.end_dump(core_link);
  CHECK(bench.probes() == 1);
  bench.seen({});  // incomplete
  CHECK(bench.entries().empty());
  bench.seen(first_mac);
  CHECK(bench.entries() == std::vector<Bytes>{first_mac});
  CHECK(bench.pending() == PendingReason::none);
  const ForwardingHops hops = bench.forwarding.hops(bench.route);
  REQUIRE(hops.size() == 1);
  CHECK(hops[0] == ForwardingHop{name, core_link, {Label{1002}, Label{200}}});
  CHECK(bench.neighbours.problems([](IfIndex) { return "core"; }).empty());
}

TEST_CASE("the entry follows the link-layer address and is not given up while nobody answers") {
  Bench bench;
  bench.seen(first_mac);
  bench.entries();
  bench.seen(first_mac);
  bench.seen({});
  CHECK(bench.entries().empty());
  CHECK(bench.pending() == PendingReason::none);
  bench.seen(second_mac);
  CHECK(bench.entries() == std::vector<Bytes>{second_mac});
}

TEST_CASE("an entry that somebody deleted, changed, or that went with its link is made again") {
  Bench bench;
  bench.seen(first_mac);
  bench.entries();
  bench.neighbours.gone({.device = core_link, .address = name});
  CHECK(bench.entries() == std::vector<Bytes>{first_mac});
  bench.seen_entry(second_mac);
  CHECK(bench.entries() == std::vector<Bytes>{first_mac});
  bench.seen_entry(first_mac);
  CHECK(bench.entries().empty());
  bench.neighbours.link_back(core_link);
  CHECK(bench.entries() == std::vector<Bytes>{first_mac});
  bench.neighbours.link_back(IfIndex{4});
  CHECK(bench.entries().empty());
}

TEST_CASE("a check makes again what the dump lacks and probes what is not verified") {
  Bench bench;
  bench.seen(first_mac);
  bench.entries();
  bench.neighbours.take_checks(bench.now);
  CHECK(bench.neighbours.take_checks(bench.now).empty());
  bench.now += CoreNeighbours::check_interval;
  CHECK(bench.neighbours.take_checks(bench.now).size() == 1);
  bench.neighbours.begin_dump(core_link);
  bench.seen(first_mac);
  bench.seen_entry(first_mac);
  bench.neighbours.end_dump(core_link);
  CHECK(bench.neighbours.take_operations().empty());
  bench.neighbours.begin_dump(core_link);
  bench.seen(first_mac, false);  // stale
  bench.neighbours.end_dump(core_link);
  const auto operations = bench.neighbours.take_operations();
  REQUIRE(operations.size() == 2);
  CHECK(std::holds_alternative<netlink::ProbeNeighbour>(operations[0].change));
  CHECK(std::get<netlink::ReplaceNeighbour>(operations[1].change).link_layer == first_mac);
}

TEST_CASE("what the kernel refuses keeps routes waiting, with its words, and is tried again") {
  Bench bench;
  bench.seen(first_mac);
  const auto operations = bench.neighbours.take_operations();
  REQUIRE(operations.size() == 1);
  bench.neighbours.refuse(FibCookie::from(operations[0].cookie), "IPv6 is disabled on this device.");
  CHECK(bench.pending() == PendingReason::neighbour_unknown);
  CHECK(
      bench.neighbours.problems([](IfIndex) { return "core"; })[0].ends_with("wait: IPv6 is disabled on this device."));
  bench.neighbours.begin_dump(core_link);
  bench.neighbours.end_dump(core_link);
  CHECK(bench.entries() == std::vector<Bytes>{first_mac});
  CHECK(bench.pending() == PendingReason::none);
}

TEST_CASE("on a link without link-layer addresses any name will do") {
  Bench bench(true);
  CHECK(bench.pending() == PendingReason::none);
  CHECK(bench.neighbours.take_checks(bench.now).empty());
  bench.seen(first_mac);
  CHECK(bench.neighbours.take_operations().empty());
}

TEST_CASE("entries of an earlier run go, unless a route needs them") {
  Bench bench;
  bench.neighbours.sweep({.device = core_link, .address = name});
  CHECK(bench.neighbours.take_operations().empty());
  bench.neighbours.sweep({.device = core_link, .address = address("fe80::5652:4644:ac10:2fe")});
  const auto operations = bench.neighbours.take_operations();
  REQUIRE(operations.size() == 1);
  CHECK(std::get<netlink::DeleteNeighbour>(operations[0].change).address == address("fe80::5652:4644:ac10:2fe"));
}
