#include "daemon/bgp/wire/open.h"

#include <algorithm>

#include "daemon/bgp/wire/capability_table.h"
#include "daemon/bgp/wire/frame.h"
#include "daemon/bgp/wire/notification.h"

namespace vrfd::bgp {

namespace {

constexpr std::uint8_t supported_version = 4;
constexpr std::uint8_t capabilities_parameter = 2;
constexpr std::uint8_t extended_length_mark = 255;  // RFC 9072, 2
constexpr std::uint16_t shortest_hold_time_s = 3;

Notification open_error(std::uint8_t subcode, Bytes data = {}) { return {code::open, subcode, std::move(data)}; }

struct Parameters {
  ByteView octets;
  bool extended = false;
};

// What follows the fixed part: a length and as many octets of parameters, in the form of RFC 4271 or RFC 9072.
std::optional<Parameters> find_parameters(ByteView from_length) {
  ByteReader reader(from_length);
  const std::uint8_t length = reader.u8();
  Parameters parameters;
  if (length != 0 && !reader.empty() && reader.rest().front() == extended_length_mark) {
    reader.skip(1);
    parameters.extended = true;
    parameters.octets = reader.take(reader.u16());
  } else {
    parameters.octets = reader.take(length);
  }
  if (!reader.ok() || !reader.empty()) return std::nullopt;
  return parameters;
}

bool read_capabilities(ByteView octets, Capabilities& into) {
  ByteReader reader(octets);
  while (!reader.empty()) {
    const std::uint8_t code = reader.u8();
    const ByteView value = reader.take(reader.u8());
    if (!reader.ok() || !read_capability(code, value, into)) return false;
  }
  return true;
}

std::optional<Notification> read_parameters(const Parameters& parameters, Capabilities& into) {
  ByteReader reader(parameters.octets);
  while (!reader.empty()) {
    const std::uint8_t type = reader.u8();
    const ByteView value = reader.take(parameters.extended ? reader.u16() : reader.u8());
    if (!reader.ok()) return open_error(subcode::unspecific);
    if (type != capabilities_parameter) return open_error(subcode::unsupported_parameter);
    if (!read_capabilities(value, into)) return open_error(subcode::unspecific);
  }
  return std::nullopt;
}

std::optional<Notification> check(const Open& open) {
  if (open.asn.value() == 0) return open_error(subcode::bad_peer_as);
  if (open.router_id.is_unspecified()) return open_error(subcode::bad_identifier);
  if (open.hold_time_s != 0 && open.hold_time_s < shortest_hold_time_s)
    return open_error(subcode::unacceptable_hold_time);
  return std::nullopt;
}

// Families a side carries: IPv4 unicast unless it says anything else (RFC 4760, 8).
FamilySet offered_families(const Capabilities& capabilities) {
  const bool any_multiprotocol =
      !capabilities.families.empty() || std::any_of(capabilities.unknown.begin(), capabilities.unknown.end(),
                                                    [](const UnknownCapability& row) { return row.code == 1; });
  FamilySet offered = capabilities.families;
  if (!any_multiprotocol) offered.add(Family::ipv4);
  return offered;
}

// The families that `sender` sends with path identifiers and `receiver` takes so (RFC 7911, 4).
FamilySet add_path_from(const Capabilities& sender, const Capabilities& receiver) {
  FamilySet sends;
  FamilySet takes;
  for (const AddPath& row : sender.add_path)
    if (row.send) sends.add(row.family);
  for (const AddPath& row : receiver.add_path)
    if (row.receive) takes.add(row.family);
  return sends & takes;
}

}  // namespace

std::variant<Open, Notification> decode_open(ByteView body) {
  ByteReader reader(body);
  Open open;
  open.version = reader.u8();
  open.asn = Asn{reader.u16()};
  open.hold_time_s = reader.u16();
  open.router_id = IpAddress::v4(reader.u32());
  if (open.version != supported_version) return open_error(subcode::unsupported_version, {0, supported_version});
  const auto parameters = find_parameters(reader.rest());
  if (!parameters) return open_error(subcode::unspecific);
  if (auto error = read_parameters(*parameters, open.capabilities)) return *error;
  if (open.capabilities.four_octet_as && open.asn.value() != 0) open.asn = *open.capabilities.four_octet_as;
  if (auto error = check(open)) return *error;
  return open;
}

Bytes encode(const Open& open) {
  Bytes out;
  const std::size_t start = start_message(MessageType::open, out);
  ByteWriter writer(out);
  writer.u8(open.version);
  writer.u16(static_cast<std::uint16_t>(open.asn.value() > 0xFFFF ? as_trans.value() : open.asn.value()));
  writer.u16(open.hold_time_s);
  writer.bytes(open.router_id.octets().first(4));
  Bytes capabilities;
  write_capabilities(open.capabilities, capabilities);
  const bool extended = capabilities.size() > 0xFF - 2;
  if (capabilities.empty()) {
    writer.u8(0);
  } else if (extended) {
    writer.u16(static_cast<std::uint16_t>(extended_length_mark << 8 | extended_length_mark));
    writer.u16(static_cast<std::uint16_t>(capabilities.size() + 3));
    writer.u8(capabilities_parameter);
    writer.u16(static_cast<std::uint16_t>(capabilities.size()));
  } else {
    writer.u8(static_cast<std::uint8_t>(capabilities.size() + 2));
    writer.u8(capabilities_parameter);
    writer.u8(static_cast<std::uint8_t>(capabilities.size()));
  }
  writer.bytes(capabilities);
  finish_message(start, out);
  return out;
}

SessionContext negotiate(const Open& local, const Open& remote) {
  const Capabilities& ours = local.capabilities;
  const Capabilities& theirs = remote.capabilities;
  SessionContext context;
  context.four_octet_as = ours.four_octet_as && theirs.four_octet_as;
  context.internal = local.asn == remote.asn;
  context.families = offered_families(ours) & offered_families(theirs);
  context.add_path_receive = add_path_from(theirs, ours) & context.families;
  context.add_path_send = add_path_from(ours, theirs) & context.families;
  context.extended_next_hop = ours.extended_next_hop & theirs.extended_next_hop & context.families;
  context.route_refresh = ours.route_refresh && theirs.route_refresh;
  context.enhanced_refresh = ours.enhanced_refresh && theirs.enhanced_refresh;
  context.extended_message = ours.extended_message && theirs.extended_message;
  context.long_lived = theirs.graceful_restart && theirs.long_lived;
  context.local_as = local.asn;
  context.peer_as = remote.asn;
  return context;
}

std::vector<std::string> names_of(const Capabilities& capabilities) {
  std::vector<std::string> names;
  std::vector<Bytes> values;
  for (const CapabilityRow& row : capability_rows()) {
    if (row.code == 1) {
      for (const FamilyRow& family : families)
        if (capabilities.families.has(family.family))
          names.push_back(std::string(row.name) + " " + std::string(family.name));
      continue;
    }
    values.clear();
    if (row.write != nullptr) row.write(capabilities, values);
    if (!values.empty()) names.emplace_back(row.name);
  }
  for (const UnknownCapability& row : capabilities.unknown) names.push_back("capability " + std::to_string(row.code));
  return names;
}

}  // namespace vrfd::bgp
