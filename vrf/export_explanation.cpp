#include "vrf/export_explanation.h"

#include <algorithm>

#include "vrf/only_to_customer.h"

namespace vrfd {

namespace {

ExportExplanation because(ExportHindrance hindrance) { return {hindrance, {}}; }

// The community because of which before_policy() keeps a route back.
ExportHindrance hindering_community(const ExportRules& rules, const PathAttributes& attributes) {
  const auto has = [&](Community c) {
    return std::find(attributes.communities.begin(), attributes.communities.end(), c) != attributes.communities.end();
  };
  if (has(no_advertise)) return ExportHindrance::community_no_advertise;
  if (rules.external && (has(no_export) || has(no_export_subconfed))) return ExportHindrance::community_no_export;
  return ExportHindrance::long_lived_stale;
}

ExportExplanation judge(const ExportRules& rules, RouteTable& table, const SourceTable& sources, DestId dest,
                        PathAttributes given) {
  const PathId best = table.best(dest);
  const Path& path = table.path(best);
  const Source& source = sources[path.source];
  if (rules.policy) {
    AttributeTable& attributes = table.attributes();
    const AttributesRef in(attributes, attributes.intern(given));
    const Nlri nlri = table.nlri(dest);
    const PolicyResult result = rules.policy->evaluate(
        in.id(), {nlri, table.family(), source.address, rules.local_address, rules.remote_address});
    const AttributesRef out(attributes, result.attributes);
    if (!result.accepted) return {ExportHindrance::policy, describe(*rules.policy, result.term)};
    given = attributes[out.id()].value();
  }
  PathAttributes sent = given;
  if (after_policy(rules, sent)) return {};
  const TargetSet* wanted = rules.wanted.wanted.get();
  if (wanted != nullptr && !wanted->wants(given.extended_communities)) return because(ExportHindrance::not_wanted);
  return because(rules.role && !may_leave(*rules.role, given) ? ExportHindrance::route_leak
                                                              : ExportHindrance::site_of_origin);
}

}  // namespace

std::string_view name_of(ExportHindrance hindrance) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(ExportHindrance::count_of)> names{
      "none",   "no_best_path",   "no_policy",  "not_reflected", "no_advertise", "no_export", "long_lived_stale",
      "policy", "site_of_origin", "route_leak", "not_wanted",    "transport"};
  return names[static_cast<std::size_t>(hindrance)];
}

ExportExplanation explain_export(const ExportRules& rules, RouteTable& table, const SourceTable& sources, DestId dest) {
  const PathId best = table.best(dest);
  if (best == no_index) return because(ExportHindrance::no_best_path);
  const Path& path = table.path(best);
  const PathClass path_class = class_of(sources[path.source], path.has(PathFlag::imported));
  if (path.has(PathFlag::transport)) return because(ExportHindrance::transport);
  if (!may_announce(rules, path_class)) {
    const bool without_policy = rules.external && rules.requires_policy && !rules.policy;
    return because(without_policy ? ExportHindrance::no_policy : ExportHindrance::not_reflected);
  }
  PathAttributes given = table.attributes()[path.attributes].value();
  if (!before_policy(rules, path_class, given)) return because(hindering_community(rules, given));
  return judge(rules, table, sources, dest, given);
}

}  // namespace vrfd
