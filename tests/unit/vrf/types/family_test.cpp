#include "vrf/types/family.h"

#include <doctest/doctest.h>

using namespace vrfd;

TEST_CASE("families are found by number and by name, each at its own index") {
  for (const FamilyRow& row : families) {
    CAPTURE(row.name);
    CHECK(&row_of(row.family) == &row);
    CHECK(family_from(row.afi, row.safi) == row.family);
    CHECK(family_from(row.name) == row.family);
    CHECK(name_of(row.family) == row.name);
    if (row.unicast()) CHECK(unicast_of(row.addresses) == row.family);
    if (row.vpn) CHECK(vpn_of(row.addresses) == row.family);
    if (row.labelled && !row.vpn) CHECK(labelled_of(row.addresses) == row.family);
  }
  for (const auto& [afi, safi] : {std::pair{0, 1}, {1, 0}, {1, 2}, {3, 4}, {3, 1}, {25, 70}, {1, 129}})
    CHECK_FALSE(family_from(static_cast<std::uint16_t>(afi), static_cast<std::uint8_t>(safi)));
  for (const char* name : {"", "IPv4", "vpn", "vpnv4 ", "l2vpn"}) CHECK_FALSE(family_from(name));
}

TEST_CASE("the names in a message") {
  CHECK(family_names() == "ipv4, ipv6, vpnv4, vpnv6, ipv4_labelled, ipv6_labelled or rtc");
}

TEST_CASE("sets of families") {
  FamilySet a;
  CHECK(a.empty());
  a.add(Family::ipv4);
  a.add(Family::vpnv6);
  a.add(Family::ipv4);
  CHECK(a.has(Family::ipv4));
  CHECK(a.has(Family::vpnv6));
  CHECK_FALSE(a.has(Family::ipv6));
  FamilySet b;
  b.add(Family::ipv4);
  b.add(Family::ipv6);
  CHECK((a & b).has(Family::ipv4));
  CHECK_FALSE((a & b).has(Family::vpnv6));
  CHECK((a | b).has(Family::ipv6));
  CHECK_FALSE(a.without(b).has(Family::ipv4));
  CHECK(a.without(b).has(Family::vpnv6));
  CHECK(a.without(a).empty());
  b.remove(Family::ipv6);
  b.add(Family::vpnv6);
  CHECK(a == b);
}
