#include "vrf/export_rules.h"

#include <doctest/doctest.h>

#include "vrf/core.h"
#include "vrf/only_to_customer.h"

using namespace vrfd;

namespace {

constexpr Asn own{65000};
constexpr Asn customer{65101};

ExportRules rules_to_ce() {
  ExportRules rules;
  rules.family = Family::ipv4;
  rules.external = true;
  rules.local_as = own;
  return rules;
}

// After policy.
std::optional<PathAttributes> sent_by(const ExportRules& rules, PathAttributes attributes) {
  return after_policy(rules, attributes) ? std::optional(attributes) : std::nullopt;
}

std::string path_sent(const ExportRules& rules, std::vector<Asn> path) {
  PathAttributes attributes;
  attributes.as_path = {{SegmentType::sequence, std::move(path)}};
  const auto sent = sent_by(rules, attributes);
  return sent ? to_string(sent->as_path) : "not sent";
}

}  // namespace

TEST_CASE("as_override puts the own AS in the place of the customer's") {
  ExportRules rules = rules_to_ce();
  CHECK(path_sent(rules, {customer, Asn{65102}}) == "65000 65101 65102");
  rules.as_override = true;
  rules.peer_as = customer;
  CHECK(path_sent(rules, {customer, Asn{65102}, customer}) == "65000 65000 65102 65000");
}

TEST_CASE("another own AS stands before the real one, or in its place") {
  ExportRules rules = rules_to_ce();
  rules.local_as = Asn{64999};
  rules.real_as = own;
  CHECK(path_sent(rules, {customer}) == "64999 65000 65101");
  rules.real_as.reset();  // `replace`
  CHECK(path_sent(rules, {customer}) == "64999 65101");
}

TEST_CASE("private AS numbers leave in three ways") {
  const std::vector<Asn> all_private{Asn{64512}, Asn{64513}};
  const std::vector<Asn> mixed{Asn{64512}, Asn{3320}};
  ExportRules rules = rules_to_ce();
  rules.local_as = Asn{3303};
  rules.remove_private = RemovePrivate::only_private_paths;
  CHECK(path_sent(rules, all_private) == "3303");
  CHECK(path_sent(rules, mixed) == "3303 64512 3320");
  rules.remove_private = RemovePrivate::all;
  CHECK(path_sent(rules, mixed) == "3303 3320");
  rules.remove_private = RemovePrivate::replace;
  CHECK(path_sent(rules, mixed) == "3303 3303 3320");
}

TEST_CASE("a route does not go back to the site that it came from") {
  const ExtendedCommunity site{0x0003FDE800000001};
  ExportRules rules = rules_to_ce();
  PathAttributes attributes;
  attributes.extended_communities = {site};
  CHECK(sent_by(rules, attributes).has_value());
  rules.site_of_origin = site;
  CHECK_FALSE(sent_by(rules, attributes).has_value());
}

TEST_CASE("what a CE may see is a choice by kind of community") {
  PathAttributes attributes;
  attributes.communities = {Community{0xFDE80001}};
  attributes.large_communities = {LargeCommunity{1, 2, 3}};
  attributes.extended_communities = {RouteTarget::from("65000:100")->community(),
                                     ExtendedCommunity{0x0003FDE800000001}};
  ExportRules rules = rules_to_ce();
  auto sent = *sent_by(rules, attributes);
  CHECK(sent.communities.size() == 1);
  CHECK(sent.large_communities.size() == 1);
  CHECK(sent.extended_communities == std::vector{ExtendedCommunity{0x0003FDE800000001}});
  rules.send_communities = rules.send_large_communities = rules.send_extended_communities = false;
  rules.send_route_targets = true;
  sent = *sent_by(rules, attributes);
  CHECK(sent.communities.empty());
  CHECK(sent.large_communities.empty());
  CHECK(sent.extended_communities == std::vector{RouteTarget::from("65000:100")->community()});
}

TEST_CASE("NO_EXPORT and NO_EXPORT_SUBCONFED keep a route within the AS (RFC 1997)") {
  ExportRules rules = rules_to_ce();
  for (const Community community : {no_export, no_export_subconfed}) {
    CAPTURE(to_string(community));
    PathAttributes attributes;
    attributes.communities = {community};
    rules.external = true;
    CHECK_FALSE(before_policy(rules, PathClass::external, attributes));
    CHECK_FALSE(before_policy(rules, PathClass::imported, attributes));
    rules.external = false;
    CHECK(before_policy(rules, PathClass::external, attributes));
  }
}

TEST_CASE("the provider's marks of reflection do not reach an iBGP CE, those of its own AS stay") {
  ExportRules rules = rules_to_ce();
  rules.external = false;
  PathAttributes reflected;
  reflected.originator_id = IpAddress::v4(7);
  reflected.cluster_list = {IpAddress::v4(8)};
  PathAttributes from_vpn = reflected;
  CHECK(before_policy(rules, PathClass::imported, from_vpn));
  CHECK_FALSE(from_vpn.originator_id);
  CHECK(from_vpn.cluster_list.empty());
  CHECK(before_policy(rules, PathClass::internal_client, reflected));
  CHECK(reflected.originator_id == IpAddress::v4(7));
  CHECK(reflected.cluster_list.size() == 1);
}

TEST_CASE("a role marks what leaves and holds back what must not (RFC 9234, 5)") {
  ExportRules rules = rules_to_ce();
  rules.role = Role::provider;
  PathAttributes attributes;
  const auto sent = sent_by(rules, attributes);
  REQUIRE(sent.has_value());
  CHECK(only_to_customer(*sent) == own);
  rules.role = Role::customer;
  CHECK_FALSE(sent_by(rules, *sent).has_value());
  CHECK(sent_by(rules, attributes).has_value());
}

namespace {

// A group of one CE that gets a default route.
struct DefaultBench {
  DefaultBench() : core({.assume_reachable = true}) {
    red = core.add_instance({.name = "red"}).id;
    ce = core.sources().add({SourceKind::external, red, customer, 1, *IpAddress::from("192.0.2.2")});
  }
  RouteTable& table() { return core.table(red, Family::ipv4); }
  void run() {
    while (core.step(4096, [](RouteTable&) {})) {
    }
  }
  // What the CE is told next: the AS path of its default route, "withdrawn", or nothing.
  std::string told() {
    OutBatch batch;
    std::string text = "nothing";
    while (core.group_of(table(), ce)->next_batch([](PeerId) { return true; }, 100, batch))
      for (const OutRoute& route : batch.routes)
        text =
            route.attributes == AttrId::none ? "withdrawn" : to_string(core.attributes()[route.attributes].as_path());
    return text;
  }
  void become(const ExportRules& rules) {
    core.change_rules(table(), {ce}, [&](PeerId) { return rules; });
    run();
  }

  Core core;
  InstanceId red;
  PeerId ce;
};

}  // namespace

TEST_CASE("a default route is made up whether the table has one or not, and goes when it is turned off") {
  DefaultBench bench;
  ExportRules rules = rules_to_ce();
  rules.default_originate = true;
  bench.core.join(bench.table(), bench.ce, rules);
  bench.run();
  CHECK(bench.told() == "65000");
  const Nlri everything{{}, default_prefix(AddressFamily::ipv4)};
  const DestId dest = bench.table().find(everything);
  REQUIRE(dest != no_index);

  // The table's own default does not replace it, and is what remains.
  PathAttributes attributes;
  attributes.as_path = {{SegmentType::sequence, {Asn{65102}}}};
  const AttributesRef set(bench.core.attributes(), bench.core.attributes().intern(attributes));
  bench.core.set_local_route(bench.red, everything.prefix, LocalRoute::network, set.id());
  bench.run();
  CHECK(bench.told() == "nothing");
  rules.default_originate = false;
  bench.become(rules);
  CHECK(bench.told() == "65000 65102");
  rules.default_originate = true;
  bench.become(rules);
  CHECK(bench.told() == "65000");
  bench.core.remove_local_route(bench.red, everything.prefix, LocalRoute::network);
  bench.run();
  CHECK(bench.told() == "nothing");
  rules.default_originate = false;
  bench.become(rules);
  CHECK(bench.told() == "withdrawn");
  bench.run();
  bench.core.leave(bench.table(), bench.ce);
  bench.run();
  CHECK(bench.table().size() == 0);
}

TEST_CASE("an external peer without a policy gets no made-up default either (RFC 8212)") {
  DefaultBench bench;
  ExportRules rules = rules_to_ce();
  rules.default_originate = true;
  rules.requires_policy = true;
  bench.core.join(bench.table(), bench.ce, rules);
  bench.run();
  CHECK(bench.told() == "nothing");
  bench.core.leave(bench.table(), bench.ce);
}
