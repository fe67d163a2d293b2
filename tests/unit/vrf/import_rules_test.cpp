#include "vrf/import_rules.h"

#include <doctest/doctest.h>

#include "vrf/only_to_customer.h"

using namespace vrfd;

namespace {

constexpr Asn own{65000};
constexpr Asn customer{65101};
const ExtendedCommunity site{0x0003FDE800000001};  // soo:65000:1

ImportRules rules_of_ce() {
  ImportRules rules;
  rules.external = true;
  rules.local_as = own;
  rules.peer_as = customer;
  return rules;
}

PathAttributes received(std::vector<Asn> path) {
  PathAttributes attributes;
  attributes.next_hop = *IpAddress::from("192.0.2.2");
  attributes.as_path = {{SegmentType::sequence, std::move(path)}};
  return attributes;
}

struct Bench {
  AttributeTable table;
  PathReason judge(const ImportRules& rules, const PathAttributes& attributes) {
    const AttributesRef set(table, table.intern(attributes));
    return defect(rules, table[set.id()]);
  }
};

}  // namespace

TEST_CASE("the own AS may occur as often as allow_as_in says") {
  Bench bench;
  ImportRules rules = rules_of_ce();
  CHECK(bench.judge(rules, received({customer})) == PathReason::none);
  CHECK(bench.judge(rules, received({customer, own})) == PathReason::as_path_loop);
  rules.allow_as_in = 1;
  CHECK(bench.judge(rules, received({customer, own})) == PathReason::none);
  CHECK(bench.judge(rules, received({customer, own, own})) == PathReason::as_path_loop);
}

TEST_CASE("with another AS towards the peer both are looked for in paths, and it is put in front of them") {
  Bench bench;
  ImportRules rules = rules_of_ce();
  rules.local_as = Asn{64999};
  rules.real_as = own;
  CHECK(bench.judge(rules, received({customer, Asn{64999}})) == PathReason::as_path_loop);
  CHECK(bench.judge(rules, received({customer, own})) == PathReason::as_path_loop);
  CHECK(bench.judge(rules, received({customer})) == PathReason::none);
  CHECK_FALSE(edits_before_policy(rules));
  rules.prepend_local_as = true;
  REQUIRE(edits_before_policy(rules));
  PathAttributes attributes = received({customer});
  edit_before_policy(rules, attributes);
  CHECK(to_string(attributes.as_path) == "64999 65101");
}

TEST_CASE("a site's route gets its mark, and does not come in a second time (RFC 4364, 7)") {
  Bench bench;
  ImportRules rules = rules_of_ce();
  rules.site_of_origin = site;
  PathAttributes attributes = received({customer});
  CHECK(bench.judge(rules, attributes) == PathReason::none);
  REQUIRE(edits_after_policy(rules));
  edit_after_policy(rules, attributes);
  CHECK(attributes.extended_communities == std::vector{site});
  CHECK(bench.judge(rules, attributes) == PathReason::site_of_origin_loop);
  rules.site_of_origin = ExtendedCommunity{site.value() + 1};
  CHECK(bench.judge(rules, attributes) == PathReason::none);
}

TEST_CASE("a customer's route that was for customers only is a leak (RFC 9234, 5)") {
  Bench bench;
  ImportRules rules = rules_of_ce();
  PathAttributes leaked = received({customer});
  mark_sent(Role::provider, Asn{65200}, leaked);
  CHECK(bench.judge(rules, leaked) == PathReason::none);  // without a role nobody asks
  rules.role = Role::provider;
  CHECK(bench.judge(rules, leaked) == PathReason::route_leak);
  CHECK(bench.judge(rules, received({customer})) == PathReason::none);
  rules.role = Role::customer;
  PathAttributes from_provider = received({customer});
  edit_before_policy(rules, from_provider);
  CHECK(only_to_customer(from_provider) == customer);
}

TEST_CASE("an external peer's path begins with its AS unless that is not enforced") {
  Bench bench;
  ImportRules rules = rules_of_ce();
  CHECK(bench.judge(rules, received({Asn{65102}, customer})) == PathReason::foreign_first_as);
  rules.enforce_first_as = false;
  CHECK(bench.judge(rules, received({Asn{65102}, customer})) == PathReason::none);
}
