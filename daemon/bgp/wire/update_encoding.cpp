#include "daemon/bgp/wire/attribute_table.h"
#include "daemon/bgp/wire/frame.h"
#include "daemon/bgp/wire/next_hop.h"
#include "daemon/bgp/wire/nlri.h"
#include "daemon/bgp/wire/update.h"

namespace vrfd::bgp {

namespace {

// Withdrawn routes length and total path attribute length.
constexpr std::size_t length_fields = 4;
// Flags, type and a length of two octets.
constexpr std::size_t long_attribute_header = 4;

void write_attribute(std::uint8_t flags, std::uint8_t type, ByteView value, Bytes& out) {
  ByteWriter writer(out);
  const bool is_long = value.size() > 0xFF;
  writer.u8(static_cast<std::uint8_t>(is_long ? flags | flag::extended_length : flags));
  writer.u8(type);
  if (is_long)
    writer.u16(static_cast<std::uint16_t>(value.size()));
  else
    writer.u8(static_cast<std::uint8_t>(value.size()));
  writer.bytes(value);
}

// RFC 4271, 5: what was passed on without being understood is marked so. ONLY_TO_CUSTOMER is understood.
std::uint8_t partial_bit_of(std::uint8_t type) { return type == attribute::only_to_customer ? 0 : flag::partial; }

// Puts a length of two octets in front of what is written after it.
class LengthField {
 public:
  explicit LengthField(Bytes& out) : out_(out), position_(out.size()) { ByteWriter(out_).u16(0); }
  void close() { ByteWriter(out_).patch_u16(position_, static_cast<std::uint16_t>(out_.size() - position_ - 2)); }

 private:
  Bytes& out_;
  std::size_t position_;
};

void start_mp_attribute(std::uint8_t type, Bytes& out) {
  ByteWriter writer(out);
  writer.u8(flag::optional | flag::extended_length);
  writer.u8(type);
}

void write_family(Family family, Bytes& out) {
  ByteWriter writer(out);
  writer.u16(row_of(family).afi);
  writer.u8(row_of(family).safi);
}

NlriForm form_of(Family family, NlriUse use, const SessionContext& context) {
  return {family, context.add_path_send.has(family), use};
}

// One message with the first of `routes` in the NLRI field; returns how many went in.
std::size_t write_plain(const AttributeBlock& block, std::span<const AnnouncedNlri> routes,
                        const SessionContext& context, Bytes& out) {
  const std::size_t start = start_message(MessageType::update, out);
  ByteWriter writer(out);
  writer.u16(0);
  writer.u16(static_cast<std::uint16_t>(block.octets.size()));
  writer.bytes(block.octets);
  const std::size_t space = message_limit_of(context) - (out.size() - start);
  const std::size_t count = encode_nlri(routes, form_of(Family::ipv4, NlriUse::announce, context), space, out);
  finish_message(start, out);
  return count;
}

// The same in MP_REACH_NLRI, which comes first (RFC 7606, 5.1).
std::size_t write_mp_reach(Family family, const AttributeBlock& block, std::span<const AnnouncedNlri> routes,
                           const SessionContext& context, Bytes& out) {
  const std::size_t start = start_message(MessageType::update, out);
  ByteWriter writer(out);
  writer.u16(0);
  LengthField attributes(out);
  start_mp_attribute(attribute::mp_reach_nlri, out);
  LengthField reach(out);
  write_family(family, out);
  writer.u8(static_cast<std::uint8_t>(block.mp_next_hop.size()));
  writer.bytes(block.mp_next_hop);
  writer.u8(0);
  const std::size_t space = message_limit_of(context) - (out.size() - start) - block.octets.size();
  const std::size_t count = encode_nlri(routes, form_of(family, NlriUse::announce, context), space, out);
  reach.close();
  writer.bytes(block.octets);
  attributes.close();
  finish_message(start, out);
  return count;
}

std::size_t write_withdrawn(std::span<const AnnouncedNlri> routes, const SessionContext& context, Bytes& out) {
  const std::size_t start = start_message(MessageType::update, out);
  LengthField withdrawn(out);
  const std::size_t space = message_limit_of(context) - (out.size() - start) - 2;
  const std::size_t count = encode_nlri(routes, form_of(Family::ipv4, NlriUse::withdraw, context), space, out);
  withdrawn.close();
  ByteWriter(out).u16(0);
  finish_message(start, out);
  return count;
}

std::size_t write_mp_unreach(Family family, std::span<const AnnouncedNlri> routes, const SessionContext& context,
                             Bytes& out) {
  const std::size_t start = start_message(MessageType::update, out);
  ByteWriter(out).u16(0);
  LengthField attributes(out);
  start_mp_attribute(attribute::mp_unreach_nlri, out);
  LengthField unreach(out);
  write_family(family, out);
  const std::size_t space = message_limit_of(context) - (out.size() - start);
  const std::size_t count = encode_nlri(routes, form_of(family, NlriUse::withdraw, context), space, out);
  unreach.close();
  attributes.close();
  finish_message(start, out);
  return count;
}

bool one_route_fits(const AttributeBlock& block, const SessionContext& context) {
  const std::size_t mp = block.mp_next_hop.empty() ? 0 : long_attribute_header + 5 + block.mp_next_hop.size();
  const std::size_t needed = header_octets + length_fields + block.octets.size() + mp + nlri_limit;
  return needed <= message_limit_of(context);
}

}  // namespace

AttributeBlock encode_attributes(const PathAttributes& attributes, Family family, const SessionContext& context) {
  AttributeBlock block;
  const bool plain = family == Family::ipv4 && attributes.next_hop.is_v4();
  if (!plain) block.mp_next_hop = encode_mp_next_hop(attributes, family);
  auto unknown = attributes.unknown.begin();
  const auto write_unknown_before = [&](unsigned type) {
    for (; unknown != attributes.unknown.end() && unknown->type < type; ++unknown)
      write_attribute(unknown->flags | partial_bit_of(unknown->type), unknown->type, unknown->value, block.octets);
  };
  Bytes value;
  for (const AttributeRow& row : attribute_rows()) {
    write_unknown_before(row.type);
    const bool unwanted = (row.internal_only && !context.internal) || (row.type == attribute::next_hop && !plain);
    value.clear();
    if (row.write == nullptr || unwanted || !row.write(attributes, context, value)) continue;
    write_attribute(row.flags, row.type, value, block.octets);
  }
  write_unknown_before(256);
  return block;
}

bool encode_reachable(Family family, const AttributeBlock& block, std::span<const AnnouncedNlri> routes,
                      const SessionContext& context, Bytes& out) {
  if (!one_route_fits(block, context)) return routes.empty();
  while (!routes.empty())
    routes = routes.subspan(block.mp_next_hop.empty() ? write_plain(block, routes, context, out)
                                                      : write_mp_reach(family, block, routes, context, out));
  return true;
}

void encode_unreachable(Family family, std::span<const AnnouncedNlri> routes, const SessionContext& context,
                        Bytes& out) {
  while (!routes.empty())
    routes = routes.subspan(family == Family::ipv4 ? write_withdrawn(routes, context, out)
                                                   : write_mp_unreach(family, routes, context, out));
}

void encode_end_of_rib(Family family, Bytes& out) {
  if (family == Family::ipv4)
    write_withdrawn({}, {}, out);
  else
    write_mp_unreach(family, {}, {}, out);
}

}  // namespace vrfd::bgp
