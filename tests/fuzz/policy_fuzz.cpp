// Policies, expressions and the notations of operators. The first octet chooses: text that every value type reads, an
// AS path expression with a path, or a policy with routes whose verdicts must be those of a naive reading.

#include <cstdint>
#include <cstdlib>

#include "tests/unit/vrf/policy/arbitrary_policy.h"
#include "tests/unit/vrf/policy/naive_policy.h"
#include "vrf/policy/policy_table.h"

namespace vrfd::test {
namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

// What was read is written in a form that reads back as the same.
template <class Read>
void round_trip(std::string_view text, Read read) {
  if (const auto value = read(text)) demand(read(to_string(*value)) == value);
}

void read_text(std::string_view text) {
  round_trip(text, [](std::string_view t) { return IpAddress::from(t); });
  round_trip(text, [](std::string_view t) { return Prefix::from(t); });
  round_trip(text, [](std::string_view t) { return asn_from(t); });
  round_trip(text, [](std::string_view t) { return community_from(t); });
  round_trip(text, [](std::string_view t) { return extended_community_from(t); });
  round_trip(text, [](std::string_view t) { return large_community_from(t); });
  round_trip(text, [](std::string_view t) { return RouteTarget::from(t); });
  round_trip(text, [](std::string_view t) { return RouteDistinguisher::from(t); });
}

void match_path(std::string_view text) {
  const auto end = text.find('\0');
  const auto expression = AsPathExpression::compile(text.substr(0, end));
  if (expression && end != std::string_view::npos) static_cast<void>(expression->matches(text.substr(end + 1)));
}

// Numbers from the fuzzer's octets, zero once they are used up.
class Numbers {
 public:
  explicit Numbers(ByteView octets) : octets_(octets) {}
  std::uint32_t next() {
    if (octets_.empty()) return 0;
    const std::uint8_t octet = octets_.front();
    octets_ = octets_.subspan(1);
    return octet;
  }
  bool empty() const { return octets_.empty(); }

 private:
  ByteView octets_;
};

void judge_routes(ByteView octets) {
  Numbers numbers(octets);
  Arbitrary arbitrary([&] { return numbers.next(); });
  AttributeTable table;
  const auto lists = arbitrary.lists();
  const PolicyDefinition definition = arbitrary.policy();
  const auto compiled = PolicyTable::compile(std::vector{definition}, lists, table);
  demand(compiled.has_value());
  const auto policy = compiled->find("p");
  const NaivePolicy naive(definition, lists);
  const std::vector<PathAttributes> sets{arbitrary.attributes(), arbitrary.attributes()};
  AttributesRef held[4];
  while (!numbers.empty()) {
    const PathAttributes& in = sets[arbitrary.below(2)];
    const Nlri nlri{{}, arbitrary.prefix()};
    const PolicyContext route{nlri, arbitrary.family(), arbitrary.address(), arbitrary.address(), arbitrary.address()};
    const AttributesRef ref(table, table.intern(in));
    const PolicyResult result = policy->evaluate(ref.id(), route);
    const NaiveResult expected = naive.judge(in, route);
    demand(result.accepted == expected.attributes.has_value() && result.term == expected.term);
    if (!result.accepted) continue;
    demand(table[result.attributes].value() == *expected.attributes);
    held[arbitrary.below(4)] = AttributesRef(table, result.attributes);
  }
}

}  // namespace
}  // namespace vrfd::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 3 == 0) vrfd::test::read_text(text);
  if (data[0] % 3 == 1) vrfd::test::match_path(text);
  if (data[0] % 3 == 2) vrfd::test::judge_routes({data + 1, size - 1});
  return 0;
}
