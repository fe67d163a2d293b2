#include "daemon/router/interface_table.h"

#include <doctest/doctest.h>

using namespace vrfd;

namespace {

constexpr IfIndex lo{1};
constexpr IfIndex red{10};
constexpr IfIndex blue{11};
constexpr IfIndex bridge{12};
constexpr IfIndex of_red{20};
constexpr IfIndex of_blue{21};
constexpr IfIndex core{22};

IpAddress address(const char* text) { return *IpAddress::from(text); }

// Two VRFs with the same addresses, and the public instance with them, too.
struct Bench {
  InterfaceTable table;

  Bench() {
    table.set({.index = lo, .name = "lo", .loopback = true});
    table.set({.index = red, .name = "red", .kind = "vrf", .vrf_table = TableId{1001}});
    table.set({.index = blue, .name = "blue", .kind = "vrf", .vrf_table = TableId{1002}});
    table.set({.index = bridge, .name = "br0", .kind = "bridge"});
    table.set({.index = of_red, .name = "eth1", .master = red});
    table.set({.index = of_blue, .name = "eth2", .master = blue});
    table.set({.index = core, .name = "eth3", .master = bridge});
  }
  void add(IfIndex device, const char* text, bool host_scope = false) {
    table.add({.device = device, .address = address(text), .host_scope = host_scope});
  }
};

}  // namespace

TEST_CASE("one address in several VRFs is on several interfaces") {
  Bench bench;
  for (IfIndex device : {of_blue, of_red, core}) bench.add(device, "10.0.0.1");
  const auto with = [&](IfIndex vrf) { return bench.table.with(address("10.0.0.1"), {.vrf_device = vrf}); };
  CHECK(with(red) == of_red);
  CHECK(with(blue) == of_blue);
  CHECK(with({}) == core);
  bench.table.remove({.device = core, .address = address("10.0.0.1")});
  CHECK_FALSE(with({}));

  bench.add(of_blue, "2001:db8:b::1");
  bench.add(of_red, "2001:db8:a::1");
  const auto beside = bench.table.beside(address("10.0.0.1"), {.vrf_device = red}, AddressFamily::ipv6, false);
  CHECK(beside == std::vector{address("2001:db8:a::1")});
}

TEST_CASE("addresses of a VRF device are in its VRF") {
  Bench bench;
  bench.add(red, "192.0.2.1");
  CHECK(bench.table.with(address("192.0.2.1"), {.vrf_device = red}) == red);
  CHECK_FALSE(bench.table.with(address("192.0.2.1"), {.vrf_device = blue}));
  CHECK_FALSE(bench.table.with(address("192.0.2.1"), {}));
}

TEST_CASE("a link-local address is that of its link, which must be known if there are several") {
  Bench bench;
  bench.add(core, "fe80::1");
  CHECK(bench.table.with(address("fe80::1"), {}) == core);
  bench.add(lo, "fe80::1");
  CHECK_FALSE(bench.table.with(address("fe80::1"), {}));
  CHECK(bench.table.with(address("fe80::1"), {.link = lo}) == lo);
  CHECK(bench.table.with(address("fe80::1"), {.link = core}) == core);
}

TEST_CASE("the loopback's own addresses are sent from only where there is no other, and are never told to others") {
  Bench bench;
  bench.add(lo, "127.0.0.1", true);
  bench.add(lo, "::1", true);
  CHECK(bench.table.sources(lo, AddressFamily::ipv4) == std::vector{address("127.0.0.1")});
  bench.add(lo, "10.255.0.9", true);
  bench.add(lo, "10.255.0.1");
  bench.add(lo, "fe80::1");
  bench.add(lo, "2001:db8::1");
  CHECK(bench.table.sources(lo, AddressFamily::ipv4) == std::vector{address("10.255.0.1")});
  CHECK(bench.table.sources(lo, AddressFamily::ipv6) == std::vector{address("2001:db8::1")});
  const auto beside = bench.table.beside(address("10.255.0.1"), {}, AddressFamily::ipv6, false);
  CHECK(beside == std::vector{address("2001:db8::1")});
}
