#include "vrf/attribute_table.h"

#include <doctest/doctest.h>

using namespace vrfd;

namespace {

PathAttributes full() {
  PathAttributes a;
  a.origin = Origin::egp;
  a.atomic_aggregate = true;
  a.as_path = {{SegmentType::sequence, {Asn{65001}, Asn{65002}}}, {SegmentType::set, {Asn{1}, Asn{2}}}};
  a.next_hop = *IpAddress::from("2001:db8::1");
  a.next_hop_link_local = IpAddress::from("fe80::1");
  a.med = 7;
  a.local_preference = 200;
  a.aggregator = Aggregator{Asn{65009}, *IpAddress::from("192.0.2.9")};
  a.originator_id = IpAddress::from("192.0.2.1");
  a.cluster_list = {*IpAddress::from("10.0.0.1"), *IpAddress::from("10.0.0.2")};
  a.communities = {Community{65000u << 16 | 1}, no_export};
  a.extended_communities = {*extended_community_from("rt:65000:100"), *extended_community_from("soo:65000:1")};
  a.large_communities = {{1, 2, 3}};
  a.unknown = {{0xC0, 99, {1, 2, 3}}, {0xC0, 100, {}}};
  return a;
}

}  // namespace

TEST_CASE("a set comes back as the value that went in") {
  AttributeTable table;
  const AttrId id = table.intern(full());
  CHECK(table[id].value() == full());
  CHECK(table[id].hop_count() == 3);
  CHECK(table[id].first_as() == Asn{65001});
  CHECK(table[id].path_contains(Asn{2}));
  CHECK_FALSE(table[id].path_contains(Asn{3}));
  table.release(id);
  CHECK(table.size() == 0);
  CHECK(table.octets() == 0);
}

TEST_CASE("equal sets share a record, different ones do not") {
  AttributeTable table;
  PathAttributes other = full();
  other.med = 8;
  const AttrId a = table.intern(full());
  const AttrId b = table.intern(full());
  const AttrId c = table.intern(other);
  CHECK(a == b);
  CHECK(a != c);
  table.release(a);
  CHECK(table[b].med() == 7u);
  CHECK(table.size() == 2);
}

TEST_CASE("an id that is given out again has another generation") {
  AttributeTable table;
  const AttrId first = table.intern(full());
  const std::uint32_t generation = table.generation(first);
  table.release(first);
  CHECK_FALSE(table.is_current(first, generation));
  const AttrId second = table.intern(PathAttributes{});
  CHECK(second == first);
  CHECK_FALSE(table.is_current(first, generation));
}

TEST_CASE("many sets survive growth and removal") {
  AttributeTable table;
  std::vector<AttrId> ids;
  PathAttributes a;
  for (std::uint32_t i = 0; i != 5000; ++i) {
    a.med = i;
    ids.push_back(table.intern(a));
  }
  for (std::uint32_t i = 0; i < 5000; i += 2) table.release(ids[i]);
  CHECK(table.size() == 2500);
  for (std::uint32_t i = 1; i < 5000; i += 2) {
    a.med = i;
    CHECK(table.intern(a) == ids[i]);
  }
}
