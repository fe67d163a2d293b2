#include "vrf/labelled_unicast.h"

#include <doctest/doctest.h>

#include "vrf/core.h"
#include "vrf/swap_labels.h"

using namespace vrfd;

namespace {

constexpr Asn own{65000};
const Prefix loopback = *Prefix::from("10.255.0.1/32");

// A border: one peer inside, one outside, both with labels.
struct Border {
  Border() : core({.assume_reachable = true}) {
    core.set_swap_labels(swap);
    core.use_labelled(AddressFamily::ipv4);
    inside = core.sources().add({SourceKind::internal, public_instance, own, 1, *IpAddress::from("10.0.0.1")});
    outside = core.sources().add({SourceKind::external, public_instance, Asn{65001}, 2, *IpAddress::from("10.0.1.1")});
    in = std::make_unique<AdjRibIn>(inside, public_instance, labelled(), core.decision(),
                                    ImportRules{.local_as = own, .router_id = 99});
  }
  ~Border() {
    in->clear(SIZE_MAX);
    run();
    core.leave(labelled(), outside);
  }
  RouteTable& labelled() { return core.table(public_instance, Family::ipv4_labelled); }
  RouteTable& unicast() { return core.table(public_instance, Family::ipv4); }
  void run() {
    while (core.step(4096, [](RouteTable&) {})) {
    }
  }
  AttributesRef attributes(const char* next_hop = nullptr) {
    PathAttributes a;
    a.origin = Origin::igp;
    if (next_hop != nullptr) a.next_hop = *IpAddress::from(next_hop);
    return AttributesRef(core.attributes(), core.attributes().intern(a));
  }
  void announce(std::uint32_t label, const char* next_hop = "10.0.0.1", std::uint32_t path_id = 0) {
    const AttributesRef received = attributes(next_hop);
    const std::vector<AnnouncedNlri> routes{{{{}, loopback}, path_id, Label{label}}};
    in->announce(routes, received.id());
    run();
  }
  // What the peer outside is told of the loopback.
  OutRoute told() {
    ExportRules rules;
    rules.family = Family::ipv4_labelled;
    rules.external = true;
    rules.local_as = own;
    if (core.group_of(labelled(), outside) == nullptr) core.join(labelled(), outside, rules);
    run();
    return core.group_of(labelled(), outside)->announced(labelled().find({{}, loopback}));
  }

  Core core;
  LabelPool pool{LabelRange{Label{1000}, Label{1999}}};
  LabelOwners owners;
  ForwardingTable forwarding{core.next_hops()};
  SwapLabels swap{core.decision(), core.next_hops(), pool, owners, forwarding};
  PeerId inside, outside;
  std::unique_ptr<AdjRibIn> in;
};

}  // namespace

TEST_CASE("a labelled route is forwarded by in the unicast table, and not announced there") {
  Border border;
  border.announce(500);
  RouteTable& table = border.unicast();
  const PathId best = table.best(table.find({{}, loopback}));
  REQUIRE(best != no_index);
  CHECK(table.path(best).has(PathFlag::transport));
  CHECK(table.extra(best).label == Label{500});
  UpdateGroup& group =
      border.core.join(table, border.outside, {.family = Family::ipv4, .external = true, .local_as = own});
  border.run();
  CHECK(group.announced(table.find({{}, loopback})).attributes == AttrId::none);
  border.core.leave(table, border.outside);

  border.announce(501);
  CHECK(table.extra(table.best(table.find({{}, loopback}))).label == Label{501});
  border.in->clear(SIZE_MAX);
  border.run();
  CHECK(table.size() == 0);
}

TEST_CASE("of several paths of a peer the best labelled one is the best to forward by (RFC 7911)") {
  Border border;
  border.announce(501, "10.0.0.1", 1);
  border.announce(502, "10.0.0.2", 2);
  RouteTable& table = border.unicast();
  const auto label_used = [&] { return table.extra(table.best(table.find({{}, loopback}))).label; };
  CHECK(label_used() == Label{501});
  const auto changed = table.changes().changed;
  border.labelled().note(border.labelled().find({{}, loopback}));
  border.run();
  CHECK(table.changes().changed == changed);

  border.in->withdraw(std::vector<AnnouncedNlri>{{{{}, loopback}, 1, {}}});
  border.run();
  CHECK(label_used() == Label{502});
}

TEST_CASE("it is passed on over the border with a label of this router's") {
  Border border;
  border.announce(500);
  const OutRoute out = border.told();
  REQUIRE(out.attributes != AttrId::none);
  CHECK(out.label == Label{1000});
  CHECK(border.core.attributes()[out.attributes].next_hop().is_unspecified());
  const LabelLeases::Row* row = border.swap.next({});
  REQUIRE(row != nullptr);
  CHECK(row->outgoing == Label{500});
  CHECK(row->next_hop == *IpAddress::from("10.0.0.1"));
  CHECK(row->routes == 1);

  border.announce(501);
  CHECK(border.told().label == Label{1001});
  border.in->clear(SIZE_MAX);
  border.run();
  for (row = border.swap.next({}); row != nullptr; row = border.swap.next(row->label)) CHECK(row->routes == 0);
}

TEST_CASE("own networks end here, static routes go on") {
  Border border;
  border.core.set_local_route(public_instance, loopback, LocalRoute::network, border.attributes().id());
  CHECK(border.told().label == implicit_null);
  border.core.remove_local_route(public_instance, loopback, LocalRoute::network);
  border.core.set_local_route(public_instance, loopback, LocalRoute::static_, border.attributes().id());
  CHECK(border.told().label == Label{1000});
  CHECK(border.swap.next({})->next_hop == loopback.address());
  border.core.remove_local_route(public_instance, loopback, LocalRoute::static_);
  CHECK(border.told().attributes == AttrId::none);
}
