#include "netlink/nexthop_codec.h"

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "netlink/hop_codec.h"

namespace vrfd::netlink {

namespace {

std::size_t finished(const MessageWriter& writer) { return writer.ok() ? writer.size() : 0; }

std::uint8_t family_of(const NextHopObject& object) {
  if (!object.members.empty()) return AF_UNSPEC;
  return family_number(object.hop.via ? object.hop.via->family() : object.family);
}

void put_group(MessageWriter& writer, const std::vector<NextHopObjectId>& members) {
  const std::size_t group = writer.begin_attribute(NHA_GROUP);
  for (const NextHopObjectId member : members) {
    nexthop_grp entry{};
    entry.id = member.value();
    writer.structure(entry);
  }
  writer.end_attribute(group);
}

void put_single(MessageWriter& writer, const ForwardingHop& hop) {
  if (hop.device != IfIndex{}) writer.u32(NHA_OIF, hop.device.value());
  if (hop.via) writer.attribute(NHA_GATEWAY, hop.via->octets());
  if (!hop.labels.empty()) put_encapsulation(writer, NHA_ENCAP_TYPE, NHA_ENCAP, hop.labels);
}

void decode_group(Decoder& decoder, ByteView value, NextHopObject& object) {
  while (!value.empty()) {
    nexthop_grp entry{};
    if (value.size() < sizeof entry) return decoder.fail("NHA_GROUP", "not a whole number of members");
    std::memcpy(&entry, value.data(), sizeof entry);
    object.members.emplace_back(entry.id);
    value = value.subspan(sizeof entry);
  }
}

void take(Decoder& decoder, std::uint16_t type, ByteView value, NextHopObject& object, HopFields& fields) {
  switch (type) {
    case NHA_ID:
      object.id = NextHopObjectId{decoder.u32("NHA_ID", value)};
      break;
    case NHA_GROUP:
      decode_group(decoder, value, object);
      break;
    case NHA_BLACKHOLE:
      object.blackhole = true;
      break;
    case NHA_OIF:
      fields.hop.device = IfIndex{decoder.u32("NHA_OIF", value)};
      break;
    case NHA_GATEWAY:
      fields.hop.via = decoder.address("NHA_GATEWAY", value);
      break;
    case NHA_ENCAP_TYPE:
      fields.encapsulation = decoder.u16("NHA_ENCAP_TYPE", value);
      break;
    case NHA_ENCAP:
      fields.encapsulated = value;
      break;
    default:
      break;
  }
}

}  // namespace

std::size_t encode_next_hop_replace(std::span<std::uint8_t> space, const NextHopObject& object,
                                    std::uint32_t sequence) {
  MessageWriter writer(space, RTM_NEWNEXTHOP, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE, sequence);
  nhmsg header{};
  header.nh_family = family_of(object);
  header.nh_protocol = object.protocol;
  writer.structure(header);
  writer.u32(NHA_ID, object.id.value());
  if (object.blackhole)
    writer.attribute(NHA_BLACKHOLE, {});
  else if (!object.members.empty())
    put_group(writer, object.members);
  else
    put_single(writer, object.hop);
  return finished(writer);
}

std::size_t encode_next_hop_delete(std::span<std::uint8_t> space, NextHopObjectId id, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_DELNEXTHOP, NLM_F_REQUEST, sequence);
  writer.structure(nhmsg{});
  writer.u32(NHA_ID, id.value());
  return finished(writer);
}

std::size_t encode_next_hop_dump(std::span<std::uint8_t> space, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_GETNEXTHOP, NLM_F_REQUEST | NLM_F_DUMP, sequence);
  writer.structure(nhmsg{});
  return finished(writer);
}

std::size_t encode_next_hop_get(std::span<std::uint8_t> space, NextHopObjectId id, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_GETNEXTHOP, NLM_F_REQUEST, sequence);
  writer.structure(nhmsg{});
  writer.u32(NHA_ID, id.value());
  return finished(writer);
}

Result<NextHopObject> decode_next_hop(ByteView body) {
  Decoder decoder("next-hop", body);
  const auto header = decoder.header<nhmsg>("nhmsg");
  NextHopObject object;
  object.protocol = header.nh_protocol;
  object.family = family_from_number(header.nh_family).value_or(AddressFamily::ipv4);
  HopFields fields;
  decoder.each_attribute([&](std::uint16_t type, ByteView value) { take(decoder, type, value, object, fields); });
  fields.finish(decoder);
  if (object.id == NextHopObjectId{}) decoder.fail("NHA_ID", "missing");
  if (!decoder.ok()) return decoder.error();
  object.impaired = is_impaired(header.nh_flags);
  object.partial = fields.partial;
  object.hop = std::move(fields.hop);
  return object;
}

}  // namespace vrfd::netlink
