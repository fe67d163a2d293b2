#include "vrf/decision.h"

#include <doctest/doctest.h>

#include "vrf/core.h"

using namespace vrfd;

TEST_CASE("a backup is the best path over another next hop") {
  Core core({.assume_reachable = true});
  RouteTable& table = core.table(public_instance, Family::ipv4);
  const DestId dest = table.find_or_add({{}, *Prefix::from("10.1.0.0/16")});
  std::vector<PathId> paths;
  const auto add = [&](std::uint32_t router_id, const char* next_hop, std::uint32_t preference) {
    const PeerId source = core.sources().add(
        {SourceKind::internal, public_instance, Asn{65000}, router_id, IpAddress::v4(0x0A000000 + router_id)});
    PathAttributes attributes;
    attributes.next_hop = *IpAddress::from(next_hop);
    attributes.local_preference = preference;
    const AttrId set = core.attributes().intern(attributes);
    core.attributes().retain(set);
    paths.push_back(table.upsert(dest, {.source = source, .received = set, .attributes = set}).path);
    core.decision().settle(table, dest, public_instance);
  };
  const auto over = [&](PathId path) { return *core.decision().next_hop_of(table, table.path(path), public_instance); };
  add(1, "10.9.0.1", 300);
  CHECK(core.decision().backup(table, dest, public_instance, {over(paths[0])}) == no_index);
  add(2, "10.9.0.1", 200);  // the second best leads the same way
  add(3, "10.9.0.3", 100);
  add(4, "10.9.0.4", 150);
  CHECK(table.best(dest) == paths[0]);
  CHECK(core.decision().backup(table, dest, public_instance, {over(paths[0])}) == paths[3]);
  CHECK(core.decision().backup(table, dest, public_instance, {over(paths[0]), over(paths[3])}) == paths[2]);
  CHECK(core.decision().backup(table, dest, public_instance, {}) == paths[0]);
}
