#include "daemon/bgp/wire/next_hop.h"

#include <algorithm>
#include <array>

namespace vrfd::bgp {

namespace {

constexpr std::size_t rd_octets = 8;
constexpr std::size_t v4_octets = 4;
constexpr std::size_t v6_octets = 16;
constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

void write_address(const IpAddress& address, bool as_v6, ByteWriter& writer) {
  if (as_v6 && address.is_v4()) writer.bytes(mapped_prefix);
  writer.bytes(address.octets());
}

}  // namespace

std::optional<NextHops> decode_mp_next_hop(ByteView octets, Family family) {
  const FamilyRow& row = row_of(family);
  const std::size_t before = row.vpn ? rd_octets : 0;
  const bool v4_too = row.addresses == AddressFamily::ipv4 || row.membership;
  const bool v4 = octets.size() == before + v4_octets && v4_too;
  const bool v6 = octets.size() == before + v6_octets;
  const bool v6_pair = octets.size() == 2 * (before + v6_octets);
  if (!v4 && !v6 && !v6_pair) return std::nullopt;
  ByteReader reader(octets);
  NextHops next_hops;
  reader.skip(before);
  next_hops.address = *IpAddress::from(reader.take(v4 ? v4_octets : v6_octets));
  if (!v6_pair) return next_hops;
  reader.skip(before);
  const IpAddress second = *IpAddress::from(reader.take(v6_octets));
  if (second.is_link_local()) next_hops.link_local = second;
  // A peer without a global address on the link says so with zeros.
  if (next_hops.link_local && next_hops.address.is_unspecified()) next_hops.address = second;
  return next_hops;
}

Bytes encode_mp_next_hop(const PathAttributes& attributes, Family family) {
  const FamilyRow& row = row_of(family);
  const Bytes rd(row.vpn ? rd_octets : 0, 0);
  const bool as_v6 = (row.addresses == AddressFamily::ipv6 && !row.membership) || !attributes.next_hop.is_v4();
  Bytes octets;
  ByteWriter writer(octets);
  writer.bytes(rd);
  write_address(attributes.next_hop, as_v6, writer);
  if (as_v6 && attributes.next_hop_link_local) {
    writer.bytes(rd);
    write_address(*attributes.next_hop_link_local, as_v6, writer);
  }
  return octets;
}

}  // namespace vrfd::bgp
