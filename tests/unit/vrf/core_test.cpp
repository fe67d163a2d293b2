#include "vrf/core.h"

#include <doctest/doctest.h>

#include <map>

using namespace vrfd;

namespace {

Prefix prefix(const char* text) { return *Prefix::from(text); }
IpAddress address(const char* text) { return *IpAddress::from(text); }
RouteTarget target(const char* text) { return *RouteTarget::from(text); }

// A core with two VPN instances, a CE in each and a VPN peer, where every next hop can be reached, or none is known.
struct Box {
  explicit Box(bool reachable = true) : core({.assume_reachable = reachable}) {
    red = core.add_instance(settings("red", "65000:100", 100)).id;
    blue = core.add_instance(settings("blue", "65000:200", 200)).id;
    ce = core.sources().add({SourceKind::external, red, Asn{65101}, 1, address("192.0.2.2")});
    pe = core.sources().add({SourceKind::internal, public_instance, Asn{65000}, 2, address("10.255.0.2")});
  }
  static InstanceSettings settings(const char* name, const char* number, unsigned label) {
    InstanceSettings s;
    s.name = name;
    s.rd = RouteDistinguisher::from(number);
    s.import_targets = {target(number)};
    s.export_targets = {target(number)};
    s.label = Label{label};
    return s;
  }
  AttrId set(const char* next_hop, std::vector<Asn> path, const char* rt = nullptr) {
    PathAttributes a;
    a.origin = Origin::igp;
    a.next_hop = address(next_hop);
    if (!path.empty()) a.as_path = {{SegmentType::sequence, std::move(path)}};
    if (rt != nullptr) a.extended_communities = {target(rt).community()};
    return core.attributes().intern(a);
  }
  void run() {
    while (core.step(4096, [](RouteTable&) {})) {
    }
  }
  AdjRibIn rib_in(PeerId peer, InstanceId owner, Family family, ImportRules rules = {}) {
    rules.local_as = Asn{65000};
    rules.router_id = 99;
    return AdjRibIn(peer, owner, core.table(owner, family), core.decision(), std::move(rules));
  }

  Core core;
  InstanceId red, blue;
  PeerId ce, pe;
};

// What a peer of a group holds after everything was sent.
std::map<Nlri, AttrId> drain(UpdateGroup& group, PeerId peer, std::size_t* sent = nullptr) {
  std::map<Nlri, AttrId> held;
  OutBatch batch;
  while (group.next_batch([](PeerId) { return true; }, 100, batch))
    for (const OutRoute& route : batch.routes) {
      if (sent != nullptr) ++*sent;
      if (route.attributes == AttrId::none)
        held.erase(group.table().nlri(route.dest));
      else if (route.source != peer)
        held[group.table().nlri(route.dest)] = route.attributes;
    }
  return held;
}

}  // namespace

TEST_CASE("a CE's route goes into the VPN with distinguisher, target and label, and leaves with the CE") {
  Box box;
  AdjRibIn in = box.rib_in(box.ce, box.red, Family::ipv4);
  const std::vector<AnnouncedNlri> routes{{{{}, prefix("10.1.0.0/16")}, 0, {}}};
  const AttrId attributes = box.set("192.0.2.2", {Asn{65101}}, "65000:200");
  in.announce(routes, attributes);
  box.core.attributes().release(attributes);
  box.run();

  RouteTable& vpn = box.core.table(public_instance, Family::vpnv4);
  const Nlri exported{*RouteDistinguisher::from("65000:100"), prefix("10.1.0.0/16")};
  const PathId best = vpn.best(vpn.find(exported));
  REQUIRE(best != no_index);
  CHECK(vpn.extra(best).label == Label{100});
  const auto communities = box.core.attributes()[vpn.path(best).attributes].extended_communities();
  REQUIRE(communities.size() == 1);
  CHECK(to_string(communities[0]) == "rt:65000:100");
  // The CE's own target did not carry it into blue.
  CHECK(box.core.table(box.blue, Family::ipv4).size() == 0);

  in.clear(100);
  box.run();
  CHECK(vpn.find(exported) == no_index);
  CHECK(box.core.table(box.red, Family::ipv4).size() == 0);
  CHECK(box.core.attributes().size() == 0);
}

TEST_CASE("a VPN route goes into the instances that import its targets, and follows when targets change") {
  Box box;
  AdjRibIn in = box.rib_in(box.pe, public_instance, Family::vpnv4);
  const Nlri nlri{*RouteDistinguisher::from("65001:7"), prefix("10.2.0.0/16")};
  const std::vector<AnnouncedNlri> routes{{nlri, 0, Label{777}}};
  const AttrId attributes = box.set("10.255.0.2", {Asn{65102}}, "65000:100");
  in.announce(routes, attributes);
  box.core.attributes().release(attributes);
  box.run();

  RouteTable& red = box.core.table(box.red, Family::ipv4);
  RouteTable& blue = box.core.table(box.blue, Family::ipv4);
  const PathId best = red.best(red.find({{}, prefix("10.2.0.0/16")}));
  REQUIRE(best != no_index);
  CHECK(red.extra(best).label == Label{777});
  CHECK(red.path(best).has(PathFlag::imported));
  CHECK(blue.size() == 0);

  InstanceSettings both = Box::settings("blue", "65000:200", 200);
  both.import_targets.push_back(target("65000:100"));
  box.core.change_instance(box.blue, both);
  box.run();
  CHECK(blue.best(blue.find({{}, prefix("10.2.0.0/16")})) != no_index);

  InstanceSettings none = Box::settings("red", "65000:100", 100);
  none.import_targets.clear();
  box.core.change_instance(box.red, none);
  box.run();
  CHECK(red.size() == 0);
  CHECK(blue.size() == 1);

  in.withdraw(routes);
  box.run();
  CHECK(blue.size() == 0);
}

TEST_CASE("all paths that a VPN peer has under one distinguisher are imported, and the best one is used (RFC 7911)") {
  Box box;
  AdjRibIn in = box.rib_in(box.pe, public_instance, Family::vpnv4);
  const Nlri nlri{*RouteDistinguisher::from("65001:7"), prefix("10.2.0.0/16")};
  RouteTable& red = box.core.table(box.red, Family::ipv4);
  const auto announce = [&](std::uint32_t path_id, const char* next_hop, std::vector<Asn> path) {
    const AttributesRef set(box.core.attributes(), box.set(next_hop, std::move(path), "65000:100"));
    const std::vector<AnnouncedNlri> routes{{nlri, path_id, Label{700 + path_id}}};
    in.announce(routes, set.id());
    box.run();
  };
  const auto label_used = [&] { return red.extra(red.best(red.find({{}, prefix("10.2.0.0/16")}))).label; };
  announce(1, "10.255.0.3", {Asn{65102}, Asn{65103}});
  announce(2, "10.255.0.2", {Asn{65102}});
  CHECK(label_used() == Label{702});
  // One that is worse than all does not change the best.
  const auto changed = red.changes().changed;
  announce(3, "10.255.0.4", {Asn{65102}, Asn{65103}, Asn{65104}});
  CHECK(label_used() == Label{702});
  CHECK(red.changes().changed == changed);
  CHECK(red.path_count() == 3);
  for (PathId p = red.first(red.find({{}, prefix("10.2.0.0/16")})); p != no_index; p = red.next(p))
    CHECK(red.rds()[red.extra(p).path_id] == nlri.rd);

  in.withdraw(std::vector<AnnouncedNlri>{{nlri, 2, {}}});
  box.run();
  CHECK(label_used() == Label{701});
  CHECK(red.path_count() == 2);
  // Equal up to the path identifier: the VPN table's order holds.
  announce(5, "10.255.0.3", {Asn{65102}, Asn{65103}});
  announce(0, "10.255.0.5", {Asn{65102}, Asn{65103}});
  CHECK(label_used() == Label{700});
  CHECK(red.path_count() == 4);
  in.clear(SIZE_MAX);
  box.run();
  CHECK(red.size() == 0);
}

TEST_CASE("an instance that forwards nothing takes next hops as reachable, for as long as that is so") {
  Box box(false);
  AdjRibIn in = box.rib_in(box.ce, box.red, Family::ipv4);
  const std::vector<AnnouncedNlri> routes{{{{}, prefix("10.1.0.0/16")}, 0, {}}};
  const AttrId attributes = box.set("192.0.2.2", {Asn{65101}});
  in.announce(routes, attributes);
  box.core.attributes().release(attributes);
  RouteTable& red = box.core.table(box.red, Family::ipv4);
  CHECK(red.best(0) == no_index);
  InstanceSettings settings = Box::settings("red", "65000:100", 100);
  settings.assume_reachable = true;
  box.core.change_instance(box.red, settings);
  CHECK(red.best(0) != no_index);
  settings.assume_reachable = false;
  box.core.change_instance(box.red, settings);
  CHECK(red.best(0) == no_index);
  in.clear(SIZE_MAX);
  box.run();
}

TEST_CASE("instances of one box leak to each other by targets") {
  Box box;
  InstanceSettings blue = Box::settings("blue", "65000:200", 200);
  blue.import_targets.push_back(target("65000:100"));
  box.core.change_instance(box.blue, blue);
  const AttrId attributes = box.set("0.0.0.0", {});
  box.core.set_local_route(box.red, prefix("10.3.0.0/16"), LocalRoute::direct, attributes);
  box.core.attributes().release(attributes);
  box.run();
  RouteTable& table = box.core.table(box.blue, Family::ipv4);
  const PathId best = table.best(table.find({{}, prefix("10.3.0.0/16")}));
  REQUIRE(best != no_index);
  CHECK(box.core.sources()[table.path(best).source].instance == box.red);
  box.core.remove_local_route(box.red, prefix("10.3.0.0/16"), LocalRoute::direct);
  box.run();
  CHECK(table.size() == 0);
}

TEST_CASE("an update group announces differences only") {
  Box box;
  const PeerId other = box.core.sources().add({SourceKind::external, box.red, Asn{65103}, 3, address("192.0.2.6")});
  RouteTable& red = box.core.table(box.red, Family::ipv4);
  ExportRules rules{.family = Family::ipv4, .external = true, .local_as = Asn{65000}};
  UpdateGroup& group = box.core.join(red, other, rules);
  AdjRibIn in = box.rib_in(box.ce, box.red, Family::ipv4);
  std::vector<AnnouncedNlri> routes;
  for (unsigned i = 0; i != 1000; ++i)
    routes.push_back({{{}, *Prefix::from(IpAddress::v4(0x0A000000 + (i << 8)), 24)}, 0, {}});
  const AttrId attributes = box.set("192.0.2.2", {Asn{65101}});
  in.announce(routes, attributes);
  box.core.attributes().release(attributes);
  box.run();
  const auto held = drain(group, other);
  REQUIRE(held.size() == 1000);
  const AttributeSet& sent = box.core.attributes()[held.begin()->second];
  CHECK(to_string(sent.as_path()) == "65000 65101");
  CHECK(sent.next_hop().is_unspecified());
  CHECK(group.advertised(other) == 1000);

  std::size_t count = 0;
  SUBCASE("nothing changed: nothing is sent") {
    box.core.change_rules(red, {other}, [&](PeerId) { return rules; });
    box.run();
    drain(group, other, &count);
    CHECK(count == 0);
    CHECK(group.outcome().examined == 1000);
  }
  SUBCASE("nothing may go any more: what had gone counts") {
    ExportRules strict = rules;
    strict.requires_policy = true;
    UpdateGroup::Preview preview;
    CHECK(group.preview(strict, SIZE_MAX, preview));
    box.core.change_rules(red, {other}, [&](PeerId) { return strict; });
    box.run();
    for (const UpdateGroup::Outcome& outcome : {preview.outcome, box.core.group_of(red, other)->outcome()}) {
      CHECK(outcome.examined == 1000);
      CHECK(outcome.accepted == 0);
      CHECK(outcome.withdrawn == 1000);
    }
  }
  SUBCASE("the peer asks: everything is sent again") {
    group.refresh(other, SyncKind::refresh);
    CHECK(drain(group, other).size() == 1000);
  }
  SUBCASE("stored routes judged again, a tenth of them differently") {
    PolicyDefinition definition{"few", {}};
    PolicyTerm deny{.name = {}, .match = {}, .set = {}, .then = PolicyAction::reject};
    for (unsigned i = 0; i != 100; ++i) deny.match.prefixes.push_back(routes[i * 10].nlri.prefix);
    definition.terms = {deny, {.name = {}, .match = {}, .set = {}, .then = PolicyAction::accept}};
    auto compiled =
        CompiledPolicy::compile(definition, [](std::string_view) { return nullptr; }, box.core.attributes());
    ImportRules import = in.rules();
    import.policy = compiled.value();
    AdjRibIn::Preview preview;
    CHECK_FALSE(in.preview(import, 600, preview));
    CHECK(preview.outcome.examined == 600);
    CHECK(in.preview(import, 600, preview));
    CHECK(preview.outcome.examined == 1000);
    CHECK(preview.outcome.changed == 100);
    in.set_rules(import);
    in.start_reevaluation();
    while (!in.step_reevaluation(64)) {
    }
    CHECK(in.outcome().examined == 1000);
    CHECK(in.outcome().changed == 100);
    CHECK(in.outcome().rejected == 100);
    box.run();
    drain(group, other, &count);
    CHECK(count == 100);
    CHECK(group.advertised(other) == 900);
    CHECK(in.counts().received == 1000);
    CHECK(in.counts().accepted == 900);
  }
}

TEST_CASE("a slow member gets the present state, not the history") {
  Box box;
  RouteTable& red = box.core.table(box.red, Family::ipv4);
  const PeerId fast = box.core.sources().add({SourceKind::external, box.red, Asn{65103}, 3, address("192.0.2.6")});
  const PeerId slow = box.core.sources().add({SourceKind::external, box.red, Asn{65103}, 4, address("192.0.2.10")});
  ExportRules rules{.family = Family::ipv4, .external = true, .local_as = Asn{65000}};
  UpdateGroup& group = box.core.join(red, fast, rules);
  box.core.join(red, slow, rules);
  box.run();
  OutBatch batch;
  std::size_t slow_got = 0, fast_got = 0;
  bool slow_ready = true;
  const auto send = [&] {
    while (group.next_batch([&](PeerId p) { return p == fast || slow_ready; }, 100, batch))
      for (PeerId member : batch.members) (member == fast ? fast_got : slow_got) += batch.routes.size();
  };
  send();
  slow_ready = false;
  AdjRibIn in = box.rib_in(box.ce, box.red, Family::ipv4);
  const std::vector<AnnouncedNlri> routes{{{{}, prefix("10.1.0.0/16")}, 0, {}}};
  for (std::uint32_t i = 1; i != 50; ++i) {
    const AttrId attributes = box.set("192.0.2.2", {Asn{65101}, Asn{i}});
    in.announce(routes, attributes);
    box.core.attributes().release(attributes);
    box.run();
    send();
  }
  CHECK(fast_got == 49);
  CHECK(slow_got == 0);
  slow_ready = true;
  send();
  CHECK(slow_got == 1);
}

TEST_CASE("the destination of a withdrawal keeps its index until every member was told") {
  Box box;
  RouteTable& red = box.core.table(box.red, Family::ipv4);
  const PeerId peer = box.core.sources().add({SourceKind::external, box.red, Asn{65103}, 3, address("192.0.2.6")});
  UpdateGroup& group = box.core.join(red, peer, {.family = Family::ipv4, .external = true, .local_as = Asn{65000}});
  AdjRibIn in = box.rib_in(box.ce, box.red, Family::ipv4);
  const std::vector<AnnouncedNlri> routes{{{{}, prefix("10.1.0.0/16")}, 0, {}}};
  const AttrId attributes = box.set("192.0.2.2", {Asn{65101}});
  in.announce(routes, attributes);
  box.core.attributes().release(attributes);
  box.run();
  drain(group, peer);
  in.withdraw(routes);
  box.run();
  CHECK(red.find(routes[0].nlri) != no_index);
  OutBatch batch;
  REQUIRE(group.next_batch([](PeerId) { return true; }, 100, batch));
  REQUIRE(batch.routes.size() == 1);
  CHECK(batch.routes[0].attributes == AttrId::none);
  CHECK(red.nlri(batch.routes[0].dest) == routes[0].nlri);
  box.core.request_work(red);
  box.run();
  CHECK(red.find(routes[0].nlri) == no_index);
}

TEST_CASE("routes that are stale for long serve when there is nothing better, and go to those who know (RFC 9494)") {
  Box box;
  RouteTable& red = box.core.table(box.red, Family::ipv4);
  const PeerId other = box.core.sources().add({SourceKind::external, box.red, Asn{65102}, 3, address("192.0.2.6")});
  const PeerId knows = box.core.sources().add({SourceKind::external, box.red, Asn{65103}, 4, address("192.0.2.10")});
  const PeerId plain = box.core.sources().add({SourceKind::external, box.red, Asn{65104}, 5, address("192.0.2.14")});
  const ExportRules rules{.family = Family::ipv4, .external = true, .local_as = Asn{65000}, .long_lived = true};
  ExportRules plain_rules = rules;
  plain_rules.long_lived = false;
  UpdateGroup& knowing = box.core.join(red, knows, rules);
  UpdateGroup& others = box.core.join(red, plain, plain_rules);

  AdjRibIn away = box.rib_in(box.ce, box.red, Family::ipv4);
  AdjRibIn present = box.rib_in(other, box.red, Family::ipv4);
  const std::vector<AnnouncedNlri> alone{{{{}, prefix("10.1.0.0/16")}, 0, {}}};
  const std::vector<AnnouncedNlri> shared{{{{}, prefix("10.2.0.0/16")}, 0, {}}};
  const std::vector<AnnouncedNlri> unwanted{{{{}, prefix("10.3.0.0/16")}, 0, {}}};
  const AttributesRef good(box.core.attributes(), box.set("192.0.2.2", {Asn{65101}}));
  const AttributesRef longer(box.core.attributes(), box.set("192.0.2.6", {Asn{65102}, Asn{65110}, Asn{65111}}));
  PathAttributes refusing = box.core.attributes()[good.id()].value();
  refusing.communities = {no_llgr};
  const AttributesRef no(box.core.attributes(), box.core.attributes().intern(refusing));
  away.announce(alone, good.id());
  away.announce(shared, good.id());
  away.announce(unwanted, no.id());
  present.announce(shared, longer.id());
  box.run();
  const auto best_of = [&](const std::vector<AnnouncedNlri>& route) { return red.best(red.find(route[0].nlri)); };
  CHECK(red.path(best_of(shared)).source == box.ce);
  CHECK(drain(others, plain).size() == 3);

  away.mark_stale();
  ImportRules long_lived = away.rules();
  long_lived.long_lived = true;
  away.set_rules(long_lived);
  away.start_reevaluation();
  while (!away.step_reevaluation(1)) {
  }
  box.run();
  CHECK(red.path(best_of(shared)).source == other);
  REQUIRE(best_of(alone) != no_index);
  CHECK(box.core.attributes()[red.path(best_of(alone)).attributes].communities()[0] == llgr_stale);
  CHECK(best_of(unwanted) == no_index);
  CHECK(drain(knowing, knows).size() == 2);
  std::size_t withdrawn = 0;
  OutBatch batch;
  while (others.next_batch([](PeerId) { return true; }, 100, batch))
    for (const OutRoute& route : batch.routes) withdrawn += route.attributes == AttrId::none;
  CHECK(withdrawn == 2);

  away.announce(alone, good.id());
  CHECK(away.sweep_stale(SIZE_MAX));
  box.run();
  CHECK(box.core.attributes()[red.path(best_of(alone)).attributes].communities().empty());
  CHECK(away.counts().received == 1);
  CHECK(red.path(best_of(shared)).source == other);
}

namespace {

// Full until somebody empties it.
struct FullConsumer final : TableConsumer {
  bool step(std::size_t) override {
    ++steps;
    return true;
  }
  bool caught_up() const override { return !full; }
  bool held_up() const override { return full; }
  bool holds(DestId) override { return false; }
  bool full = true;
  unsigned steps = 0;
};

}  // namespace

TEST_CASE("a consumer that is held up is not asked again before it is told to go on, and nothing is idle meanwhile") {
  Box box;
  FullConsumer consumer;
  RouteTable& table = box.core.table(box.red, Family::ipv4);
  box.core.attach(table, consumer);
  box.run();
  CHECK(consumer.steps == 1);
  CHECK_FALSE(box.core.idle());
  CHECK_FALSE(box.core.caught_up(table));
  consumer.full = false;
  box.core.resume();
  box.run();
  CHECK(consumer.steps == 2);
  CHECK(box.core.idle());
  box.core.detach(table, consumer);
}
