#include "netlink/link_codec.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

namespace vrfd::netlink {

namespace {

std::size_t finished(const MessageWriter& writer) { return writer.ok() ? writer.size() : 0; }

void decode_kind(Decoder& decoder, ByteView value, Link& link) {
  ByteView specific;
  decoder.each_attribute(value, [&](std::uint16_t type, ByteView field) {
    if (type == IFLA_INFO_KIND) link.kind = decoder.text(field);
    if (type == IFLA_INFO_DATA) specific = field;
  });
  if (link.kind != "vrf") return;
  decoder.each_attribute(specific, [&](std::uint16_t type, ByteView field) {
    if (type == IFLA_VRF_TABLE) link.vrf_table = TableId{decoder.u32("IFLA_VRF_TABLE", field)};
  });
}

void decode_properties(Decoder& decoder, ByteView value, Link& link) {
  decoder.each_attribute(value, [&](std::uint16_t type, ByteView field) {
    if (type == IFLA_ALT_IFNAME) link.alternative_names.push_back(decoder.text(field));
  });
}

void take(Decoder& decoder, std::uint16_t type, ByteView value, Link& link) {
  switch (type) {
    case IFLA_IFNAME:
      link.name = decoder.text(value);
      break;
    case IFLA_CARRIER:
      link.carrier = decoder.u8("IFLA_CARRIER", value) != 0;
      break;
    case IFLA_MASTER:
      link.master = IfIndex{decoder.u32("IFLA_MASTER", value)};
      break;
    case IFLA_MTU:
      link.mtu = decoder.u32("IFLA_MTU", value);
      break;
    case IFLA_IFALIAS:
      link.alias = decoder.text(value);
      break;
    case IFLA_LINKINFO:
      decode_kind(decoder, value, link);
      break;
    case IFLA_PROP_LIST:
      decode_properties(decoder, value, link);
      break;
    default:
      break;
  }
}

}  // namespace

std::size_t encode_link_dump(std::span<std::uint8_t> space, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, sequence);
  writer.structure(ifinfomsg{});
  writer.u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  return finished(writer);
}

std::size_t encode_link_lookup(std::span<std::uint8_t> space, std::string_view name, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_GETLINK, NLM_F_REQUEST, sequence);
  writer.structure(ifinfomsg{});
  writer.u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  writer.text(IFLA_IFNAME, name);
  return finished(writer);
}

std::size_t encode_alternative_name(std::span<std::uint8_t> space, IfIndex link, std::string_view name,
                                    std::uint32_t sequence) {
  MessageWriter writer(space, RTM_NEWLINKPROP, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, sequence);
  ifinfomsg header{};
  header.ifi_index = static_cast<int>(link.value());
  writer.structure(header);
  const std::size_t properties = writer.begin_attribute(IFLA_PROP_LIST | NLA_F_NESTED);
  writer.text(IFLA_ALT_IFNAME, name);
  writer.end_attribute(properties);
  return finished(writer);
}

std::size_t encode_vrf_probe(std::span<std::uint8_t> space, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL, sequence);
  writer.structure(ifinfomsg{});
  const std::size_t kind = writer.begin_attribute(IFLA_LINKINFO | NLA_F_NESTED);
  writer.text(IFLA_INFO_KIND, "vrf");
  writer.end_attribute(kind);
  return finished(writer);
}

Result<Link> decode_link(ByteView body) {
  Decoder decoder("link", body);
  const auto header = decoder.header<ifinfomsg>("ifinfomsg");
  Link link;
  link.index = IfIndex{static_cast<std::uint32_t>(header.ifi_index)};
  link.up = (header.ifi_flags & IFF_UP) != 0;
  link.loopback = (header.ifi_flags & IFF_LOOPBACK) != 0;
  link.no_arp = (header.ifi_flags & IFF_NOARP) != 0;
  link.carrier = (header.ifi_flags & IFF_LOWER_UP) != 0;
  decoder.each_attribute([&](std::uint16_t type, ByteView value) { take(decoder, type, value, link); });
  if (link.index == IfIndex{}) decoder.fail("ifi_index", "0");
  if (!decoder.ok()) return decoder.error();
  return link;
}

bool is_bridge_port_message(ByteView body) { return !body.empty() && body.front() == AF_BRIDGE; }

}  // namespace vrfd::netlink
