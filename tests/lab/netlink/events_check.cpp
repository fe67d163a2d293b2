// Events: what others do is noticed; what is lost is said to be lost.
#include <doctest/doctest.h>

#include "tests/lab/netlink/kernel_recorder.h"

namespace vrfd::netlink {

namespace {

constexpr TableId table{1001};
const char* const own_route_words = "11.0.0.0/24 table 1001 proto 201 metric 20";

std::vector<Operation> one_route() {
  return {
      {1, ReplaceRoute{.key = {table, prefix("11.0.0.0/24")}, .hops = {{address("10.0.0.2"), index_of("core0"), {}}}}}};
}

// Through another port, whose changes are not ours.
void add_foreign_routes(std::uint32_t count) {
  KernelRecorder other({}, KernelRecorder::Namespace::present);
  std::vector<Operation> operations;
  for (std::uint32_t i = 0; i < count; ++i)
    operations.push_back({i, ReplaceRoute{.key = {TableId{55}, *Prefix::from(IpAddress::v4(0x0C000000 + (i << 8)), 24)},
                                          .type = RouteType::blackhole}});
  other.submit(operations);
  REQUIRE(other.settle());
}

}  // namespace

TEST_CASE("a route of ours that somebody deletes or replaces is noticed") {
  KernelRecorder recorder;
  recorder.submit(one_route());
  REQUIRE(recorder.settle());
  REQUIRE(shell(std::string("ip route del ") + own_route_words));
  REQUIRE(recorder.wait_for<RouteGone>([](const RouteGone& gone) {
    return gone.route.key == RouteKey{table, prefix("11.0.0.0/24")} && gone.route.protocol == route_protocol;
  }));

  recorder.submit(one_route());
  REQUIRE(recorder.settle());
  REQUIRE(shell("ip route replace 11.0.0.0/24 via 10.1.0.2 table 1001 proto static metric 20"));
  REQUIRE(recorder.wait_for<RouteChanged>([](const RouteChanged& changed) {
    return changed.replaced && changed.route.protocol == 4 && changed.route.key.prefix == prefix("11.0.0.0/24");
  }));
  CHECK(recorder.own_routes(table).empty());
}

TEST_CASE("next-hop objects, links, addresses and rules of others are noticed") {
  KernelRecorder recorder;
  const NextHopObjectId id = first_next_hop_id;
  recorder.submit({{1, ReplaceNextHop{.id = id, .hop = {address("10.0.0.2"), index_of("core0"), {}}}}});
  REQUIRE(recorder.settle());
  REQUIRE(shell("ip nexthop del id " + std::to_string(id.value())));
  CHECK(recorder.wait_for<NextHopGone>([&](const NextHopGone& gone) { return gone.object.id == id; }));

  REQUIRE(shell("ip addr add 10.9.0.1/24 dev site0 && ip addr del 10.9.0.1/24 dev site0"));
  CHECK(recorder.wait_for<AddressGone>([](const AddressGone& gone) {
    return gone.address.address == address("10.9.0.1") && gone.address.on_link == prefix("10.9.0.0/24");
  }));

  REQUIRE(shell("ip rule add pref 77 table 77 && ip rule del pref 77"));
  CHECK(recorder.wait_for<RuleGone>([](const RuleGone& gone) {
    return gone.rule.priority == 77 && gone.rule.table == TableId{77} && gone.rule.family == AddressFamily::ipv4;
  }));

  REQUIRE(shell("ip link set core1 down"));
  CHECK(recorder.wait_for<LinkChanged>([](const LinkChanged& changed) {
    return changed.link.name == "core0" && changed.link.up && !changed.link.carrier;
  }));
  const IfIndex core = index_of("core0");
  REQUIRE(shell("ip link del core0"));
  CHECK(recorder.wait_for<LinkGone>([&](const LinkGone& gone) { return gone.link.index == core; }));
}

TEST_CASE("lost notifications are an overrun, after which notifications go on") {
  // With room for few events the kernel thread soon waits for us, and a small socket overflows. (Writers to a socket
  // that is more than half full give way each time, so a large one would take long.)
  KernelRecorder recorder({.operations = 1000, .events = 100, .notification_octets = 65536});
  add_foreign_routes(2000);
  REQUIRE(recorder.wait_for<Overrun>([](const Overrun&) { return true; }));
  CHECK(recorder.kernel().counters().overruns >= 1);
  // The dump tells what was missed.
  const auto routes = recorder.dumped<KernelRoute>(
      [&](Cookie cookie) { recorder.kernel().dump_routes(cookie, {.table = TableId{55}}); });
  CHECK(routes.size() == 2000);
  REQUIRE(shell("ip route add 13.0.0.0/24 dev site0 table 55"));
  CHECK(recorder.wait_for<RouteChanged>(
      [](const RouteChanged& changed) { return changed.route.key.prefix == prefix("13.0.0.0/24"); }));
}

TEST_CASE("dumps of links, addresses and rules") {
  KernelRecorder recorder;
  const auto links = recorder.dumped<Link>([&](Cookie cookie) { recorder.kernel().dump_links(cookie); });
  bool core = false;
  for (const Link& link : links)
    if (link.name == "core0") core = link.up && link.carrier && link.kind == "veth" && link.mtu == 1500;
  CHECK(core);
  const auto addresses = recorder.dumped<Address>([&](Cookie cookie) { recorder.kernel().dump_addresses(cookie); });
  bool found = false;
  for (const Address& one : addresses)
    if (one.address == address("2001:db8::1")) found = one.on_link == prefix("2001:db8::/64") && !one.tentative;
  CHECK(found);
  const auto rules = recorder.dumped<Rule>([&](Cookie cookie) { recorder.kernel().dump_rules(cookie); });
  CHECK(rules.size() >= 5);  // local, main, default; IPv6 has no default rule
}

TEST_CASE("a table that does not exist is empty") {
  KernelRecorder recorder;
  CHECK(recorder.own_routes(TableId{4000000000}).empty());
  CHECK(recorder.own_routes(TableId{4000000000}, AddressFamily::ipv6).empty());
}

}  // namespace vrfd::netlink
