#include "vrf/vrf_import.h"

#include <algorithm>
#include <utility>

namespace vrfd {

namespace {

// What is left of a path identifier beside the route distinguisher. More paths of one source are not imported.
constexpr std::uint32_t places = 256;
static_assert(std::uint64_t{places} * RdTable::limit == std::uint64_t{1} << 32);
constexpr std::uint64_t every_path_id = std::uint64_t{1} << 32;

void sort_unique(std::vector<InstanceId>& set) {
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
}

}  // namespace

VrfImport::VrfImport(RouteTable& vpn_table, InstanceList& instances, Decision& decision)
    : vpn_table_(vpn_table), instances_(instances), decision_(decision), sets_(1) {
  set_ids_.emplace(InstanceSet{}, 0);
  cursor_.attach(vpn_table.journal());
}

void VrfImport::review(InstanceId instance) {
  index_is_old_ = true;
  by_attributes_.clear();
  reviewed_.push_back(instance);
  sort_unique(reviewed_);
  review_next_ = 0;
}

bool VrfImport::step(std::size_t budget) {
  for (; budget != 0; --budget) {
    const DestId dest = cursor_.next(vpn_table_.limit());
    if (dest == Journal::end) break;
    if (vpn_table_.in_use(dest)) import(dest);
  }
  for (; budget != 0 && !reviewed_.empty(); --budget) review_next();
  return caught_up();
}

// ---- which instances

const VrfImport::Index& VrfImport::index() {
  if (!std::exchange(index_is_old_, false)) return index_;
  index_.clear();
  for (const auto& instance : instances_)
    if (instance)
      for (RouteTarget target : instance->settings.import_targets) index_[target].push_back(instance->id);
  return index_;
}

std::vector<InstanceId> VrfImport::importers(AttrId attributes) { return sets_[set_of(attributes)]; }

VrfImport::SetId VrfImport::set_of(AttrId id) {
  const AttributeTable& attributes = vpn_table_.attributes();
  if (index_of(id) >= by_attributes_.size()) by_attributes_.resize(index_of(id) + 1);
  Remembered& remembered = by_attributes_[index_of(id)];
  if (remembered.generation == attributes.generation(id)) return remembered.set;
  InstanceSet set;
  for (ExtendedCommunity community : attributes[id].extended_communities()) {
    const auto target = RouteTarget::from(community);
    const auto at = target ? index().find(*target) : index_.end();
    if (at != index_.end()) set.insert(set.end(), at->second.begin(), at->second.end());
  }
  remembered = {attributes.generation(id), intern(std::move(set))};
  return remembered.set;
}

VrfImport::SetId VrfImport::intern(InstanceSet set) {
  sort_unique(set);
  const auto [at, added] = set_ids_.try_emplace(set, static_cast<SetId>(sets_.size()));
  if (added) sets_.push_back(std::move(set));
  return at->second;
}

bool VrfImport::wants(const VpnInstance& instance, const Path& path) {
  if (!path.accepted() || path.source == instance.self) return false;
  const InstanceSet& set = sets_[set_of(path.attributes)];
  return std::binary_search(set.begin(), set.end(), instance.id);
}

// ---- into them

// Mostly there is one path.
VrfImport::SetId VrfImport::importers_of(DestId dest) {
  SetId sum = 0;
  for (PathId p = vpn_table_.first(dest); p != no_index; p = vpn_table_.next(p)) {
    if (!vpn_table_.path(p).accepted()) continue;
    const SetId set = set_of(vpn_table_.path(p).attributes);
    if (sum != 0 && set != 0 && set != sum) {
      InstanceSet both = sets_[sum];
      both.insert(both.end(), sets_[set].begin(), sets_[set].end());
      sum = intern(std::move(both));
    } else if (set != 0) {
      sum = set;
    }
  }
  return sum;
}

void VrfImport::import(DestId dest) {
  const SetId before = imported_.get(dest);
  const SetId after = importers_of(dest);
  imported_.set(dest, after);
  InstanceSet touched;
  std::set_union(sets_[before].begin(), sets_[before].end(), sets_[after].begin(), sets_[after].end(),
                 std::back_inserter(touched));
  for (InstanceId id : touched)
    if (instances_[id.value()]) import_into(*instances_[id.value()], dest);
}

void VrfImport::review_next() {
  const DestId dest = review_next_++;
  if (dest >= vpn_table_.limit()) return reviewed_.clear();
  if (!vpn_table_.in_use(dest)) return;
  const SetId before = imported_.get(dest);
  const SetId after = importers_of(dest);
  imported_.set(dest, after);
  for (InstanceId id : reviewed_among(before, after))
    if (instances_[id.value()]) import_into(*instances_[id.value()], dest);
}

VrfImport::InstanceSet VrfImport::reviewed_among(SetId before, SetId after) const {
  InstanceSet found;
  const auto has = [&](SetId set, InstanceId id) {
    return std::binary_search(sets_[set].begin(), sets_[set].end(), id);
  };
  for (InstanceId id : reviewed_)
    if (has(before, id) || (after != before && has(after, id))) found.push_back(id);
  return found;
}

void VrfImport::import_into(VpnInstance& instance, DestId vpn_dest) {
  const Nlri from = vpn_table_.nlri(vpn_dest);
  const Nlri to{{}, from.prefix};
  const std::uint32_t rd = vpn_table_.rds().index_of(from.rd);
  RouteTable& table = instance.table(from.prefix.family());
  bool visible = false;
  DestId dest = table.find(to);
  for (PathId p = vpn_table_.first(vpn_dest); p != no_index; p = vpn_table_.next(p)) {
    if (!wants(instance, vpn_table_.path(p))) continue;
    const std::uint32_t place =
        count_wanted(instance, vpn_dest, vpn_table_.path(p).source, vpn_table_.extra(p).path_id);
    if (place >= places) continue;
    if (dest == no_index) dest = table.find_or_add(to);
    visible |= bring(instance, p, dest, place * RdTable::limit + rd);
  }
  if (dest == no_index) return;
  visible |= drop_unwanted(instance, vpn_dest, dest, rd);
  if (visible)
    decision_.settle(table, dest, instance.id);
  else if (table.first(dest) == no_index)
    table.note(dest);
}

// Paths of the source that the instance wants, of path identifiers below `end`. For the identifier of a path this is
// its place, which does not depend on the order in which they came.
std::uint32_t VrfImport::count_wanted(const VpnInstance& instance, DestId vpn_dest, PeerId source, std::uint64_t end) {
  std::uint32_t count = 0;
  for (PathId p = vpn_table_.first(vpn_dest); p != no_index; p = vpn_table_.next(p)) {
    const Path& path = vpn_table_.path(p);
    count += path.source == source && vpn_table_.extra(p).path_id < end && wants(instance, path);
  }
  return count;
}

bool VrfImport::bring(VpnInstance& instance, PathId from, DestId dest, std::uint32_t path_id) {
  AttributeTable& attributes = vpn_table_.attributes();
  const Path& path = vpn_table_.path(from);
  const IpAddress& next_hop = attributes[path.attributes].next_hop();
  RouteTable& table = instance.table(row_of(vpn_table_.family()).addresses);
  PathUpdate update{.source = path.source, .path_id = path_id, .label = vpn_table_.extra(from).label, .imported = true};
  attributes.retain(path.attributes);
  update.received = path.attributes;
  if (instance.settings.import_policy) {
    const Nlri nlri = table.nlri(dest);
    const PolicyResult result =
        instance.settings.import_policy->evaluate(path.attributes, {nlri, vpn_table_.family(), next_hop, {}, {}});
    update.attributes = result.attributes;
    if (!result.accepted) update.reason = PathReason::policy;
  } else {
    attributes.retain(path.attributes);
    update.attributes = path.attributes;
  }
  return table.upsert(dest, update).effect == RouteTable::Effect::visible;
}

// Paths that came from this VPN destination before and do not any more. True if somebody could see one.
bool VrfImport::drop_unwanted(VpnInstance& instance, DestId vpn_dest, DestId dest, std::uint32_t rd) {
  RouteTable& table = instance.table(row_of(vpn_table_.family()).addresses);
  std::vector<std::pair<PeerId, std::uint32_t>> gone;
  for (PathId p = table.first(dest); p != no_index; p = table.next(p)) {
    const Path& path = table.path(p);
    const std::uint32_t path_id = table.extra(p).path_id;
    if (!path.has(PathFlag::imported) || path_id % RdTable::limit != rd) continue;
    if (path_id / RdTable::limit >= count_wanted(instance, vpn_dest, path.source, every_path_id))
      gone.emplace_back(path.source, path_id);
  }
  bool visible = false;
  for (const auto& [source, path_id] : gone) visible |= table.erase(dest, source, path_id).was_accepted;
  return visible;
}

}  // namespace vrfd
