// What policy tests share: a table, attributes to start from, a policy of the terms given.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "vrf/policy/policy_table.h"

namespace vrfd::test {

inline IpAddress ip(std::string_view text) { return *IpAddress::from(text); }
inline Prefix net(std::string_view text) { return *Prefix::from(text); }
inline Community community(std::string_view text) { return *community_from(text); }
inline ExtendedCommunity extended(std::string_view text) { return *extended_community_from(text); }

inline PathAttributes plain_attributes() {
  PathAttributes a;
  a.origin = Origin::igp;
  a.as_path = {{SegmentType::sequence, {Asn{65001}, Asn{65002}}}};
  a.next_hop = ip("192.0.2.1");
  a.communities = {community("65000:1")};
  a.extended_communities = {extended("rt:65000:100"), extended("soo:65000:7")};
  a.large_communities = {{65000, 1, 2}};
  canonicalize(a);
  return a;
}

inline const Nlri default_nlri{{}, *Prefix::from("10.1.2.0/24")};

inline PolicyContext context_of(const Nlri& nlri = default_nlri) {
  return {nlri, Family::ipv4, ip("192.0.2.1"), ip("203.0.113.1"), ip("203.0.113.2")};
}

inline PolicyDefinition policy_of(std::vector<PolicyTerm> terms) { return {"p", std::move(terms)}; }

class PolicyFixture {
 public:
  std::shared_ptr<const CompiledPolicy> compile(std::vector<PolicyTerm> terms) {
    auto compiled = PolicyTable::compile(std::vector{policy_of(std::move(terms))}, lists, table);
    REQUIRE(compiled.has_value());
    return compiled->find("p");
  }
  // Evaluates, and gives the reference up.
  PolicyResult judge(const CompiledPolicy& policy, const PathAttributes& in,
                     const PolicyContext& context = context_of()) {
    const AttributesRef ref(table, table.intern(in));
    PolicyResult result = policy.evaluate(ref.id(), context);
    out = result.accepted ? table[result.attributes].value() : PathAttributes{};
    table.release(std::exchange(result.attributes, AttrId::none));
    return result;
  }
  bool accepts(std::vector<PolicyTerm> terms, const PathAttributes& in, const PolicyContext& context = context_of()) {
    return judge(*compile(std::move(terms)), in, context).accepted;
  }
  bool matches(PolicyMatch match, const PathAttributes& in, const PolicyContext& context = context_of()) {
    return accepts({{{}, std::move(match), {}, PolicyAction::accept}}, in, context);
  }

  AttributeTable table;
  std::vector<PrefixList> lists;
  // What the last `judge` accepted.
  PathAttributes out;
};

}  // namespace vrfd::test
