#include "daemon/bgp/wire/update_sections.h"

#include "daemon/bgp/wire/attribute_table.h"
#include "daemon/bgp/wire/notification.h"

namespace vrfd::bgp {

namespace {

bool is_mp(std::uint8_t type) { return type == attribute::mp_reach_nlri || type == attribute::mp_unreach_nlri; }

// AFI and SAFI, which both attributes start with.
MpSection read_family(ByteReader& reader, const SessionContext& context) {
  MpSection section;
  section.afi = reader.u16();
  section.safi = reader.u8();
  section.family = family_from(section.afi, section.safi);
  if (section.family && !context.families.has(*section.family)) section.family.reset();
  return section;
}

// RFC 4760, 3: next hop with its length, a reserved octet, NLRI. Of a family to be ignored, what does not look so is
// ignored too.
std::optional<MpSection> read_reach(ByteView value, const SessionContext& context) {
  ByteReader reader(value);
  MpSection section = read_family(reader, context);
  if (!reader.ok()) return std::nullopt;
  section.next_hop = reader.take(reader.u8());
  reader.skip(1);
  section.nlri = reader.rest();
  if (!reader.ok() && section.family) return std::nullopt;
  return section;
}

std::optional<MpSection> read_unreach(ByteView value, const SessionContext& context) {
  ByteReader reader(value);
  MpSection section = read_family(reader, context);
  section.nlri = reader.rest();
  if (!reader.ok()) return std::nullopt;
  return section;
}

std::optional<Notification> take_mp(const RawAttribute& attribute, const SessionContext& context,
                                    UpdateSections& sections) {
  const bool is_reach = attribute.type == attribute::mp_reach_nlri;
  std::optional<MpSection>& section = is_reach ? sections.reach : sections.unreach;
  if (section) {
    sections.repeated_mp = true;
    return std::nullopt;
  }
  section = is_reach ? read_reach(attribute.value, context) : read_unreach(attribute.value, context);
  if (!section) return update_error(subcode::optional_attribute, attribute.whole);
  section->whole = attribute.whole;
  return std::nullopt;
}

// Finds the MP attributes and the blocks between them.
std::optional<Notification> find_mp(const SessionContext& context, UpdateSections& sections) {
  AttributeWalk walk(sections.attributes);
  const std::uint8_t* block_start = sections.attributes.data();
  std::size_t blocks = 0;
  RawAttribute attribute;
  while (walk.next(attribute)) {
    if (attribute.type != attribute::mp_unreach_nlri) sections.other_attributes = true;
    if (!is_mp(attribute.type)) continue;
    if (auto error = take_mp(attribute, context, sections)) return error;
    if (sections.repeated_mp) break;
    sections.attribute_blocks[blocks++] = ByteView(block_start, attribute.whole.data());
    block_start = attribute.whole.data() + attribute.whole.size();
  }
  sections.attribute_blocks[blocks] = ByteView(block_start, sections.attributes.data() + sections.attributes.size());
  sections.overrun_mp = walk.overrun() && is_mp(*walk.overrun());
  if (walk.truncated()) sections.other_attributes = true;
  return std::nullopt;
}

void append(ByteView octets, Bytes& key) { key.insert(key.end(), octets.begin(), octets.end()); }

}  // namespace

bool AttributeWalk::next(RawAttribute& attribute) {
  if (rest_.empty()) return false;
  ByteReader reader(rest_);
  attribute.flags = reader.u8();
  attribute.type = reader.u8();
  const std::size_t length = (attribute.flags & flag::extended_length) != 0 ? reader.u16() : reader.u8();
  const bool whole_header = reader.ok();
  attribute.value = reader.take(length);
  if (!reader.ok()) {
    truncated_ = true;
    if (whole_header) overrun_ = attribute.type;
    return false;
  }
  attribute.whole = rest_.first(rest_.size() - reader.remaining());
  rest_ = reader.rest();
  return true;
}

std::variant<UpdateSections, Notification> split_update(ByteView body, const SessionContext& context) {
  ByteReader reader(body);
  UpdateSections sections;
  sections.withdrawn = reader.take(reader.u16());
  sections.attributes = reader.take(reader.u16());
  sections.nlri = reader.rest();
  if (!reader.ok()) return update_error(subcode::malformed_attribute_list);
  if (auto error = find_mp(context, sections)) return *error;
  return sections;
}

// NEXT_HOP counts only where the NLRI field has routes, so that belongs to the key (RFC 4760, 3).
void attribute_key(const UpdateSections& sections, Bytes& key) {
  key.clear();
  key.push_back(static_cast<std::uint8_t>((sections.nlri.empty() ? 0 : 1) | (sections.reach ? 2 : 0)));
  if (sections.reach) {
    ByteWriter writer(key);
    writer.u16(sections.reach->afi);
    writer.u8(sections.reach->safi);
    writer.u8(static_cast<std::uint8_t>(sections.reach->next_hop.size()));
    append(sections.reach->next_hop, key);
  }
  for (const ByteView block : sections.attribute_blocks) append(block, key);
}

}  // namespace vrfd::bgp
