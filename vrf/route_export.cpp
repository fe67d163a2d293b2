#include "vrf/route_export.h"

namespace vrfd {

namespace {

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
  return {nlri, table_.family(), path.source, path.rules.local_address, path.rules.remote_address};
}

AttrId RouteExport::whole(const Departure& path, AttrId in) {
  table_.attributes()[in].copy_to(edited_);
  if (!before_policy(path.rules, path.path_class, edited_)) return AttrId::none;
  if (path.rules.policy) {
    const Nlri nlri = table_.nlri(path.dest);
    if (!path.rules.policy->transform(edited_, context(path, nlri))) return AttrId::none;
  }
  const bool goes = after_policy(path.rules, edited_);
  return goes ? table_.attributes().intern(edited_) : AttrId::none;
}

AttrId RouteExport::before(const Departure& path, AttrId in) {
  table_.attributes()[in].copy_to(edited_);
  const bool goes = before_policy(path.rules, path.path_class, edited_);
  return goes ? table_.attributes().intern(edited_) : AttrId::none;
}

AttrId RouteExport::judge(const Departure& path, AttrId in) {
  const Nlri nlri = table_.nlri(path.dest);
  return path.rules.policy->evaluate(in, context(path, nlri)).attributes;
}

AttrId RouteExport::after(const Departure& path, AttrId in) {
  table_.attributes()[in].copy_to(edited_);
  const bool goes = after_policy(path.rules, edited_);
  return goes ? table_.attributes().intern(edited_) : AttrId::none;
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
  attributes[out].copy_to(edited_);
  attributes.release(out);
  return after_policy(rules, edited_) ? attributes.intern(edited_) : AttrId::none;
}

AttrId RouteExport::apply(const ExportRules& rules, const Path& path, DestId dest) {
  const Source& source = sources_[path.source];
  const Departure departure{rules, class_of(source, path.has(PathFlag::imported)), source.address, dest};
  if (!may_go(rules, path)) return AttrId::none;
  const auto scope = static_cast<std::uint32_t>(departure.path_class);
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
