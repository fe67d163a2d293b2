#include <algorithm>
#include <bitset>
#include <utility>

#include "daemon/bgp/wire/as_path.h"
#include "daemon/bgp/wire/attribute_table.h"
#include "daemon/bgp/wire/next_hop.h"
#include "daemon/bgp/wire/nlri.h"
#include "daemon/bgp/wire/notification.h"
#include "daemon/bgp/wire/update.h"

namespace vrfd::bgp {

namespace {

// Reads the attributes of one UPDATE and remembers what was wrong.
class AttributeReading {
 public:
  AttributeReading(const UpdateSections& sections, const SessionContext& context, Update& update)
      : sections_(sections), context_(context), update_(update), draft_{update.attributes, {}, {}, {}} {}

  // A Notification for an attribute that vrfd would have to know.
  std::optional<Notification> read_all();
  void put_together();
  // Of the gravest fault, should the session have to go.
  Notification error() const { return update_error(subcode_, erroneous_); }

 private:
  void read(const AttributeRow& row, const RawAttribute& raw);
  void judge(const AttributeRow& row, const RawAttribute& raw);
  void keep_opaque(const RawAttribute& raw);
  void merge_as4();
  void require_mandatory();
  void settle_next_hops();
  void forbid_several_labels();
  // `whole` is the attribute where it is the data of a NOTIFICATION.
  void fault(std::uint8_t type, Verdict verdict, std::string_view text, std::uint8_t subcode, ByteView whole = {});

  const UpdateSections& sections_;
  const SessionContext& context_;
  Update& update_;
  AttributeDraft draft_;
  std::bitset<256> seen_;
  std::uint8_t subcode_ = subcode::malformed_attribute_list;
  ByteView erroneous_;
};

// Optional and transitive must be as specified; the partial bit belongs to optional transitive attributes only (RFC
// 4271, 4.3); the low four bits say nothing.
bool flags_fit(std::uint8_t expected, std::uint8_t flags) {
  constexpr std::uint8_t optional_transitive = flag::optional | flag::transitive;
  if ((flags & optional_transitive) != expected) return false;
  return expected == optional_transitive || (flags & flag::partial) == 0;
}

std::optional<Notification> AttributeReading::read_all() {
  AttributeWalk walk(sections_.attributes);
  RawAttribute raw;
  while (walk.next(raw)) {
    const AttributeRow* row = attribute_row(raw.type);
    if (row == nullptr && (raw.flags & flag::optional) == 0)
      return update_error(subcode::unrecognized_well_known, raw.whole);
    if (seen_.test(raw.type)) {
      fault(raw.type, Verdict::attribute_discard, "repeated", subcode::malformed_attribute_list);
      continue;
    }
    seen_.set(raw.type);
    if (row != nullptr)
      read(*row, raw);
    else if ((raw.flags & flag::transitive) != 0)
      keep_opaque(raw);
  }
  if (walk.truncated())
    fault(0, Verdict::treat_as_withdraw, "the attributes end within an attribute", subcode::malformed_attribute_list);
  return std::nullopt;
}

void AttributeReading::read(const AttributeRow& row, const RawAttribute& raw) {
  // With MP_REACH_NLRI alone, NEXT_HOP is not for anything (RFC 4760, 3).
  if (row.type == attribute::next_hop && sections_.nlri.empty()) return;
  if (row.internal_only && !context_.internal) {
    if (!row.length.allows(raw.value.size()) || row.flags != (raw.flags & (flag::optional | flag::transitive)))
      fault(row.type, Verdict::attribute_discard, "malformed, from an external peer", row.subcode);
    return;
  }
  judge(row, raw);
}

void AttributeReading::judge(const AttributeRow& row, const RawAttribute& raw) {
  if (!flags_fit(row.flags, raw.flags))
    return fault(row.type, row.wrong_flags, "wrong flags", subcode::attribute_flags, raw.whole);
  if (!row.length.allows(raw.value.size()))
    return fault(row.type, row.malformed, "wrong length", subcode::attribute_length, raw.whole);
  const Finding finding = row.read(raw.value, context_, draft_);
  if (finding.text != nullptr)
    return fault(row.type, finding.verdict == Verdict::ok ? row.malformed : finding.verdict, finding.text, row.subcode,
                 raw.whole);
  if (row.keep == Keep::opaque) keep_opaque(raw);
}

void AttributeReading::keep_opaque(const RawAttribute& raw) {
  constexpr unsigned kept_flags = flag::optional | flag::transitive | flag::partial;
  update_.attributes.unknown.push_back(
      {static_cast<std::uint8_t>(raw.flags & kept_flags), raw.type, Bytes(raw.value.begin(), raw.value.end())});
}

void AttributeReading::put_together() {
  merge_as4();
  require_mandatory();
  settle_next_hops();
  forbid_several_labels();
  canonicalize(update_.attributes);
}

// RFC 6793, 4.2.3.
void AttributeReading::merge_as4() {
  PathAttributes& attributes = update_.attributes;
  if (draft_.as4_aggregator && attributes.aggregator) {
    if (attributes.aggregator->asn != as_trans) return;
    attributes.aggregator = draft_.as4_aggregator;
  }
  if (draft_.as4_path) attributes.as_path = merge_as4_path(attributes.as_path, *draft_.as4_path);
}

// RFC 7606, 3 (d); NEXT_HOP is needed where the NLRI field has routes.
void AttributeReading::require_mandatory() {
  if (!sections_.announces()) return;
  for (const std::uint8_t type : {attribute::origin, attribute::as_path, attribute::next_hop}) {
    const bool needed = type != attribute::next_hop || !sections_.nlri.empty();
    if (needed && !seen_.test(type)) fault(type, Verdict::treat_as_withdraw, "missing", subcode::missing_well_known);
  }
}

// An external peer whose IPv4 next hop of IPv4 routes is no unicast address is wrong (RFC 4271, 6.3). Any other such
// next hop cannot be resolved, and the routes are kept for what they are.
void AttributeReading::settle_next_hops() {
  PathAttributes& attributes = update_.attributes;
  const bool nlri_field_counts = !sections_.nlri.empty() && context_.families.has(Family::ipv4);
  for (FamilyRoutes& row : update_.reachable) {
    const bool from_nlri_field = nlri_field_counts && &row == &update_.reachable.front();
    if (from_nlri_field && !draft_.next_hop) continue;
    if (from_nlri_field) row.next_hop = *draft_.next_hop;
    const bool must_be_unicast = !context_.internal && row.family == Family::ipv4 && row.next_hop.is_v4();
    if (must_be_unicast && !row.next_hop.is_unicast())
      fault(from_nlri_field ? attribute::next_hop : attribute::mp_reach_nlri, Verdict::treat_as_withdraw,
            "no unicast address", subcode::invalid_next_hop);
  }
  if (update_.reachable.empty()) return;
  attributes.next_hop = update_.reachable.front().next_hop;
  attributes.next_hop_link_local = update_.reachable.front().next_hop_link_local;
  update_.foreign_first_as =
      !context_.internal && context_.enforce_first_as && first_as(attributes.as_path) != context_.peer_as;
}

// RFC 8277, 2.1. Forwarded by the first of them alone, packets would go astray.
void AttributeReading::forbid_several_labels() {
  if (context_.several_labels) return;
  if (std::any_of(update_.reachable.begin(), update_.reachable.end(),
                  [](const auto& row) { return row.several_labels; }))
    fault(attribute::mp_reach_nlri, Verdict::treat_as_withdraw, "more than one label", subcode::optional_attribute);
}

void AttributeReading::fault(std::uint8_t type, Verdict verdict, std::string_view text, std::uint8_t subcode,
                             ByteView whole) {
  if (verdict > update_.verdict) {
    update_.verdict = verdict;
    subcode_ = subcode;
    erroneous_ = whole;
  }
  update_.faults.push_back({type, verdict, (type == 0 ? "" : attribute_name(type) + ": ") + std::string(text)});
}

std::vector<AnnouncedNlri> take_storage(std::vector<FamilyRoutes>& rows) {
  std::vector<AnnouncedNlri> storage;
  if (!rows.empty()) storage = std::move(rows.front().routes);
  storage.clear();
  rows.clear();
  return storage;
}

// Rows with routes, into storage used before.
class RowFilling {
 public:
  explicit RowFilling(std::vector<FamilyRoutes>& rows) : rows_(rows), storage_(take_storage(rows)) {}

  // False if the routes are malformed.
  bool fill(ByteView octets, const NlriForm& form, std::optional<NextHops> next_hops = std::nullopt) {
    if (octets.empty()) return true;
    FamilyRoutes& row = rows_.emplace_back();
    row.family = form.family;
    row.routes = std::exchange(storage_, {});
    if (next_hops) {
      row.next_hop = next_hops->address;
      row.next_hop_link_local = next_hops->link_local;
    }
    const NlriReading reading = decode_nlri(octets, form, row.routes);
    row.several_labels = reading == NlriReading::several_labels;
    if (row.routes.empty()) drop_last();
    return reading != NlriReading::malformed;
  }

 private:
  // None of the routes is one that the family knows: memberships of a wrong length (RFC 4684, 4).
  void drop_last() {
    storage_ = std::move(rows_.back().routes);
    rows_.pop_back();
  }

  std::vector<FamilyRoutes>& rows_;
  std::vector<AnnouncedNlri> storage_;
};

NlriForm form_of(Family family, NlriUse use, const SessionContext& context) {
  return {family, context.add_path_receive.has(family), use, context.several_labels};
}

std::optional<Family> end_of_rib_family(const UpdateSections& sections, const SessionContext& context) {
  if (!sections.withdrawn.empty() || !sections.nlri.empty() || sections.other_attributes) return std::nullopt;
  if (!sections.unreach) return context.families.has(Family::ipv4) ? std::optional(Family::ipv4) : std::nullopt;
  return sections.unreach->nlri.empty() ? sections.unreach->family : std::nullopt;
}

std::optional<Notification> decode_withdrawn(const UpdateSections& sections, const SessionContext& context,
                                             Update& update) {
  RowFilling filling(update.withdrawn);
  const NlriForm ipv4 = form_of(Family::ipv4, NlriUse::withdraw, context);
  if (context.families.has(Family::ipv4) && !filling.fill(sections.withdrawn, ipv4))
    return update_error(subcode::invalid_network);
  if (sections.unreach && sections.unreach->family &&
      !filling.fill(sections.unreach->nlri, form_of(*sections.unreach->family, NlriUse::withdraw, context)))
    return update_error(subcode::invalid_network);
  return std::nullopt;
}

std::optional<Notification> decode_reachable(const UpdateSections& sections, const SessionContext& context,
                                             Update& update) {
  RowFilling filling(update.reachable);
  const NlriForm ipv4 = form_of(Family::ipv4, NlriUse::announce, context);
  if (context.families.has(Family::ipv4) && !filling.fill(sections.nlri, ipv4))
    return update_error(subcode::invalid_network);
  if (!sections.reach || !sections.reach->family) return std::nullopt;
  const Family family = *sections.reach->family;
  const auto next_hops = decode_mp_next_hop(sections.reach->next_hop, family);
  if (!next_hops) return update_error(subcode::optional_attribute, sections.reach->whole);
  if (!filling.fill(sections.reach->nlri, form_of(family, NlriUse::announce, context), next_hops))
    return update_error(subcode::invalid_network);
  return std::nullopt;
}

void withdraw_reachable(Update& update) {
  for (FamilyRoutes& row : update.reachable) {
    for (AnnouncedNlri& route : row.routes) route.label = Label{};
    update.withdrawn.push_back({row.family, std::move(row.routes), {}, {}, false});
  }
  update.reachable.clear();
}

}  // namespace

std::optional<Notification> decode_routes(const UpdateSections& sections, const SessionContext& context,
                                          Update& update) {
  update.end_of_rib = end_of_rib_family(sections, context);
  if (auto error = decode_withdrawn(sections, context, update)) return error;
  if (auto error = decode_reachable(sections, context, update)) return error;
  // There are more routes than could be found (RFC 7606, 3 (g) and (j)).
  if (sections.repeated_mp || sections.overrun_mp) return update_error(subcode::malformed_attribute_list);
  return std::nullopt;
}

std::optional<Notification> decode_attributes(const UpdateSections& sections, const SessionContext& context,
                                              Update& update) {
  update.attributes = {};
  update.verdict = Verdict::ok;
  update.faults.clear();
  update.foreign_first_as = false;
  AttributeReading reading(sections, context, update);
  if (auto error = reading.read_all()) return error;
  reading.put_together();
  if (update.verdict < Verdict::treat_as_withdraw) return std::nullopt;
  // Nothing says then that all routes have been found (RFC 7606, 5.2).
  if (!sections.announces() && sections.other_attributes) return reading.error();
  withdraw_reachable(update);
  return std::nullopt;
}

std::optional<Notification> decode_update(ByteView body, const SessionContext& context, Update& update) {
  auto split = split_update(body, context);
  if (auto* error = std::get_if<Notification>(&split)) return std::move(*error);
  const UpdateSections& sections = std::get<UpdateSections>(split);
  if (auto error = decode_routes(sections, context, update)) return error;
  return decode_attributes(sections, context, update);
}

PathAttributes attributes_of(const Update& update, const FamilyRoutes& row) {
  PathAttributes attributes = update.attributes;
  attributes.next_hop = row.next_hop;
  attributes.next_hop_link_local = row.next_hop_link_local;
  return attributes;
}

}  // namespace vrfd::bgp
