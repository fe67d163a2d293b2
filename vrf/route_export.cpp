#include "vrf/route_export.h"

namespace vrfd {

namespace {

// Reflection writes the source into the attributes, otherwise its class is enough.
std::uint32_t scope_of(const ExportRules& rules, PathClass path_class, const Path& path) {
  constexpr std::uint32_t first_source = 16;
  if (is_reflected(rules, path_class)) return first_source + path.source.value();
  return static_cast<std::uint32_t>(path_class);
}

bool sees_only_attributes(const ExportRules& rules) {
  return !rules.policy || (!rules.policy->looks_at_prefix() && !rules.policy->looks_at_source());
}

}  // namespace

AttrId RouteExport::before(const ExportRules& rules, PathClass path_class, AttrId in) {
  auto value = before_policy(rules, path_class, table_.attributes()[in].value());
  return value ? table_.attributes().intern(*value) : AttrId::none;
}

// Takes over the reference to `in`.
AttrId RouteExport::judge(const ExportRules& rules, AttrId in, const Source& source, DestId dest) {
  if (in == AttrId::none || !rules.policy) return in;
  const Nlri nlri = table_.nlri(dest);
  const PolicyResult result =
      rules.policy->evaluate(in, {nlri, table_.family(), source.address, rules.local_address, rules.remote_address});
  table_.attributes().release(in);
  return result.attributes;
}

// Borrows `in`.
AttrId RouteExport::after(const ExportRules& rules, PathClass path_class, const Source& source, AttrId in) {
  auto value = after_policy(rules, path_class, source, table_.attributes()[in].value());
  return value ? table_.attributes().intern(*value) : AttrId::none;
}

AttrId RouteExport::apply(const ExportRules& rules, const Path& path, DestId dest) {
  const Source& source = sources_[path.source];
  const PathClass path_class = class_of(source, path.has(PathFlag::imported));
  if (!may_announce(rules, path_class)) return AttrId::none;
  const std::uint32_t scope = scope_of(rules, path_class, path);

  AttributeTable& attributes = table_.attributes();
  const auto whole = [&] {
    const AttrId judged = judge(rules, before(rules, path_class, path.attributes), source, dest);
    if (judged == AttrId::none) return judged;
    const AttrId out = after(rules, path_class, source, judged);
    attributes.release(judged);
    return out;
  };
  if (sees_only_attributes(rules)) return results_.get(path.attributes, scope, whole);

  const AttrId given = results_.get(path.attributes, scope, [&] { return before(rules, path_class, path.attributes); });
  const AttrId judged = judge(rules, given, source, dest);
  if (judged == AttrId::none) return judged;
  const AttrId out = finished_.get(judged, scope, [&] { return after(rules, path_class, source, judged); });
  attributes.release(judged);
  return out;
}

}  // namespace vrfd
