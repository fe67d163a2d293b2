#include "netlink/hop_codec.h"

#include <linux/lwtunnel.h>
#include <linux/mpls_iptunnel.h>
#include <linux/rtnetlink.h>

namespace vrfd::netlink {

namespace {

constexpr std::uint32_t bottom_of_stack = 0x100;
constexpr unsigned label_shift = 12;

void put_via(MessageWriter& writer, const IpAddress& via) {
  Bytes value(2);
  const std::uint16_t family = family_number(via.family());
  std::memcpy(value.data(), &family, sizeof family);
  ByteWriter(value).bytes(via.octets());
  writer.attribute(RTA_VIA, value);
}

// All but the device, which a member of RTA_MULTIPATH has in its header.
void put_hop(MessageWriter& writer, std::uint8_t family, const ForwardingHop& hop) {
  if (!hop.labels.empty()) {
    if (family == mpls_family)
      writer.attribute(RTA_NEWDST, label_stack(hop.labels));
    else
      put_encapsulation(writer, RTA_ENCAP_TYPE, RTA_ENCAP, hop.labels);
  }
  if (!hop.via) return;
  if (family == family_number(hop.via->family()))
    writer.attribute(RTA_GATEWAY, hop.via->octets());
  else
    put_via(writer, *hop.via);
}

void take_via(Decoder& decoder, ByteView value, HopFields& fields) {
  std::uint16_t family = 0;
  if (value.size() < sizeof family) return decoder.fail("RTA_VIA", "too short");
  std::memcpy(&family, value.data(), sizeof family);
  if (family_from_number(family))
    fields.hop.via = decoder.address("RTA_VIA", value.subspan(sizeof family));
  else
    fields.partial = true;
}

}  // namespace

Bytes label_stack(std::span<const Label> labels) {
  Bytes stack;
  ByteWriter writer(stack);
  for (std::size_t i = 0; i < labels.size(); ++i)
    writer.u32(labels[i].value() << label_shift | (i + 1 == labels.size() ? bottom_of_stack : 0));
  return stack;
}

std::vector<Label> decode_label_stack(Decoder& decoder, std::string_view name, ByteView value) {
  std::vector<Label> labels;
  ByteReader reader(value);
  bool bottom = false;
  while (!reader.empty() && !bottom) {
    const std::uint32_t entry = reader.u32();
    labels.emplace_back(entry >> label_shift);
    bottom = (entry & bottom_of_stack) != 0;
  }
  if (!reader.ok() || !reader.empty() || !bottom) decoder.fail(name, "not a label stack");
  return labels;
}

void put_encapsulation(MessageWriter& writer, std::uint16_t type_attribute, std::uint16_t attribute,
                       std::span<const Label> labels) {
  writer.u16(type_attribute, LWTUNNEL_ENCAP_MPLS);
  // Next-hop objects insist on the flag.
  const std::size_t nest = writer.begin_attribute(attribute | NLA_F_NESTED);
  writer.attribute(MPLS_IPTUNNEL_DST, label_stack(labels));
  writer.end_attribute(nest);
}

void put_hops(MessageWriter& writer, std::uint8_t family, const ForwardingHops& hops) {
  if (hops.size() == 1) {
    put_hop(writer, family, hops.front());
    if (hops.front().device != IfIndex{}) writer.u32(RTA_OIF, hops.front().device.value());
    return;
  }
  if (hops.empty()) return;
  const std::size_t multipath = writer.begin_attribute(RTA_MULTIPATH);
  for (const ForwardingHop& hop : hops) {
    const std::size_t begin = writer.size();
    rtnexthop header{};
    header.rtnh_ifindex = static_cast<int>(hop.device.value());
    writer.structure(header);
    put_hop(writer, family, hop);
    writer.patch_length(begin);
  }
  writer.end_attribute(multipath);
}

void HopFields::take(Decoder& decoder, std::uint16_t type, ByteView value) {
  if (type == RTA_GATEWAY)
    hop.via = decoder.address("RTA_GATEWAY", value);
  else if (type == RTA_VIA)
    take_via(decoder, value, *this);
  else if (type == RTA_OIF)
    hop.device = IfIndex{decoder.u32("RTA_OIF", value)};
  else if (type == RTA_ENCAP_TYPE)
    encapsulation = decoder.u16("RTA_ENCAP_TYPE", value);
  else if (type == RTA_ENCAP)
    encapsulated = value;
  else if (type == RTA_NEWDST)
    hop.labels = decode_label_stack(decoder, "RTA_NEWDST", value);
}

void HopFields::finish(Decoder& decoder) {
  if (encapsulation == LWTUNNEL_ENCAP_NONE) return;
  if (encapsulation != LWTUNNEL_ENCAP_MPLS) {
    partial = true;
    return;
  }
  decoder.each_attribute(encapsulated, [&](std::uint16_t type, ByteView value) {
    if (type == MPLS_IPTUNNEL_DST) hop.labels = decode_label_stack(decoder, "MPLS_IPTUNNEL_DST", value);
  });
}

void decode_multipath(Decoder& decoder, ByteView value, DecodedHops& into) {
  while (decoder.ok() && !value.empty()) {
    rtnexthop header{};
    if (value.size() >= sizeof header) std::memcpy(&header, value.data(), sizeof header);
    if (header.rtnh_len < sizeof header || header.rtnh_len > value.size())
      return decoder.fail("RTA_MULTIPATH", "a next hop of length " + std::to_string(header.rtnh_len));
    HopFields fields;
    fields.hop.device = IfIndex{static_cast<std::uint32_t>(header.rtnh_ifindex)};
    decoder.each_attribute(value.first(header.rtnh_len).subspan(sizeof header),
                           [&](std::uint16_t type, ByteView field) { fields.take(decoder, type, field); });
    fields.finish(decoder);
    into.impaired = into.impaired || is_impaired(header.rtnh_flags);
    into.partial = into.partial || fields.partial;
    into.hops.push_back(std::move(fields.hop));
    value = value.subspan(std::min<std::size_t>(value.size(), RTNH_ALIGN(header.rtnh_len)));
  }
}

bool is_impaired(unsigned hop_flags) { return (hop_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) != 0; }

}  // namespace vrfd::netlink
