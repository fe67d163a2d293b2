#include "vrf/types/community.h"

#include <doctest/doctest.h>

using namespace vrfd;

TEST_CASE("communities by number and by name, there and back") {
  const std::tuple<const char*, std::uint32_t, const char*> rows[] = {
      {"0:0", 0, "0:0"},
      {"65000:1", 0xFDE80001, "65000:1"},
      {"65535:65535", 0xFFFFFFFF, "65535:65535"},
      {"graceful-shutdown", 0xFFFF0000, "graceful-shutdown"},
      {"llgr-stale", 0xFFFF0006, "llgr-stale"},
      {"no-llgr", 0xFFFF0007, "no-llgr"},
      {"blackhole", 0xFFFF029A, "blackhole"},
      {"no-export", 0xFFFFFF01, "no-export"},
      {"no-advertise", 0xFFFFFF02, "no-advertise"},
      {"no-export-subconfed", 0xFFFFFF03, "no-export-subconfed"},
      {"no-peer", 0xFFFFFF04, "no-peer"},
      {"65535:65281", 0xFFFFFF01, "no-export"},
  };
  for (const auto& [text, value, written] : rows) {
    CAPTURE(text);
    const auto community = community_from(text);
    REQUIRE(community);
    CHECK(community->value() == value);
    CHECK(to_string(*community) == written);
    CHECK(community_from(to_string(*community)) == community);
  }
  for (const char* text : {"", ":", "1", "1:", ":1", "65536:1", "1:65536", "1:2:3", "-1:1", "no_export", "No-Export",
                           " 1:1", "1:1 ", "0x1:1", "no-export "}) {
    CAPTURE(text);
    CHECK_FALSE(community_from(text));
  }
}

TEST_CASE("extended communities in every notation, there and back") {
  const std::tuple<const char*, std::uint64_t, const char*> rows[] = {
      {"rt:65000:100", 0x0002FDE800000064, "rt:65000:100"},
      {"rt:65535:4294967295", 0x0002FFFFFFFFFFFF, "rt:65535:4294967295"},
      {"rt:10.0.0.1:1", 0x01020A0000010001, "rt:10.0.0.1:1"},
      {"rt:4200000000:1", 0x0202FA56EA000001, "rt:4200000000:1"},
      {"rt:1.2:3", 0x0202000100020003, "rt:65538:3"},
      {"rt:0.5:7", 0x0202000000050007, "rt:0.5:7"},
      {"soo:65000:1", 0x0003FDE800000001, "soo:65000:1"},
      {"soo:10.0.0.1:1", 0x01030A0000010001, "soo:10.0.0.1:1"},
      {"soo:4200000000:1", 0x0203FA56EA000001, "soo:4200000000:1"},
      {"0x4004fde800000064", 0x4004FDE800000064, "0x4004fde800000064"},
      {"0xFFFFFFFFFFFFFFFF", 0xFFFFFFFFFFFFFFFF, "0xffffffffffffffff"},
      {"0x0002fde800000064", 0x0002FDE800000064, "rt:65000:100"},
  };
  for (const auto& [text, value, written] : rows) {
    CAPTURE(text);
    const auto community = extended_community_from(text);
    REQUIRE(community);
    CHECK(community->value() == value);
    CHECK(to_string(*community) == written);
    CHECK(extended_community_from(to_string(*community)) == community);
  }
  for (const char* text :
       {"", "65000:1", "rt:", "rt:1", "rt:65536:65536", "soo:10.0.0.1:65536", "RT:1:1", "ro:1:1", "0x", "0x1",
        "0x00000000000000000", "0x000000000000000g", "0x-00000000000001", "0x+00000000000001", "rt: 1:1"}) {
    CAPTURE(text);
    CHECK_FALSE(extended_community_from(text));
  }
}

TEST_CASE("which extended communities are route targets, sites of origin, transitive") {
  struct Row {
    std::uint64_t value;
    bool target, origin, transitive;
  };
  const Row rows[] = {
      {0x0002000000000000, true, false, true},   {0x0102000000000000, true, false, true},
      {0x0202000000000000, true, false, true},   {0x0302000000000000, false, false, true},
      {0x0003000000000000, false, true, true},   {0x0203000000000000, false, true, true},
      {0x4002000000000000, false, false, false}, {0x4003000000000000, false, false, false},
      {0x8002000000000000, false, false, true},  {0x0004000000000000, false, false, true},
      {0x4300000000000000, false, false, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    const ExtendedCommunity community{row.value};
    CHECK(is_route_target(community) == row.target);
    CHECK(is_site_of_origin(community) == row.origin);
    CHECK(is_transitive(community) == row.transitive);
    CHECK(RouteTarget::from(community).has_value() == row.target);
  }
}

TEST_CASE("route targets and sites of origin without their prefix") {
  for (const char* text : {"65000:100", "4200000000:1", "10.0.0.1:1", "0.5:7"}) {
    CAPTURE(text);
    const auto target = RouteTarget::from(text);
    REQUIRE(target);
    CHECK(to_string(*target) == text);
    CHECK(target->community() == *extended_community_from("rt:" + std::string(text)));
    CHECK(site_of_origin_from(text) == extended_community_from("soo:" + std::string(text)));
  }
  CHECK_FALSE(RouteTarget::from("rt:65000:100"));
  CHECK_FALSE(RouteTarget::from("65536:65536"));
  CHECK_FALSE(site_of_origin_from("65000"));
  const std::hash<RouteTarget> hash;
  CHECK(hash(*RouteTarget::from("1:1")) == hash(*RouteTarget::from("1:1")));
}

TEST_CASE("large communities, there and back") {
  for (const char* text : {"0:0:0", "65000:1:2", "4294967295:4294967295:4294967295"}) {
    const auto community = large_community_from(text);
    REQUIRE(community);
    CHECK(to_string(*community) == text);
  }
  CHECK(large_community_from("1:2:3") == LargeCommunity{1, 2, 3});
  CHECK(LargeCommunity{1, 2, 3} < LargeCommunity{1, 3, 0});
  for (const char* text : {"", "1", "1:2", "1:2:", "1::3", ":2:3", "1:2:3:4", "4294967296:1:1", "1:1:4294967296",
                           "-1:1:1", "1:2:3 ", "a:b:c"}) {
    CAPTURE(text);
    CHECK_FALSE(large_community_from(text));
  }
}
