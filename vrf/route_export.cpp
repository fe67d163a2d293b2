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

void RouteExport::forget() {
  results_.clear();
  finished_.clear();
  given_ = AttributesRef();
  judged_ = AttributesRef();
}

PolicyContext RouteExport::context(const Departure& path, const Nlri& nlri) const {
  return {nlri, table_.family(), path.source.address, path.rules.local_address, path.rules.remote_address};
}

AttrId RouteExport::whole(const Departure& path, AttrId in) {
  auto value = before_policy(path.rules, path.path_class, table_.attributes()[in].value());
  if (value && path.rules.policy) {
    const Nlri nlri = table_.nlri(path.dest);
    value = path.rules.policy->transform(std::move(*value), context(path, nlri));
  }
  if (value) value = after_policy(path.rules, path.path_class, path.source, std::move(*value));
  return value ? table_.attributes().intern(*value) : AttrId::none;
}

AttrId RouteExport::before(const Departure& path, AttrId in) {
  const auto value = before_policy(path.rules, path.path_class, table_.attributes()[in].value());
  return value ? table_.attributes().intern(*value) : AttrId::none;
}

AttrId RouteExport::judge(const Departure& path, AttrId in) {
  const Nlri nlri = table_.nlri(path.dest);
  return path.rules.policy->evaluate(in, context(path, nlri)).attributes;
}

AttrId RouteExport::after(const Departure& path, AttrId in) {
  const auto value = after_policy(path.rules, path.path_class, path.source, table_.attributes()[in].value());
  return value ? table_.attributes().intern(*value) : AttrId::none;
}

// Made anew each time: there is one, and it is looked at when its destination changes.
AttrId RouteExport::make_default(const ExportRules& rules) {
  auto begun = originated_default(rules);
  if (!begun) return AttrId::none;
  AttributeTable& attributes = table_.attributes();
  AttrId out = attributes.intern(*begun);
  const Prefix everything = default_prefix(row_of(rules.family).addresses);
  if (rules.default_policy) {
    const PolicyResult result = rules.default_policy->evaluate(
        out, {Nlri{{}, everything}, table_.family(), {}, rules.local_address, rules.remote_address});
    attributes.release(out);
    if (!result.accepted) return AttrId::none;
    out = result.attributes;
  }
  auto ended = after_policy(rules, PathClass::local, {}, attributes[out].value());
  attributes.release(out);
  return ended ? attributes.intern(*ended) : AttrId::none;
}

AttrId RouteExport::apply(const ExportRules& rules, const Path& path, DestId dest) {
  const Source& source = sources_[path.source];
  const Departure departure{rules, class_of(source, path.has(PathFlag::imported)), source, dest};
  if (!may_go(rules, path)) return AttrId::none;
  const std::uint32_t scope = scope_of(rules, departure.path_class, path);
  if (sees_only_attributes(rules))
    return results_.get(path.attributes, scope, [&] { return whole(departure, path.attributes); });

  AttributeTable& attributes = table_.attributes();
  given_ = AttributesRef(attributes,
                         results_.get(path.attributes, scope, [&] { return before(departure, path.attributes); }));
  if (given_.id() == AttrId::none) return AttrId::none;
  judged_ = AttributesRef(attributes, judge(departure, given_.id()));
  if (judged_.id() == AttrId::none) return AttrId::none;
  return finished_.get(judged_.id(), scope, [&] { return after(departure, judged_.id()); });
}

}  // namespace vrfd
