#include "vrf/labelled_unicast.h"

namespace vrfd {

namespace {

// Packets for the route end at this router, as far as labels go.
bool ends_here(std::uint32_t kind) {
  return kind == static_cast<std::uint32_t>(LocalRoute::network) ||
         kind == static_cast<std::uint32_t>(LocalRoute::direct);
}

}  // namespace

// ---- labelled → unicast

LabelledImport::LabelledImport(RouteTable& labelled, VpnInstance& into, Decision& decision)
    : TableFollower(labelled), unicast_(into.table(row_of(labelled.family()).addresses)), decision_(decision) {}

void LabelledImport::visit(DestId from) {
  if (!table().in_use(from)) return;
  const Nlri nlri = table().nlri(from);
  AttributeTable& attributes = table().attributes();
  DestId dest = unicast_.find(nlri);
  bool visible = false;
  for (PathId p = table().first(from); p != no_index; p = table().next(p)) {
    const Path& path = table().path(p);
    if (!path.accepted() || decision_.is_local(path) || stands_behind(from, p)) continue;
    if (dest == no_index) dest = unicast_.find_or_add(nlri);
    attributes.retain(path.attributes);
    attributes.retain(path.attributes);
    const auto upserted = unicast_.upsert(dest, {.source = path.source,
                                                 .label = table().extra(p).label,
                                                 .received = path.attributes,
                                                 .attributes = path.attributes,
                                                 .imported = true,
                                                 .transport = true});
    visible |= upserted.effect == RouteTable::Effect::visible;
  }
  if (dest == no_index) return;
  for (PeerId source : gone(from, dest)) visible |= unicast_.erase(dest, source, 0).was_accepted;
  if (visible) decision_.settle(unicast_, dest, public_instance);
}

// A path of the same source comes before it: the best one, if it is of that source.
bool LabelledImport::stands_behind(DestId from, PathId path) const {
  const PeerId source = table().path(path).source;
  for (PathId p = table().first(from); p != path; p = table().next(p))
    if (table().path(p).source == source && table().path(p).accepted()) return true;
  return false;
}

// Sources whose path was brought over before and is not there any more.
std::vector<PeerId> LabelledImport::gone(DestId from, DestId dest) const {
  std::vector<PeerId> sources;
  for (PathId p = unicast_.first(dest); p != no_index; p = unicast_.next(p)) {
    const Path& path = unicast_.path(p);
    if (!path.has(PathFlag::transport)) continue;
    bool stays = false;
    for (PathId there = table().first(from); there != no_index && !stays; there = table().next(there))
      stays = table().path(there).source == path.source && table().path(there).accepted();
    if (!stays) sources.push_back(path.source);
  }
  return sources;
}

// ---- unicast → labelled

LabelledExport::LabelledExport(VpnInstance& from, RouteTable& labelled, Decision& decision)
    : TableFollower(from.table(row_of(labelled.family()).addresses)),
      self_(from.self),
      labelled_(labelled),
      decision_(decision) {}

void LabelledExport::visit(DestId from) {
  if (!table().in_use(from)) return;
  const Nlri nlri = table().nlri(from);
  const PathId best = table().best(from);
  const bool own = best != no_index && table().path(best).source == self_;
  bool visible = false;
  DestId dest = labelled_.find(nlri);
  if (own) {
    if (dest == no_index) dest = labelled_.find_or_add(nlri);
    const AttrId attributes = table().path(best).attributes;
    labelled_.attributes().retain(attributes);
    labelled_.attributes().retain(attributes);
    const Label label = ends_here(table().extra(best).path_id) ? implicit_null : Label{};
    const auto upserted =
        labelled_.upsert(dest, {.source = self_, .label = label, .received = attributes, .attributes = attributes});
    visible = upserted.effect == RouteTable::Effect::visible;
  } else if (dest != no_index) {
    visible = labelled_.erase(dest, self_, 0).found;
  }
  if (visible) decision_.settle(labelled_, dest, public_instance);
}

}  // namespace vrfd
