#include "vrf/prefix_limit.h"

#include <doctest/doctest.h>

#include "vrf/core.h"

using namespace vrfd;

TEST_CASE("a prefix limit admits up to its number and keeps the rest waiting") {
  PrefixLimit limit(2);
  CHECK(limit.admit(7));
  CHECK(limit.admit(3));
  CHECK_FALSE(limit.admit(5));
  CHECK_FALSE(limit.admit(4));
  CHECK(limit.admit(7));  // again: it is in already
  CHECK(limit.admitted() == 2);
  CHECK(limit.refused() == 2);
  CHECK(limit.next() == IndexSet::end);
  CHECK(limit.leave(3));
  CHECK(limit.next() == 4);
  CHECK(limit.admit(4));
  CHECK_FALSE(limit.is_refused(4));
  CHECK_FALSE(limit.leave(5));  // it waited, and goes without making room
  CHECK(limit.refused() == 0);
}

TEST_CASE("a lower prefix limit takes nothing away") {
  PrefixLimit limit(3);
  for (std::uint32_t index : {1u, 2u, 3u}) CHECK(limit.admit(index));
  limit.set_most(1);
  CHECK(limit.admitted() == 3);
  CHECK(limit.admit(2));
  CHECK_FALSE(limit.admit(4));
  limit.leave(1);
  CHECK(limit.next() == IndexSet::end);  // two are still in, one may be
}

namespace {

// An instance with a limit of two prefixes, and a CE.
struct LimitedBox {
  LimitedBox() : core({.assume_reachable = true}) {
    InstanceSettings settings;
    settings.name = "red";
    settings.maximum_prefixes = 2;
    red = core.add_instance(settings).id;
    ce = core.sources().add({SourceKind::external, red, Asn{65101}, 1, *IpAddress::from("192.0.2.2")});
  }
  AttrId set(std::uint32_t med) {
    PathAttributes a;
    a.next_hop = *IpAddress::from("192.0.2.2");
    a.as_path = {{SegmentType::sequence, {Asn{65101}}}};
    a.med = med;
    return core.attributes().intern(a);
  }
  AdjRibIn rib_in() {
    ImportRules rules;
    rules.local_as = Asn{65000};
    return AdjRibIn(ce, red, table(), core.decision(), rules);
  }
  RouteTable& table() { return core.table(red, Family::ipv4); }
  bool is_best(const char* prefix) {
    const DestId dest = table().find({{}, *Prefix::from(prefix)});
    return dest != no_index && table().best(dest) != no_index;
  }
  void announce(AdjRibIn& in, std::vector<const char*> prefixes, std::uint32_t med = 0) {
    std::vector<AnnouncedNlri> routes;
    for (const char* prefix : prefixes) routes.push_back({{{}, *Prefix::from(prefix)}, 0, {}});
    const AttributesRef attributes(core.attributes(), set(med));
    in.announce(routes, attributes.id());
  }
  void withdraw(AdjRibIn& in, const char* prefix) {
    const std::vector<AnnouncedNlri> routes{{{{}, *Prefix::from(prefix)}, 0, {}}};
    in.withdraw(routes);
  }

  Core core;
  InstanceId red;
  PeerId ce;
};

}  // namespace

TEST_CASE("an instance over its limit keeps what it has, and lets in who waits when another leaves") {
  LimitedBox box;
  AdjRibIn in = box.rib_in();
  box.announce(in, {"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"});
  CHECK(box.is_best("10.1.0.0/16"));
  CHECK(box.is_best("10.2.0.0/16"));
  CHECK_FALSE(box.is_best("10.3.0.0/16"));
  const DestId third = box.table().find({{}, *Prefix::from("10.3.0.0/16")});
  CHECK(box.core.decision().is_over_limit(box.table(), third));
  CHECK(box.core.decision().multipath(box.table(), third, box.red, 4).empty());
  CHECK(box.table().changes().withdrawn == 0);

  // Other attributes for what is in: a change, neither a deletion nor an addition.
  const auto before = box.table().changes();
  box.announce(in, {"10.1.0.0/16"}, 7);
  CHECK(box.table().changes().changed == before.changed + 1);
  CHECK(box.table().changes().added == before.added);
  CHECK(box.table().changes().withdrawn == 0);

  box.withdraw(in, "10.1.0.0/16");
  CHECK(box.is_best("10.3.0.0/16"));
  CHECK_FALSE(box.core.decision().is_over_limit(box.table(), third));
  in.clear(100);
}

TEST_CASE("a limit that is raised or lifted lets in those that wait, one that is lowered removes nothing") {
  LimitedBox box;
  AdjRibIn in = box.rib_in();
  box.announce(in, {"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16"});
  const auto become = [&](std::optional<std::uint32_t> limit) {
    InstanceSettings settings = box.core.instance(box.red)->settings;
    settings.maximum_prefixes = limit;
    box.core.change_instance(box.red, settings);
  };
  become(3);
  CHECK(box.is_best("10.3.0.0/16"));
  CHECK_FALSE(box.is_best("10.4.0.0/16"));
  become(1);
  for (const char* prefix : {"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"}) CHECK(box.is_best(prefix));
  become(std::nullopt);
  CHECK(box.is_best("10.4.0.0/16"));
  CHECK(box.core.decision().limit_of(box.table()) == nullptr);
  CHECK(box.table().changes().withdrawn == 0);
  in.clear(100);
}
