#include "vrf/export_explanation.h"

#include <doctest/doctest.h>

#include "vrf/core.h"

using namespace vrfd;

namespace {

// One route of an external peer, with `communities`, and rules for others of its table.
struct Bench {
  Core core{{.assume_reachable = true}};
  PeerId source =
      core.sources().add({SourceKind::external, public_instance, Asn{65101}, 1, *IpAddress::from("10.0.0.1")});
  RouteTable& table = core.table(public_instance, Family::ipv4);
  ExportRules rules{.family = Family::ipv4, .external = true, .local_as = Asn{65000}};

  DestId announce(std::vector<Community> communities = {}, SourceKind kind = SourceKind::external) {
    core.sources()[source].kind = kind;
    PathAttributes attributes;
    attributes.next_hop = *IpAddress::from("10.0.0.1");
    attributes.as_path = {{SegmentType::sequence, {Asn{65101}}}};
    attributes.communities = std::move(communities);
    if (rules.site_of_origin) attributes.extended_communities = {*rules.site_of_origin};
    const DestId dest = table.find_or_add({{}, *Prefix::from("10.1.0.0/16")});
    const AttrId set = core.attributes().intern(attributes);
    core.attributes().retain(set);
    table.upsert(dest, {.source = source, .received = set, .attributes = set});
    core.decision().settle(table, dest, public_instance);
    return dest;
  }
  ExportHindrance hindrance(DestId dest) { return explain_export(rules, table, core.sources(), dest).hindrance; }
};

}  // namespace

TEST_CASE("explain_export: nothing hinders a plain route") {
  Bench bench;
  CHECK(bench.hindrance(bench.announce()) == ExportHindrance::none);
  CHECK(bench.hindrance(bench.table.find_or_add({{}, *Prefix::from("10.2.0.0/16")})) == ExportHindrance::no_best_path);
}

TEST_CASE("explain_export: rules that keep a route back, each by its name") {
  Bench bench;
  SUBCASE("an external peer without a policy") {
    bench.rules.requires_policy = true;
    CHECK(bench.hindrance(bench.announce()) == ExportHindrance::no_policy);
  }
  SUBCASE("between iBGP peers") {
    bench.rules.external = false;
    CHECK(bench.hindrance(bench.announce({}, SourceKind::internal)) == ExportHindrance::not_reflected);
    bench.rules.route_reflector_client = true;
    CHECK(bench.hindrance(bench.announce({}, SourceKind::internal)) == ExportHindrance::none);
  }
  SUBCASE("well-known communities") {
    CHECK(bench.hindrance(bench.announce({no_advertise})) == ExportHindrance::community_no_advertise);
    CHECK(bench.hindrance(bench.announce({no_export})) == ExportHindrance::community_no_export);
    CHECK(bench.hindrance(bench.announce({no_export_subconfed})) == ExportHindrance::community_no_export);
    CHECK(bench.hindrance(bench.announce({llgr_stale})) == ExportHindrance::long_lived_stale);
    bench.rules.external = false;
    CHECK(bench.hindrance(bench.announce({no_export})) == ExportHindrance::none);
  }
  SUBCASE("a site's own route") {
    bench.rules.site_of_origin = ExtendedCommunity{0x0003FDE800000007};
    CHECK(bench.hindrance(bench.announce()) == ExportHindrance::site_of_origin);
  }
  SUBCASE("a policy, and its term") {
    const PolicyDefinition definition{.name = "out", .terms = {{.then = PolicyAction::reject}}};
    bench.rules.policy =
        *CompiledPolicy::compile(definition, [](std::string_view) { return nullptr; }, bench.core.attributes());
    const auto found = explain_export(bench.rules, bench.table, bench.core.sources(), bench.announce());
    CHECK(found.hindrance == ExportHindrance::policy);
    CHECK(found.policy == "out term 1");
    CHECK(name_of(found.hindrance) == "policy");
  }
}
