#include "daemon/bgp/wire/capability_table.h"

#include <algorithm>
#include <array>

namespace vrfd::bgp {

namespace {

constexpr std::uint16_t restart_time_mask = 0x0FFF;
constexpr std::uint8_t restarted_bit = 0x80;
constexpr std::uint8_t notification_bit = 0x40;
constexpr std::uint8_t forwarding_bit = 0x80;
constexpr std::uint16_t ipv6_afi = 2;

bool any(ByteView) { return true; }
bool one_octet(ByteView value) { return value.size() == 1; }
bool four_octets(ByteView value) { return value.size() == 4; }
bool five_octets_or_more(ByteView value) { return value.size() >= 5; }
bool tuples_of_four(ByteView value) { return value.size() % 4 == 0; }
bool tuples_of_six(ByteView value) { return value.size() % 6 == 0; }
bool tuples_of_seven(ByteView value) { return value.size() % 7 == 0; }
bool time_and_tuples_of_four(ByteView value) { return value.size() >= 2 && (value.size() - 2) % 4 == 0; }

void keep_unknown(std::uint8_t code, ByteView value, Capabilities& into) {
  into.unknown.push_back({code, Bytes(value.begin(), value.end())});
}

void write_flag(bool offered, std::vector<Bytes>& values) {
  if (offered) values.emplace_back();
}

std::optional<Family> read_family(ByteReader& reader) {
  const std::uint16_t afi = reader.u16();
  return family_from(afi, reader.u8());
}

void write_family(Family family, ByteWriter& writer) {
  writer.u16(row_of(family).afi);
  writer.u8(row_of(family).safi);
}

// RFC 4760, 8: AFI, a reserved octet, SAFI.
void read_multiprotocol(ByteView value, Capabilities& into) {
  ByteReader reader(value);
  const std::uint16_t afi = reader.u16();
  reader.skip(1);
  const auto family = family_from(afi, reader.u8());
  if (family)
    into.families.add(*family);
  else
    keep_unknown(1, value, into);
}

void write_multiprotocol(const Capabilities& from, std::vector<Bytes>& values) {
  for (const FamilyRow& row : families) {
    if (!from.families.has(row.family)) continue;
    ByteWriter writer(values.emplace_back());
    writer.u16(row.afi);
    writer.u8(0);
    writer.u8(row.safi);
  }
}

// RFC 8950, 4: triples of AFI, SAFI and the AFI of the next hop, two octets each.
void read_extended_next_hop(ByteView value, Capabilities& into) {
  ByteReader reader(value);
  while (!reader.empty()) {
    const std::uint16_t afi = reader.u16();
    const std::uint16_t safi = reader.u16();
    const std::uint16_t next_hop = reader.u16();
    const auto family = safi <= 0xFF ? family_from(afi, static_cast<std::uint8_t>(safi)) : std::nullopt;
    if (family && next_hop == ipv6_afi) into.extended_next_hop.add(*family);
  }
}

void write_extended_next_hop(const Capabilities& from, std::vector<Bytes>& values) {
  if (from.extended_next_hop.empty()) return;
  ByteWriter writer(values.emplace_back());
  for (const FamilyRow& row : families) {
    if (!from.extended_next_hop.has(row.family)) continue;
    writer.u16(row.afi);
    writer.u16(row.safi);
    writer.u16(ipv6_afi);
  }
}

// RFC 4724, 3: flags and time, then AFI, SAFI, flags. The first instance counts.
void read_graceful_restart(ByteView value, Capabilities& into) {
  if (into.graceful_restart) return;
  ByteReader reader(value);
  GracefulRestartCapability restart;
  const std::uint16_t word = reader.u16();
  restart.restarted = (word >> 8 & restarted_bit) != 0;
  restart.notification = (word >> 8 & notification_bit) != 0;
  restart.restart_time_s = word & restart_time_mask;
  while (!reader.empty()) {
    const auto family = read_family(reader);
    const bool preserved = (reader.u8() & forwarding_bit) != 0;
    if (family) restart.families.push_back({*family, preserved});
  }
  into.graceful_restart = std::move(restart);
}

void write_graceful_restart(const Capabilities& from, std::vector<Bytes>& values) {
  if (!from.graceful_restart) return;
  const GracefulRestartCapability& restart = *from.graceful_restart;
  const unsigned flags = (restart.restarted ? restarted_bit : 0u) | (restart.notification ? notification_bit : 0u);
  ByteWriter writer(values.emplace_back());
  writer.u16(static_cast<std::uint16_t>(flags << 8 | (restart.restart_time_s & restart_time_mask)));
  for (const auto& row : restart.families) {
    write_family(row.family, writer);
    writer.u8(row.forwarding_preserved ? forwarding_bit : 0);
  }
}

// RFC 9234, 4.2: several alike are one. A value that is not assigned fits no role.
void read_role(ByteView value, Capabilities& into) {
  const bool known = value[0] <= static_cast<std::uint8_t>(Role::peer);
  const Role role{known ? value[0] : std::uint8_t{0}};
  if (!known || (into.role && *into.role != role)) into.contradicting_roles = true;
  if (known && !into.role) into.role = role;
}

void write_role(const Capabilities& from, std::vector<Bytes>& values) {
  if (from.role) ByteWriter(values.emplace_back()).u8(static_cast<std::uint8_t>(*from.role));
}

// RFC 9494, 3: AFI, SAFI, flags, 24 bits of seconds. The first instance counts.
void read_long_lived(ByteView value, Capabilities& into) {
  if (into.long_lived) return;
  ByteReader reader(value);
  LongLivedCapability capability;
  while (!reader.empty()) {
    const auto family = read_family(reader);
    const std::uint32_t word = reader.u32();
    if (family) capability.families.push_back({*family, (word >> 24 & forwarding_bit) != 0, word & 0xFFFFFF});
  }
  into.long_lived = std::move(capability);
}

void write_long_lived(const Capabilities& from, std::vector<Bytes>& values) {
  if (!from.long_lived) return;
  ByteWriter writer(values.emplace_back());
  for (const auto& row : from.long_lived->families) {
    write_family(row.family, writer);
    writer.u32((row.forwarding_preserved ? std::uint32_t{forwarding_bit} << 24 : 0u) | (row.stale_time_s & 0xFFFFFF));
  }
}

void read_four_octet_as(ByteView value, Capabilities& into) {
  if (!into.four_octet_as) into.four_octet_as = Asn{ByteReader(value).u32()};
}

void write_four_octet_as(const Capabilities& from, std::vector<Bytes>& values) {
  if (from.four_octet_as) ByteWriter(values.emplace_back()).u32(from.four_octet_as->value());
}

// RFC 7911, 4: AFI, SAFI, 1 receive, 2 send, 3 both; other values are as if not there.
void read_add_path(ByteView value, Capabilities& into) {
  ByteReader reader(value);
  while (!reader.empty()) {
    const auto family = read_family(reader);
    const std::uint8_t mode = reader.u8();
    if (!family || mode < 1 || mode > 3) continue;
    const auto known = std::find_if(into.add_path.begin(), into.add_path.end(),
                                    [&](const AddPath& row) { return row.family == *family; });
    if (known == into.add_path.end()) into.add_path.push_back({*family, (mode & 1) != 0, (mode & 2) != 0});
  }
}

void write_add_path(const Capabilities& from, std::vector<Bytes>& values) {
  if (from.add_path.empty()) return;
  ByteWriter writer(values.emplace_back());
  for (const AddPath& row : from.add_path) {
    write_family(row.family, writer);
    writer.u8(static_cast<std::uint8_t>((row.receive ? 1 : 0) | (row.send ? 2 : 0)));
  }
}

// In the order in which they are announced.
constexpr std::array rows{
    CapabilityRow{1, "multiprotocol", BadValue::refuses_open, four_octets, read_multiprotocol, write_multiprotocol},
    CapabilityRow{2, "route_refresh", BadValue::passed_over, any,
                  [](ByteView, Capabilities& into) { into.route_refresh = true; },
                  [](const Capabilities& from, std::vector<Bytes>& out) { write_flag(from.route_refresh, out); }},
    CapabilityRow{3, "outbound_route_filtering", BadValue::refuses_open, five_octets_or_more,
                  [](ByteView value, Capabilities& into) { keep_unknown(3, value, into); }, nullptr},
    CapabilityRow{5, "extended_next_hop", BadValue::passed_over, tuples_of_six, read_extended_next_hop,
                  write_extended_next_hop},
    CapabilityRow{6, "extended_message", BadValue::passed_over, any,
                  [](ByteView, Capabilities& into) { into.extended_message = true; },
                  [](const Capabilities& from, std::vector<Bytes>& out) { write_flag(from.extended_message, out); }},
    CapabilityRow{9, "role", BadValue::passed_over, one_octet, read_role, write_role},
    CapabilityRow{64, "graceful_restart", BadValue::refuses_open, time_and_tuples_of_four, read_graceful_restart,
                  write_graceful_restart},
    CapabilityRow{65, "four_octet_as", BadValue::refuses_open, four_octets, read_four_octet_as, write_four_octet_as},
    CapabilityRow{69, "add_path", BadValue::passed_over, tuples_of_four, read_add_path, write_add_path},
    CapabilityRow{70, "enhanced_route_refresh", BadValue::passed_over, any,
                  [](ByteView, Capabilities& into) { into.enhanced_refresh = true; },
                  [](const Capabilities& from, std::vector<Bytes>& out) { write_flag(from.enhanced_refresh, out); }},
    CapabilityRow{71, "long_lived_graceful_restart", BadValue::passed_over, tuples_of_seven, read_long_lived,
                  write_long_lived},
};

void write_capability(std::uint8_t code, ByteView value, Bytes& out) {
  if (value.size() > 0xFF) return;
  ByteWriter writer(out);
  writer.u8(code);
  writer.u8(static_cast<std::uint8_t>(value.size()));
  writer.bytes(value);
}

}  // namespace

std::span<const CapabilityRow> capability_rows() { return rows; }

bool read_capability(std::uint8_t code, ByteView value, Capabilities& into) {
  const auto* row = std::find_if(rows.begin(), rows.end(), [&](const CapabilityRow& r) { return r.code == code; });
  if (row == rows.end()) {
    keep_unknown(code, value, into);
    return true;
  }
  if (row->well_formed(value)) {
    row->read(value, into);
    return true;
  }
  if (row->bad_value == BadValue::refuses_open) return false;
  keep_unknown(code, value, into);
  return true;
}

void write_capabilities(const Capabilities& from, Bytes& out) {
  std::vector<Bytes> values;
  for (const CapabilityRow& row : rows) {
    values.clear();
    if (row.write != nullptr) row.write(from, values);
    for (const Bytes& value : values) write_capability(row.code, value, out);
  }
  for (const UnknownCapability& capability : from.unknown) write_capability(capability.code, capability.value, out);
}

}  // namespace vrfd::bgp
