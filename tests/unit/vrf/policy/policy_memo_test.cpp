#include "tests/unit/vrf/policy/policy_fixture.h"
#include "vrf/policy/compiled_policy.h"

using namespace vrfd;
using namespace vrfd::test;

namespace {

std::vector<PolicyTerm> setting_preference() {
  PolicyTerm term;
  term.match.as_path = "65001";
  term.set.local_preference = 200;
  term.then = PolicyAction::accept;
  return {term};
}

PathAttributes numbered(std::uint32_t med) {
  PathAttributes a = plain_attributes();
  a.med = med;
  return a;
}

}  // namespace

TEST_CASE("a set is judged once however many routes have it") {
  PolicyFixture f;
  const auto policy = f.compile(setting_preference());
  const AttributesRef in(f.table, f.table.intern(plain_attributes()));
  const AttributesRef out(f.table, policy->evaluate(in.id(), context_of()).attributes);
  for (int i = 0; i != 100; ++i) {
    const Nlri nlri{{}, *Prefix::from(IpAddress::v4(static_cast<std::uint32_t>(i) << 8), 24)};
    const AttributesRef again(f.table, policy->evaluate(in.id(), context_of(nlri)).attributes);
    CHECK(again.id() == out.id());
  }
  CHECK(policy->counters().judged == 1);
  CHECK(policy->counters().remembered == 100);
}

TEST_CASE("routes of one set and different prefixes share the judgement up to the prefix and behind it") {
  PolicyFixture f;
  f.lists = {{"tens", {{net("10.0.0.0/8"), {}, 32}}}};
  auto terms = setting_preference();
  terms[0].match.prefix_lists = {"tens"};
  terms.push_back({{}, {}, {}, PolicyAction::accept});
  const auto policy = f.compile(terms);
  const AttributesRef in(f.table, f.table.intern(plain_attributes()));
  std::vector<AttributesRef> held;
  for (std::uint32_t i = 0; i != 100; ++i) {
    const Nlri nlri{{}, *Prefix::from(IpAddress::v4((10 + i % 2) << 24 | i << 8), 24)};
    held.emplace_back(f.table, policy->evaluate(in.id(), context_of(nlri)).attributes);
    CHECK(f.table[held.back().id()].local_preference().has_value() == (i % 2 == 0));
  }
  CHECK(policy->counters().judged == 3);  // up to the prefix, behind a hit, behind a miss
}

TEST_CASE("a run of terms on prefixes alone is asked in one go") {
  PolicyFixture f;
  std::vector<PolicyTerm> terms;
  for (std::uint32_t i = 0; i != 50; ++i) {
    PolicyTerm term;
    term.match.prefixes = {*Prefix::from(IpAddress::v4(10u << 24 | i << 16), 16)};
    term.set.local_preference = i;
    term.then = i == 30 ? PolicyAction::reject : PolicyAction::accept;
    terms.push_back(term);
  }
  const auto policy = f.compile(terms);
  const AttributesRef in(f.table, f.table.intern(plain_attributes()));
  for (std::uint32_t i = 0; i != 51; ++i) {
    const Nlri nlri{{}, *Prefix::from(IpAddress::v4(10u << 24 | i << 16), 16)};
    const PolicyResult result = policy->evaluate(in.id(), context_of(nlri));
    const AttributesRef out(f.table, result.attributes);
    CHECK(result.accepted == (i != 30 && i != 50));
    CHECK(result.term == (i == 50 ? no_term : i));
    if (result.accepted) CHECK(f.table[out.id()].local_preference() == i);
  }
  // The question once, then each accepting term and the end once.
  CHECK(policy->counters().judged == 51);
}

TEST_CASE("an id given out again is judged again") {
  PolicyFixture f;
  const auto policy = f.compile(setting_preference());
  PathAttributes other = plain_attributes();
  other.as_path.clear();
  CHECK(f.judge(*policy, plain_attributes()).accepted);
  // Both sets have gone: the next one takes an id that the memo knows.
  CHECK(f.table.size() == 0);
  CHECK_FALSE(f.judge(*policy, other).accepted);
  CHECK(f.judge(*policy, plain_attributes()).accepted);
  CHECK(f.out.local_preference == 200u);
  CHECK(policy->counters().judged == 3);
}

TEST_CASE("a result that has gone is made again, also if its id stands for something else by now") {
  PolicyFixture f;
  const auto policy = f.compile(setting_preference());
  const AttributesRef in(f.table, f.table.intern(plain_attributes()));
  const PolicyResult first = policy->evaluate(in.id(), context_of());
  f.table.release(first.attributes);
  const AttributesRef squatter(f.table, f.table.intern(numbered(77)));
  CHECK(squatter.id() == first.attributes);
  const AttributesRef second(f.table, policy->evaluate(in.id(), context_of()).attributes);
  CHECK(second.id() != squatter.id());
  CHECK(f.table[second.id()].local_preference() == 200u);
}

TEST_CASE("the memo holds no references and stays small over sets that come and go") {
  PolicyFixture f;
  const auto policy = f.compile(setting_preference());
  for (std::uint32_t i = 0; i != 20000; ++i) CHECK(f.judge(*policy, numbered(i)).accepted);
  CHECK(f.table.size() == 0);
  CHECK(policy->memory() < 16384);
}

TEST_CASE("many sets alive are all remembered") {
  PolicyFixture f;
  const auto policy = f.compile(setting_preference());
  std::vector<AttributesRef> held;
  for (std::uint32_t i = 0; i != 10000; ++i) {
    held.emplace_back(f.table, f.table.intern(numbered(i)));
    held.emplace_back(f.table, policy->evaluate(held.back().id(), context_of()).attributes);
  }
  for (std::size_t i = 0; i != held.size(); i += 2) {
    const AttributesRef again(f.table, policy->evaluate(held[i].id(), context_of()).attributes);
    CHECK(again.id() == held[i + 1].id());
  }
  CHECK(policy->counters().judged == 10000);
  CHECK(policy->counters().remembered == 10000);
}

TEST_CASE("next hop self is remembered for each local address") {
  PolicyFixture f;
  PolicyTerm term;
  term.set.next_hop = NextHopEdit::self;
  term.then = PolicyAction::accept;
  const auto policy = f.compile({term});
  const AttributesRef in(f.table, f.table.intern(plain_attributes()));
  std::vector<AttributesRef> held;
  for (std::uint32_t round = 0; round != 2; ++round)
    for (std::uint32_t i = 1; i != 5; ++i) {
      PolicyContext context = context_of();
      context.local_address = IpAddress::v4(i);
      context.remote_address = IpAddress::v4(100 * round + i);  // not looked at
      held.emplace_back(f.table, policy->evaluate(in.id(), context).attributes);
      CHECK(f.table[held.back().id()].next_hop() == IpAddress::v4(i));
    }
  CHECK(policy->counters().judged == 4);
}

TEST_CASE("more sessions than are kept apart start the memo afresh") {
  PolicyFixture f;
  PolicyTerm term;
  term.set.next_hop = NextHopEdit::peer;
  term.then = PolicyAction::accept;
  const auto policy = f.compile({term});
  for (std::uint32_t i = 1; i != 40000; ++i) {
    PolicyContext context = context_of();
    context.remote_address = IpAddress::v4(i);
    f.judge(*policy, plain_attributes(), context);
    REQUIRE(f.out.next_hop == IpAddress::v4(i));
  }
}
