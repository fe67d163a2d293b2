#include "daemon/bgp/wire/nlri.h"

#include <algorithm>
#include <array>

#include "vrf/types/target_membership.h"

namespace vrfd::bgp {

namespace {

constexpr unsigned label_bits = 24;
constexpr unsigned rd_bits = 64;
constexpr std::uint32_t bottom_of_stack = 1;
constexpr std::uint32_t withdrawn_label = 0x800000;  // RFC 8277, 2.4

unsigned bits_before_prefix(const FamilyRow& row) { return (row.labelled ? label_bits : 0) + (row.vpn ? rd_bits : 0); }

IpAddress address_from(ByteView octets, AddressFamily family) {
  std::array<std::uint8_t, 16> padded{};
  std::copy(octets.begin(), octets.end(), padded.begin());
  return *IpAddress::from(ByteView(padded).first(octets_of(family)));
}

// The longest prefix of the family itself.
unsigned prefix_limit(const FamilyRow& row) { return row.membership ? membership_bits : bits_of(row.addresses); }

// The labels before the prefix of labelled unicast: one, whatever its S bit (RFC 8277, 2.2), where the route is not too
// long for that and no more were agreed on; else up to the one with the S bit. A peer that never sets it sends one.
unsigned labels_in(ByteView octets, unsigned bits, const NlriForm& form) {
  if (!form.several_labels && bits <= label_bits + prefix_limit(row_of(form.family))) return 1;
  ByteReader reader(octets);
  for (unsigned count = 1; count * label_bits <= bits; ++count) {
    const std::uint32_t label = reader.u24();
    if ((label & bottom_of_stack) != 0 || label == withdrawn_label || label == 0) return count;
  }
  return 1;
}

// What stands before the prefix, in bits; no more than there are, or one label too many.
unsigned read_head(ByteView octets, unsigned bits, const NlriForm& form, AnnouncedNlri& route) {
  const FamilyRow& row = row_of(form.family);
  if (!row.labelled || bits < bits_before_prefix(row)) return bits_before_prefix(row);
  ByteReader reader(octets);
  if (form.use == NlriUse::announce) route.label = Label{reader.u24() >> 4};
  if (!row.vpn) return labels_in(octets, bits, form) * label_bits;
  route.nlri.rd = RouteDistinguisher(ByteReader(octets.subspan(label_bits / 8)).u64());
  return bits_before_prefix(row);
}

NlriReading read_route(ByteReader& reader, const NlriForm& form, AnnouncedNlri& route) {
  const FamilyRow& row = row_of(form.family);
  if (form.path_ids) route.path_id = reader.u32();
  const unsigned bits = reader.u8();
  const ByteView octets = reader.take((bits + 7) / 8);
  if (!reader.ok()) return NlriReading::malformed;
  const unsigned before = read_head(octets, bits, form, route);
  if (bits < before || bits > before + prefix_limit(row)) return NlriReading::malformed;
  route.nlri.prefix = *Prefix::from(address_from(octets.subspan(before / 8), row.addresses), bits - before);
  return before == bits_before_prefix(row) ? NlriReading::good : NlriReading::several_labels;
}

// IPv4 without path identifiers: nearly all routes there are.
bool decode_plain_ipv4(ByteView octets, std::vector<AnnouncedNlri>& routes) {
  const std::uint8_t* at = octets.data();
  const std::uint8_t* const end = at + octets.size();
  while (at != end) {
    const unsigned bits = *at++;
    const unsigned size = (bits + 7) / 8;
    if (bits > 32 || static_cast<std::size_t>(end - at) < size) return false;
    std::uint32_t address = 0;
    for (unsigned i = 0; i != size; ++i) address |= static_cast<std::uint32_t>(at[i]) << (24 - 8 * i);
    at += size;
    routes.emplace_back().nlri.prefix = *Prefix::from(IpAddress::v4(address), bits);
  }
  return true;
}

// Writes one route; returns its size.
std::size_t write_route(const AnnouncedNlri& route, const NlriForm& form, Bytes& out) {
  const FamilyRow& row = row_of(form.family);
  const std::size_t before = out.size();
  ByteWriter writer(out);
  if (form.path_ids) writer.u32(route.path_id);
  const unsigned bits = route.nlri.prefix.length();
  writer.u8(static_cast<std::uint8_t>(bits_before_prefix(row) + bits));
  if (row.labelled)
    writer.u24(form.use == NlriUse::withdraw ? withdrawn_label : route.label.value() << 4 | bottom_of_stack);
  if (row.vpn) writer.u64(route.nlri.rd.octets());
  writer.bytes(route.nlri.prefix.address().octets().first((bits + 7) / 8));
  return out.size() - before;
}

}  // namespace

NlriReading decode_nlri(ByteView octets, const NlriForm& form, std::vector<AnnouncedNlri>& routes) {
  if (form.family == Family::ipv4 && !form.path_ids)
    return decode_plain_ipv4(octets, routes) ? NlriReading::good : NlriReading::malformed;
  ByteReader reader(octets);
  NlriReading worst = NlriReading::good;
  while (!reader.empty()) {
    AnnouncedNlri route;
    worst = std::max(worst, read_route(reader, form, route));
    if (worst == NlriReading::malformed) return worst;
    if (!row_of(form.family).membership || is_membership(route.nlri.prefix)) routes.push_back(route);
  }
  return worst;
}

std::size_t encode_nlri(std::span<const AnnouncedNlri> routes, const NlriForm& form, std::size_t space, Bytes& out) {
  std::size_t count = 0;
  while (count != routes.size()) {
    const std::size_t size = write_route(routes[count], form, out);
    if (size > space) {
      out.resize(out.size() - size);
      break;
    }
    space -= size;
    ++count;
  }
  return count;
}

}  // namespace vrfd::bgp
