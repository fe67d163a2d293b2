#include <random>

#include "tests/unit/vrf/policy/arbitrary_policy.h"
#include "tests/unit/vrf/policy/naive_policy.h"
#include "tests/unit/vrf/policy/policy_fixture.h"

using namespace vrfd;
using namespace vrfd::test;

namespace {

struct Agreement {
  std::size_t accepted = 0;
  std::size_t rejected = 0;
  std::size_t remembered = 0;
};

// Judges routes of a few sets over and over, letting results live for a while, and compares each with the naive answer.
void run(std::uint32_t seed, Agreement& seen) {
  std::mt19937 random(seed);
  Arbitrary arbitrary([&] { return static_cast<std::uint32_t>(random()); });
  AttributeTable table;
  const auto lists = arbitrary.lists();
  const PolicyDefinition definition = arbitrary.policy();
  const auto compiled = PolicyTable::compile(std::vector{definition}, lists, table);
  REQUIRE(compiled.has_value());
  const auto policy = compiled->find("p");
  const NaivePolicy naive(definition, lists);
  std::vector<PathAttributes> sets;
  for (int i = 0; i != 6; ++i) sets.push_back(arbitrary.attributes());
  std::vector<AttributesRef> held(8);
  for (int i = 0; i != 120; ++i) {
    const PathAttributes& in = sets[arbitrary.below(6)];
    const Nlri nlri{{}, arbitrary.prefix()};
    const PolicyContext context{nlri, arbitrary.family(), arbitrary.address(), arbitrary.address(),
                                arbitrary.address()};
    AttributesRef ref(table, table.intern(in));
    const PolicyResult result = policy->evaluate(ref.id(), context);
    const NaiveResult expected = naive.judge(in, context);
    REQUIRE(result.accepted == expected.attributes.has_value());
    REQUIRE(result.term == expected.term);
    PathAttributes changed = in;
    REQUIRE(policy->transform(changed, context) == result.accepted);
    ++(result.accepted ? seen.accepted : seen.rejected);
    if (!result.accepted) continue;
    REQUIRE(table[result.attributes].value() == *expected.attributes);
    REQUIRE(changed == *expected.attributes);
    held[arbitrary.below(8)] = AttributesRef(table, result.attributes);
    held[arbitrary.below(8)] = std::move(ref);
  }
  seen.remembered += policy->counters().remembered;
  held.clear();
  CHECK(table.size() == 0);
}

}  // namespace

TEST_CASE("a compiled policy that remembers agrees with one that is read term by term") {
  Agreement seen;
  for (std::uint32_t seed = 0; seed != 600; ++seed) {
    CAPTURE(seed);
    run(seed, seen);
  }
  // The comparison is worth something only if all of this happened often.
  CHECK(seen.accepted > 5000);
  CHECK(seen.rejected > 5000);
  CHECK(seen.remembered > 5000);
}
