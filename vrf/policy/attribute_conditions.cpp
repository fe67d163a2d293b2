#include "vrf/policy/attribute_conditions.h"

#include <algorithm>
#include <array>

namespace vrfd {

namespace {

constexpr std::uint32_t default_med = 0;
constexpr std::uint32_t default_local_preference = 100;

bool compare(const NumberMatch& match, std::uint32_t number) {
  switch (match.comparison) {
    case Comparison::at_least:
      return number >= match.value;
    case Comparison::at_most:
      return number <= match.value;
    case Comparison::equal:
      break;
  }
  return number == match.value;
}

template <class T>
bool share_one(const std::vector<T>& wanted, const std::vector<T>& present) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const T& one) { return std::find(present.begin(), present.end(), one) != present.end(); });
}

bool has_target(const std::vector<RouteTarget>& wanted, const std::vector<ExtendedCommunity>& present) {
  return std::any_of(wanted.begin(), wanted.end(), [&](RouteTarget target) {
    return std::find(present.begin(), present.end(), target.community()) != present.end();
  });
}

bool within(const std::vector<Prefix>& prefixes, const IpAddress& address) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const Prefix& p) { return p.contains(address); });
}

// A kind of condition: whether a match has it, and whether it holds.
struct ConditionRow {
  bool (*given)(const PolicyMatch&);
  AttributeConditions::Holds holds;
};

using Match = PolicyMatch;
using Conditions = AttributeConditions;
using Judged = JudgedAttributes;

constexpr std::array<ConditionRow, 11> rows{{
    {[](const Match& m) { return m.origin.has_value(); },
     [](const Conditions& c, const Judged& j) { return j.value().origin == *c.match().origin; }},
    {[](const Match& m) { return m.med.has_value(); },
     [](const Conditions& c, const Judged& j) { return compare(*c.match().med, j.value().med.value_or(default_med)); }},
    {[](const Match& m) { return m.local_preference.has_value(); },
     [](const Conditions& c, const Judged& j) {
       return compare(*c.match().local_preference, j.value().local_preference.value_or(default_local_preference));
     }},
    {[](const Match& m) { return m.as_path_length.has_value(); },
     [](const Conditions& c, const Judged& j) {
       return compare(*c.match().as_path_length, hop_count(j.value().as_path));
     }},
    {[](const Match& m) { return m.origin_as.has_value(); },
     [](const Conditions& c, const Judged& j) { return origin_as(j.value().as_path) == c.match().origin_as; }},
    {[](const Match& m) { return !m.next_hops.empty(); },
     [](const Conditions& c, const Judged& j) { return within(c.match().next_hops, j.value().next_hop); }},
    {[](const Match& m) { return !m.communities.empty(); },
     [](const Conditions& c, const Judged& j) { return share_one(c.match().communities, j.value().communities); }},
    {[](const Match& m) { return !m.large_communities.empty(); },
     [](const Conditions& c, const Judged& j) {
       return share_one(c.match().large_communities, j.value().large_communities);
     }},
    {[](const Match& m) { return !m.extended_communities.empty(); },
     [](const Conditions& c, const Judged& j) {
       return share_one(c.match().extended_communities, j.value().extended_communities);
     }},
    {[](const Match& m) { return !m.route_targets.empty(); },
     [](const Conditions& c, const Judged& j) {
       return has_target(c.match().route_targets, j.value().extended_communities);
     }},
    {[](const Match& m) { return m.as_path.has_value(); },
     [](const Conditions& c, const Judged& j) { return c.expression().matches(j.path_text()); }},
}};

}  // namespace

Result<AttributeConditions> AttributeConditions::compile(const PolicyMatch& match) {
  AttributeConditions conditions(match);
  if (match.as_path) {
    auto expression = AsPathExpression::compile(*match.as_path);
    if (!expression) return expression.error();
    conditions.expression_ = std::move(*expression);
  }
  for (const ConditionRow& row : rows)
    if (row.given(match)) conditions.given_.push_back(row.holds);
  return conditions;
}

}  // namespace vrfd
