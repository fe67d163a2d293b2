#include "vrf/update_group.h"

#include <algorithm>

#include "vrf/swap_labels.h"

namespace vrfd {

UpdateGroup::UpdateGroup(RouteTable& table, const SourceTable& sources, ExportRules rules, SwapLabels* labels)
    : number_(table.issue_group_number()),
      table_(table),
      sources_(sources),
      swap_labels_(labels),
      rules_(std::move(rules)),
      export_(table, sources) {
  cursor_.attach(table.journal());
  cursor_.rewind();
  place_default();
}

UpdateGroup::~UpdateGroup() {
  for (DestId dest = 0; dest < entries_.limit(); ++dest) {
    if (entries_.get(dest).attributes != AttrId::none) count_label(labels_.get(dest), {});
    table_.attributes().release(entries_.get(dest).attributes);
  }
}

void UpdateGroup::set_rules(ExportRules rules) {
  const std::uint32_t told_with = rules_.cluster_id;
  rules_ = std::move(rules);
  mark_clusters(told_with);
  export_.forget();
  outcome_ = {};
  cursor_.rewind();
  place_default();
}

void UpdateGroup::mark_clusters(std::uint32_t told_with) {
  if (told_with == rules_.cluster_id) return;
  for (DestId dest = 0; dest < entries_.limit(); ++dest)
    if (entries_.get(dest).reflected) entries_.at(dest).other_cluster = true;
}

void UpdateGroup::place_default() {
  if (rules_.default_originate) default_ = table_.find_or_add({{}, default_prefix(row_of(table_.family()).addresses)});
  // Where it goes again, the table may have nothing there: then this is the last that is heard of it.
  if (default_ != no_index) table_.note(default_);
  if (!rules_.default_originate) default_ = no_index;
}

std::unique_ptr<UpdateGroup> UpdateGroup::split(const std::vector<PeerId>& members, ExportRules rules) {
  auto other = std::make_unique<UpdateGroup>(table_, sources_, std::move(rules), swap_labels_);
  for (DestId dest = 0; dest < entries_.limit(); ++dest) {
    const Entry entry = entries_.get(dest);
    if (entry.attributes == AttrId::none) continue;
    table_.attributes().retain(entry.attributes);
    other->entries_.at(dest) = entry;
    if (row_of(table_.family()).labelled) other->labels_.at(dest) = labels_.get(dest);
    count_label({}, labels_.get(dest));
    other->count({}, entry);
  }
  // Withdrawals that members have yet to be told of.
  for (const auto& [dest, when] : withdrawn_) other->withdrawn_[dest] = other->journal_.head();
  for (PeerId member : members) {
    const bool was_told = told(member);
    const Member moved = take(member);
    Stream& stream = other->add_stream();
    // One that has not been told everything starts over; that repeats routes but loses none.
    if (!was_told) stream.cursor.rewind_behind();
    stream.members.push_back(moved);
    stream.syncing = moved.sync.has_value();
  }
  other->mark_clusters(rules_.cluster_id);
  other->merge_streams();
  return other;
}

bool UpdateGroup::settled() const {
  return evaluated() && std::all_of(streams_.begin(), streams_.end(), [&](const auto& s) { return idle(*s); });
}

void UpdateGroup::absorb(UpdateGroup& other) {
  for (PeerId member : other.members()) add_stream().members.push_back(other.take(member));
  merge_streams();
}

// ---- from the table to what the group announces

bool UpdateGroup::evaluate(std::size_t budget) {
  for (; budget != 0; --budget) {
    const DestId dest = cursor_.next(limit());
    if (dest == Journal::end) return true;
    if (table_.in_use(dest)) evaluate_one(dest);
  }
  return evaluated();
}

void UpdateGroup::evaluate_one(DestId dest) {
  Entry entry;
  Label label;
  // What has gone out counts among what could, also where it may not go any more.
  bool could_go = entries_.get(dest).attributes != AttrId::none;
  if (is_made_up(dest)) entry.attributes = export_.make_default(rules_);
  if (entry.attributes != AttrId::none) {
    could_go = true;
    ++outcome_.accepted;
  } else if (const PathId best = announceable(rules_, dest); best != no_index) {
    const Path& path = table_.path(best);
    could_go |= export_.may_go(rules_, path);
    entry = {.attributes = export_.apply(rules_, path, dest),
             .source = tells_source(rules_) ? PeerId{} : path.source,
             .reflected = export_.is_reflected(rules_, path)};
    label = table_.extra(best).label;
    if (entry.attributes != AttrId::none && needs_label(path, label)) {
      const auto own = swap_labels_ != nullptr ? swap_labels_->label_of(table_, dest, best) : SwapLabels::Answer{};
      if (!own.label) {
        table_.attributes().release(std::exchange(entry.attributes, AttrId::none));
        if (own.waits) return;  // what is announced stays until the label is in the kernel
      }
      label = own.label.value_or(Label{});
    }
    outcome_.accepted += entry.attributes != AttrId::none;
  }
  outcome_.examined += could_go;
  replace(dest, entry, label);
}

// A label of this router's: for a route that it passes on with itself as next hop, and for an own labelled route whose
// packets go on from here.
bool UpdateGroup::needs_label(const Path& path, Label label) const {
  const FamilyRow& row = row_of(table_.family());
  if (!row.labelled) return false;
  const bool own = !row.vpn && sources_[path.source].kind == SourceKind::local;
  return own ? label == Label{} : export_.swaps_label(rules_, path);
}

// The best path; of memberships the first that may go (RFC 4684, 3.2: another reflector is told what clients want, also
// where the best path is a third reflector's).
PathId UpdateGroup::announceable(const ExportRules& rules, DestId dest) const {
  const PathId best = table_.best(dest);
  if (!row_of(table_.family()).membership) return best;
  for (PathId p = best; p != no_index; p = table_.next(p))
    if (table_.path(p).accepted() && export_.may_go(rules, table_.path(p))) return p;
  return best;
}

// Takes over the reference in `entry`.
void UpdateGroup::replace(DestId dest, Entry entry, Label label) {
  const bool labelled = row_of(table_.family()).labelled;
  const Entry before = entries_.get(dest);
  const bool announced = entry.attributes != AttrId::none;
  if (!announced) entry = {};
  const bool relabelled = labelled && announced && labels_.get(dest) != label;
  const bool same = before.same_words(entry) && !relabelled;
  const bool moved = announced && before.attributes != AttrId::none && before.source != entry.source &&
                     (has_member(before.source) || has_member(entry.source));
  if (same && !moved) {
    table_.attributes().release(entry.attributes);
    if (announced) entries_.at(dest).source = entry.source;
    return;
  }
  entry.withdraw_from_source = announced && source_holds_another(dest, before, entry.source);
  count(before, entry);
  ++(announced ? outcome_.announced : outcome_.withdrawn);
  entries_.at(dest) = entry;
  if (labelled) {
    count_label(before.attributes != AttrId::none ? labels_.get(dest) : Label{}, announced ? label : Label{});
    labels_.at(dest) = label;
  }
  table_.attributes().release(before.attributes);
  journal_.note(dest, limit());
  if (announced)
    withdrawn_.erase(dest);
  else if (!streams_.empty())
    withdrawn_[dest] = journal_.head();
}

// `source` is a member that was sent another path, and has not been told that this one is gone.
bool UpdateGroup::source_holds_another(DestId dest, const Entry& before, PeerId source) const {
  if (before.attributes == AttrId::none) return withdrawn_.contains(dest) && has_member(source) && !told(source);
  return before.source != source ? has_member(source) : before.withdraw_from_source && !told(source);
}

// Labels that are somebody else's are of no interest there.
void UpdateGroup::count_label(Label before, Label after) {
  if (swap_labels_ == nullptr || swap_labels_->empty()) return;
  swap_labels_->announced(after);
  swap_labels_->withdrawn(before);
}

void UpdateGroup::count(const Entry& before, const Entry& after) {
  if (before.attributes != AttrId::none) {
    --announced_count_;
    --announced_from_[before.source];
  }
  if (after.attributes != AttrId::none) {
    ++announced_count_;
    ++announced_from_[after.source];
  }
}

bool UpdateGroup::preview(const ExportRules& rules, std::size_t budget, Preview& so_far) {
  RouteExport trial(table_, sources_);
  for (; so_far.next < limit() && budget != 0; ++so_far.next, --budget)
    if (table_.in_use(so_far.next)) preview_one(rules, so_far.next, trial, so_far.outcome);
  return so_far.next >= limit();
}

void UpdateGroup::preview_one(const ExportRules& rules, DestId dest, RouteExport& trial, Outcome& outcome) {
  const PathId best = announceable(rules, dest);
  const bool made_up = rules.default_originate && table_.nlri(dest).prefix.is_default();
  AttrId out = made_up ? trial.make_default(rules) : AttrId::none;
  if (out == AttrId::none && best != no_index) out = trial.apply(rules, table_.path(best), dest);
  const Entry told = entries_.get(dest);
  const bool could_go = best != no_index && trial.may_go(rules, table_.path(best));
  outcome.examined += could_go || out != AttrId::none || told.attributes != AttrId::none;
  outcome.accepted += out != AttrId::none;
  const bool other_cluster = told.reflected && rules.cluster_id != rules_.cluster_id;
  if (out == AttrId::none)
    outcome.withdrawn += told.attributes != AttrId::none;
  else
    outcome.announced += out != told.attributes || other_cluster;
  table_.attributes().release(out);
}

bool UpdateGroup::holds(DestId dest) {
  if (is_made_up(dest)) return true;
  const auto at = withdrawn_.find(dest);
  if (at == withdrawn_.end()) return false;
  if (!journal_.passed(dest, at->second)) return true;
  withdrawn_.erase(at);
  return false;
}

OutRoute UpdateGroup::announced(DestId dest) const {
  const Entry entry = entries_.get(dest);
  return {.dest = dest,
          .attributes = entry.attributes,
          .label = row_of(table_.family()).labelled ? labels_.get(dest) : Label{},
          .source = entry.source,
          .withdraw_from_source = entry.withdraw_from_source,
          .reflected_from = reflected_from(entry)};
}

std::uint32_t UpdateGroup::reflected_from(const Entry& entry) const {
  if (!entry.reflected) return 0;
  return tells_source(rules_) ? rules_.router_id : sources_[entry.source].router_id;
}

std::uint64_t UpdateGroup::advertised(PeerId member) const {
  const auto from = announced_from_.find(member);
  return announced_count_ - (from == announced_from_.end() ? 0 : from->second);
}

}  // namespace vrfd
