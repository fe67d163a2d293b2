#include "vrf/types/strong.h"

#include <doctest/doctest.h>

#include <type_traits>
#include <unordered_set>

#include "vrf/types/forwarding.h"

using namespace vrfd;

TEST_CASE("strong integers do not mix") {
  CHECK_FALSE(std::is_convertible_v<IfIndex, TableId>);
  CHECK_FALSE(std::is_constructible_v<IfIndex, TableId>);
  CHECK_FALSE(std::is_convertible_v<std::uint32_t, IfIndex>);
  CHECK_FALSE(std::is_convertible_v<IfIndex, std::uint32_t>);
}

TEST_CASE("strong integers compare, hash and cost nothing") {
  CHECK(IfIndex{} == IfIndex{0});
  CHECK(IfIndex{1} < IfIndex{2});
  CHECK(main_table.value() == 254);
  const std::unordered_set<PeerId> peers{PeerId{1}, PeerId{1}, PeerId{2}};
  CHECK(peers.size() == 2);
  CHECK(sizeof(PeerId) == sizeof(std::uint16_t));
}

TEST_CASE("hops differ by way, device and labels") {
  const ForwardingHop hop{IpAddress::from("192.0.2.1"), IfIndex{3}, {Label{16}, Label{17}}};
  ForwardingHop other = hop;
  CHECK(hop == other);
  other.labels = {Label{17}, Label{16}};
  CHECK_FALSE(hop == other);
  CHECK(RouteKey{TableId{1}, Prefix{}} < RouteKey{TableId{2}, Prefix{}});
}
