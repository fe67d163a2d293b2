// Lookups: how a BGP next hop is reached, with labels and through next-hop objects.
#include <doctest/doctest.h>

#include "tests/lab/netlink/kernel_recorder.h"

namespace vrfd::netlink {

namespace {

constexpr IfIndex no_vrf;

}  // namespace

TEST_CASE("a lookup gives the route as it stands in the table") {
  KernelRecorder recorder;
  REQUIRE(shell("ip route add 192.0.2.0/24 via 10.0.0.2 proto static metric 7"));
  REQUIRE(shell("ip -6 route add 2001:db8:9::/48 via 2001:db8::2 proto static"));
  REQUIRE(shell("ip route add 198.51.100.0/24 proto static nexthop via 10.0.0.2 nexthop via 10.1.0.2"));

  const auto gateway = recorder.look_up(no_vrf, "192.0.2.1");
  REQUIRE(gateway.route);
  CHECK(gateway.route->key == RouteKey{main_table, prefix("192.0.2.0/24")});
  CHECK(gateway.route->metric == 7);
  CHECK(gateway.route->protocol == 4);
  CHECK(gateway.route->hops == ForwardingHops{{address("10.0.0.2"), index_of("core0"), {}}});

  const auto ipv6 = recorder.look_up(no_vrf, "2001:db8:9::1");
  REQUIRE(ipv6.route);
  CHECK(ipv6.route->key.prefix == prefix("2001:db8:9::/48"));
  CHECK(ipv6.route->hops == ForwardingHops{{address("2001:db8::2"), index_of("core0"), {}}});

  const auto connected = recorder.look_up(no_vrf, "10.0.0.2");
  REQUIRE(connected.route);
  CHECK(connected.route->key.prefix == prefix("10.0.0.0/24"));
  CHECK(connected.route->hops == ForwardingHops{{std::nullopt, index_of("core0"), {}}});

  const auto multipath = recorder.look_up(no_vrf, "198.51.100.1");
  REQUIRE(multipath.route);
  CHECK(multipath.route->hops.size() == 2);

  const auto local = recorder.look_up(no_vrf, "10.0.0.1");
  REQUIRE(local.route);
  CHECK(local.route->type == RouteType::local);

  const auto none = recorder.look_up(no_vrf, "203.0.113.1");
  CHECK_FALSE(none.route);
  CHECK(none.error == ENETUNREACH);
}

TEST_CASE("a lookup through next-hop objects has their hops, whatever nexthop_compat_mode is") {
  KernelRecorder recorder;
  REQUIRE(
      shell("ip nexthop add id 1 via 10.0.0.2 dev core0 && ip nexthop add id 2 via 10.1.0.2 dev site0 && "
            "ip nexthop add id 3 group 1/2 && ip route add 192.0.2.0/24 nhid 3 && ip route add 192.0.3.0/24 nhid 1"));
  for (const char* mode : {"1", "0"}) {
    INFO("nexthop_compat_mode ", mode);
    REQUIRE(shell(std::string("echo ") + mode + " > /proc/sys/net/ipv4/nexthop_compat_mode"));
    const auto group = recorder.look_up(no_vrf, "192.0.2.1");
    REQUIRE(group.route);
    CHECK(group.route->next_hop == NextHopObjectId{3});
    CHECK(group.route->hops.size() == 2);
    const auto single = recorder.look_up(no_vrf, "192.0.3.1");
    REQUIRE(single.route);
    CHECK(single.route->hops == ForwardingHops{{address("10.0.0.2"), index_of("core0"), {}}});
  }
}

TEST_CASE("a lookup sees the labels of a labelled path") {
  KernelRecorder recorder;
  if (!recorder.kernel().support().encapsulation) {
    MESSAGE("SKIPPED: this kernel has no MPLS encapsulation");
    return;
  }
  REQUIRE(shell("ip route add 192.0.2.1/32 encap mpls 1002/2002 via 10.0.0.2 dev core0 proto static"));
  const auto inline_labels = recorder.look_up(no_vrf, "192.0.2.1");
  REQUIRE(inline_labels.route);
  CHECK(inline_labels.route->hops ==
        ForwardingHops{{address("10.0.0.2"), index_of("core0"), {Label{1002}, Label{2002}}}});
  CHECK_FALSE(inline_labels.route->partial);

  REQUIRE(
      shell("ip nexthop add id 5 encap mpls 777 via 10.0.0.2 dev core0 && ip route add 192.0.2.2/32 nhid 5 && "
            "echo 0 > /proc/sys/net/ipv4/nexthop_compat_mode"));
  const auto object = recorder.look_up(no_vrf, "192.0.2.2");
  REQUIRE(object.route);
  CHECK(object.route->hops == ForwardingHops{{address("10.0.0.2"), index_of("core0"), {Label{777}}}});
}

}  // namespace vrfd::netlink
