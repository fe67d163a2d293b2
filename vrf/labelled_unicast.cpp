#include "vrf/labelled_unicast.h"

#include <algorithm>

#include "vrf/core.h"

namespace vrfd {

namespace {

// Packets for the route end at this router, as far as labels go.
bool ends_here(std::uint32_t kind) {
  return kind == static_cast<std::uint32_t>(LocalRoute::network) ||
         kind == static_cast<std::uint32_t>(LocalRoute::direct);
}

template <class Visit>
bool follow(Journal::Cursor& cursor, const RouteTable& table, std::size_t budget, Visit visit) {
  for (; budget != 0; --budget) {
    const DestId dest = cursor.next(table.limit());
    if (dest == Journal::end) return true;
    if (table.in_use(dest)) visit(dest);
  }
  return cursor.at_end(table.limit());
}

}  // namespace

// ---- labelled → unicast

LabelledImport::LabelledImport(RouteTable& labelled, VpnInstance& into, Decision& decision)
    : labelled_(labelled), unicast_(into.table(row_of(labelled.family()).addresses)), decision_(decision) {
  cursor_.attach(labelled_.journal());
  cursor_.rewind();
}

bool LabelledImport::step(std::size_t budget) {
  return follow(cursor_, labelled_, budget, [&](DestId dest) { visit(dest); });
}

void LabelledImport::visit(DestId from) {
  const Nlri nlri = labelled_.nlri(from);
  AttributeTable& attributes = labelled_.attributes();
  DestId dest = unicast_.find(nlri);
  bool visible = false;
  for (PathId p = labelled_.first(from); p != no_index; p = labelled_.next(p)) {
    const Path& path = labelled_.path(p);
    if (!path.accepted() || decision_.is_local(path)) continue;
    if (dest == no_index) dest = unicast_.find_or_add(nlri);
    attributes.retain(path.attributes);
    attributes.retain(path.attributes);
    const auto upserted = unicast_.upsert(dest, {.source = path.source,
                                                 .label = labelled_.extra(p).label,
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

// Sources whose path was brought over before and is not there any more.
std::vector<PeerId> LabelledImport::gone(DestId from, DestId dest) const {
  std::vector<PeerId> sources;
  for (PathId p = unicast_.first(dest); p != no_index; p = unicast_.next(p)) {
    const Path& path = unicast_.path(p);
    if (!path.has(PathFlag::transport)) continue;
    bool stays = false;
    for (PathId there = labelled_.first(from); there != no_index && !stays; there = labelled_.next(there))
      stays = labelled_.path(there).source == path.source && labelled_.path(there).accepted();
    if (!stays) sources.push_back(path.source);
  }
  return sources;
}

// ---- unicast → labelled

LabelledExport::LabelledExport(VpnInstance& from, RouteTable& labelled, Decision& decision)
    : self_(from.self),
      unicast_(from.table(row_of(labelled.family()).addresses)),
      labelled_(labelled),
      decision_(decision) {
  cursor_.attach(unicast_.journal());
  cursor_.rewind();
}

bool LabelledExport::step(std::size_t budget) {
  return follow(cursor_, unicast_, budget, [&](DestId dest) { visit(dest); });
}

void LabelledExport::visit(DestId from) {
  const Nlri nlri = unicast_.nlri(from);
  const PathId best = unicast_.best(from);
  const bool own = best != no_index && unicast_.path(best).source == self_;
  bool visible = false;
  DestId dest = labelled_.find(nlri);
  if (own) {
    if (dest == no_index) dest = labelled_.find_or_add(nlri);
    const AttrId attributes = unicast_.path(best).attributes;
    labelled_.attributes().retain(attributes);
    labelled_.attributes().retain(attributes);
    const Label label = ends_here(unicast_.extra(best).path_id) ? implicit_null : Label{};
    const auto upserted =
        labelled_.upsert(dest, {.source = self_, .label = label, .received = attributes, .attributes = attributes});
    visible = upserted.effect == RouteTable::Effect::visible;
  } else if (dest != no_index) {
    visible = labelled_.erase(dest, self_, 0).found;
  }
  if (visible) decision_.settle(labelled_, dest, public_instance);
}

}  // namespace vrfd
