#include "vrf/policy/policy_table.h"

#include "tests/unit/vrf/policy/policy_fixture.h"

using namespace vrfd;
using namespace vrfd::test;

namespace {

PolicyTerm accepting(PolicyMatch match = {}) { return {{}, std::move(match), {}, PolicyAction::accept}; }

PolicyMatch by_list(const char* name) {
  PolicyMatch match;
  match.prefix_lists = {name};
  return match;
}

const std::vector<PrefixList> tens{{"tens", {{net("10.0.0.0/8"), {}, {}}}}};

// One change to a term each; all make the outcome another one.
using Change = void (*)(PolicyTerm&);
const Change changes[] = {
    [](PolicyTerm& t) { t.match.prefix_lists = {}; },
    [](PolicyTerm& t) { t.match.prefixes = {net("10.0.0.0/8")}; },
    [](PolicyTerm& t) { t.match.as_path = "65001"; },
    [](PolicyTerm& t) { t.match.origin_as = Asn{1}; },
    [](PolicyTerm& t) { t.match.communities = {no_export}; },
    [](PolicyTerm& t) { t.match.large_communities = {{1, 2, 3}}; },
    [](PolicyTerm& t) { t.match.extended_communities = {extended("soo:1:1")}; },
    [](PolicyTerm& t) { t.match.route_targets = {*RouteTarget::from("1:1")}; },
    [](PolicyTerm& t) { t.match.next_hops = {net("10.0.0.0/8")}; },
    [](PolicyTerm& t) { t.match.origin = Origin::igp; },
    [](PolicyTerm& t) { t.match.med = NumberMatch{}; },
    [](PolicyTerm& t) { t.match.local_preference = NumberMatch{}; },
    [](PolicyTerm& t) { t.match.as_path_length = NumberMatch{}; },
    [](PolicyTerm& t) { t.match.peers = {ip("10.0.0.1")}; },
    [](PolicyTerm& t) { t.match.families = {Family::ipv4}; },
    [](PolicyTerm& t) { t.set.local_preference = 1; },
    [](PolicyTerm& t) { t.set.med = 1; },
    [](PolicyTerm& t) { t.set.remove_med = true; },
    [](PolicyTerm& t) { t.set.origin = Origin::igp; },
    [](PolicyTerm& t) { t.set.next_hop = NextHopEdit::self; },
    [](PolicyTerm& t) { t.set.next_hop = NextHopEdit::address, t.set.next_hop_address = ip("10.0.0.1"); },
    [](PolicyTerm& t) { t.set.prepend = AsPathPrepend{Asn{1}, 1}; },
    [](PolicyTerm& t) { t.set.communities.add = {no_export}; },
    [](PolicyTerm& t) { t.set.communities.remove = {no_export}; },
    [](PolicyTerm& t) { t.set.communities.replace.emplace(); },
    [](PolicyTerm& t) { t.set.extended_communities.add = {extended("rt:1:1")}; },
    [](PolicyTerm& t) { t.set.large_communities.add = {{1, 2, 3}}; },
    [](PolicyTerm& t) { t.set.route_targets.add = {extended("rt:1:1")}; },
    [](PolicyTerm& t) { t.then = PolicyAction::next; },
    [](PolicyTerm& t) { t.then = PolicyAction::reject; },
};

}  // namespace

TEST_CASE("policies are found by name") {
  AttributeTable attributes;
  const std::vector<PolicyDefinition> policies{{"a", {accepting()}}, {"b", {accepting(by_list("tens"))}}};
  const auto table = PolicyTable::compile(policies, tens, attributes);
  REQUIRE(table.has_value());
  CHECK(table->policies().size() == 2);
  CHECK(table->find("a")->definition() == policies[0]);
  CHECK(table->find("b")->looks_at_prefix());
  CHECK(table->find("c") == nullptr);
}

TEST_CASE("all errors are reported at once, each with its place") {
  AttributeTable attributes;
  PolicyTerm bad = accepting(by_list("nowhere"));
  bad.match.as_path = "(";
  bad.set.prepend = AsPathPrepend{Asn{1}, 33};
  PolicyTerm worse = accepting(by_list("wrong"));
  worse.set.prepend = AsPathPrepend{Asn{}, 1};
  worse.set.next_hop = NextHopEdit::address;
  worse.set.route_targets = {{{extended("soo:1:1")}}, {extended("soo:1:1")}, {extended("soo:1:1")}};
  const std::vector<PrefixList> lists{{"wrong", {{net("10.0.0.0/8"), 4, {}}}}, {"wrong", {}}};
  const std::vector<PolicyDefinition> policies{{"p", {accepting(), bad}}, {"q", {worse}}, {"r", {}}, {"r", {}}};
  const auto table = PolicyTable::compile(policies, lists, attributes);
  REQUIRE(table.has_error());
  std::vector<std::string> texts;
  for (const PolicyError& error : table.error()) texts.push_back(to_string(error));
  CHECK(texts == std::vector<std::string>{
                     "prefix list wrong entry 1 ge: is 4, expected 8 to 32 for 10.0.0.0/8",
                     "prefix list wrong: is defined twice",
                     "policy p term 2 set/prepend: prepends a number of times out of range, expected 1 to 32",
                     "policy p term 2 match/prefix_list: there is no prefix list \"nowhere\"",
                     "policy p term 2 match/as_path: missing ): ( in \"(\"",
                     "policy q term 1 set/prepend: prepends AS 0, expected 1 to 4294967295",
                     "policy q term 1 set/next_hop: is no address, expected that of a router",
                     "policy q term 1 set/route_targets/replace: has a community that is no route target",
                     "policy q term 1 set/route_targets/add: has a community that is no route target",
                     "policy q term 1 set/route_targets/remove: has a community that is no route target",
                     "policy r: is defined twice",
                 });
}

TEST_CASE("too many terms are refused") {
  AttributeTable attributes;
  std::vector<PolicyDefinition> policies{{"p", std::vector<PolicyTerm>(CompiledPolicy::most_terms)}};
  CHECK(PolicyTable::compile(policies, {}, attributes).has_value());
  policies[0].terms.emplace_back();
  const auto table = PolicyTable::compile(policies, {}, attributes);
  REQUIRE(table.has_error());
  CHECK(to_string(table.error()[0]) == "policy p: has 32001 terms, expected at most 32000");
}

TEST_CASE("an unchanged policy is the same object in the next table, a changed one is not") {
  AttributeTable attributes;
  const std::vector<PolicyDefinition> policies{{"a", {accepting()}}, {"b", {accepting(by_list("tens"))}}};
  const auto first = PolicyTable::compile(policies, tens, attributes);
  const auto second = PolicyTable::compile(policies, tens, attributes, *first);
  CHECK(first->find("a") == second->find("a"));
  CHECK(first->find("b") == second->find("b"));
  std::vector<PrefixList> wider = tens;
  wider[0].entries[0].le = 24;
  const auto third = PolicyTable::compile(policies, wider, attributes, *second);
  CHECK(third->find("a") == second->find("a"));
  CHECK(third->find("b") != second->find("b"));
}

TEST_CASE("names do not change the outcome, lists count by content") {
  AttributeTable attributes;
  const std::vector<PrefixList> lists{{"tens", tens[0].entries}, {"also", {{net("10.0.0.0/8"), 8, 8}}}, {"none", {}}};
  PolicyTerm named = accepting(by_list("also"));
  named.name = "customers";
  const std::vector<PolicyDefinition> policies{
      {"a", {accepting(by_list("tens"))}}, {"b", {named}}, {"c", {accepting(by_list("none"))}}};
  const auto table = PolicyTable::compile(policies, lists, attributes);
  CHECK(same_outcome(*table->find("a"), *table->find("b")));
  CHECK(table->find("a")->fingerprint() == table->find("b")->fingerprint());
  CHECK_FALSE(same_outcome(*table->find("a"), *table->find("c")));
}

TEST_CASE("every member of a term counts for the outcome") {
  AttributeTable attributes;
  const std::vector<PolicyDefinition> base{{"p", {accepting(by_list("tens"))}}};
  const auto before = PolicyTable::compile(base, tens, attributes);
  std::vector<std::uint64_t> fingerprints{before->find("p")->fingerprint()};
  for (const Change change : changes) {
    CAPTURE(fingerprints.size());
    auto policies = base;
    change(policies[0].terms[0]);
    const auto after = PolicyTable::compile(policies, tens, attributes);
    REQUIRE(after.has_value());
    CHECK_FALSE(same_outcome(*before->find("p"), *after->find("p")));
    fingerprints.push_back(after->find("p")->fingerprint());
  }
  std::sort(fingerprints.begin(), fingerprints.end());
  CHECK(std::adjacent_find(fingerprints.begin(), fingerprints.end()) == fingerprints.end());
}

TEST_CASE("adding a term at the end changes the outcome") {
  AttributeTable attributes;
  const std::vector<PolicyDefinition> policies{{"a", {accepting()}}, {"b", {accepting(), accepting()}}};
  const auto table = PolicyTable::compile(policies, {}, attributes);
  CHECK_FALSE(same_outcome(*table->find("a"), *table->find("b")));
}
