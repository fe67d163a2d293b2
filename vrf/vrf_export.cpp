#include "vrf/vrf_export.h"

#include <algorithm>

#include "vrf/route_labels.h"

namespace vrfd {

PathAttributes marked_for_export(PathAttributes value, const InstanceSettings& settings) {
  std::erase_if(value.extended_communities, is_route_target);
  for (RouteTarget target : settings.export_targets) value.extended_communities.push_back(target.community());
  value.next_hop = IpAddress();
  value.next_hop_link_local.reset();
  // Of a customer's own reflectors; in the provider's AS they would mean others.
  value.originator_id.reset();
  value.cluster_list.clear();
  canonicalize(value);
  return value;
}

VrfExport::VrfExport(VpnInstance& instance, RouteTable& vpn_table, Decision& decision, const SourceTable& sources)
    : instance_(instance),
      table_(instance.table(row_of(vpn_table.family()).addresses)),
      vpn_table_(vpn_table),
      decision_(decision),
      sources_(sources),
      memo_(vpn_table.attributes()) {
  cursor_.attach(table_.journal());
  settings_changed();
}

void VrfExport::settings_changed() {
  const InstanceSettings& settings = instance_.settings;
  const bool exports = settings.rd && settings.label && !settings.export_targets.empty();
  if (rd_ && (!exports || rd_ != settings.rd)) retract();
  rd_ = exports ? settings.rd : std::nullopt;
  memo_.clear();
  cursor_.rewind();
}

bool VrfExport::step(std::size_t budget) {
  if (instance_.labels != nullptr) visit_ready();
  for (; budget != 0; --budget) {
    const DestId dest = cursor_.next(table_.limit());
    if (dest == Journal::end) return true;
    if (rd_ && table_.in_use(dest)) visit(dest);
  }
  return caught_up();
}

// Destinations whose label is in the kernel now.
void VrfExport::visit_ready() {
  for (DestId dest : instance_.labels->take_ready(table_.family()))
    if (rd_ && dest < table_.limit() && table_.in_use(dest)) visit(dest);
}

void VrfExport::retract() {
  if (!rd_) return;
  for (DestId dest = 0; dest != table_.limit(); ++dest)
    if (table_.in_use(dest)) withdraw({*rd_, table_.nlri(dest).prefix});
}

void VrfExport::visit(DestId dest) {
  const Nlri nlri{*rd_, table_.nlri(dest).prefix};
  const PathId best = table_.best(dest);
  const AttrId attributes = best == no_index ? AttrId::none : exported(best, dest);
  if (attributes == AttrId::none) return withdraw(nlri);
  const auto label = instance_.labels == nullptr ? instance_.settings.label : instance_.labels->label_of(table_, dest);
  if (label)
    announce(nlri, attributes, *label);
  else
    table_.attributes().release(attributes);  // what is announced stays until the label is in the kernel
}

// What the path looks like to VPN peers, with a reference; none if it stays here.
AttrId VrfExport::exported(PathId best, DestId dest) {
  const Path& path = table_.path(best);
  if (path.has(PathFlag::imported)) return AttrId::none;
  AttributeTable& attributes = table_.attributes();
  const InstanceSettings& settings = instance_.settings;
  const auto marked = [&] {
    return attributes.intern(marked_for_export(attributes[path.attributes].value(), settings));
  };
  const AttrId out = memo_.get(path.attributes, 0, marked);
  if (!settings.export_policy) return out;
  const Nlri nlri = table_.nlri(dest);
  const PolicyResult result =
      settings.export_policy->evaluate(out, {nlri, table_.family(), sources_[path.source].address, {}, {}});
  attributes.release(out);
  return result.attributes;
}

// Takes over the reference to `attributes`.
void VrfExport::announce(const Nlri& nlri, AttrId attributes, Label label) {
  vpn_table_.attributes().retain(attributes);
  const auto before = instance_.labels != nullptr ? announced_label(nlri) : std::nullopt;
  const DestId dest = vpn_table_.find_or_add(nlri);
  const auto upserted = vpn_table_.upsert(
      dest, {.source = instance_.self, .label = label, .received = attributes, .attributes = attributes});
  if (instance_.labels != nullptr) {
    instance_.labels->announced(label);
    if (before) instance_.labels->withdrawn(*before);
  }
  if (upserted.effect == RouteTable::Effect::visible) decision_.settle(vpn_table_, dest, public_instance);
}

// Under which the route stands in the VPN table.
std::optional<Label> VrfExport::announced_label(const Nlri& nlri) const {
  const DestId dest = vpn_table_.find(nlri);
  const PathId path = dest == no_index ? no_index : vpn_table_.find_path(dest, instance_.self, 0);
  return path == no_index ? std::nullopt : std::optional(vpn_table_.extra(path).label);
}

void VrfExport::withdraw(const Nlri& nlri) {
  const auto before = instance_.labels != nullptr ? announced_label(nlri) : std::nullopt;
  if (before) instance_.labels->withdrawn(*before);
  const DestId dest = vpn_table_.find(nlri);
  if (dest == no_index || !vpn_table_.erase(dest, instance_.self, 0).found) return;
  decision_.settle(vpn_table_, dest, public_instance);
}

}  // namespace vrfd
