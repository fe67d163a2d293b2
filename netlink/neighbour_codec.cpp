#include "netlink/neighbour_codec.h"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

namespace vrfd::netlink {

namespace {

// Those in which the link-layer address may be used.
constexpr unsigned usable_states = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY;

ndmsg header_for(IfIndex device, const IpAddress& address) {
  ndmsg header{};
  header.ndm_family = family_number(address.family());
  header.ndm_ifindex = static_cast<int>(device.value());
  return header;
}

std::size_t finished(const MessageWriter& writer) { return writer.ok() ? writer.size() : 0; }

}  // namespace

std::size_t encode_neighbour_replace(std::span<std::uint8_t> space, const Neighbour& neighbour,
                                     std::uint32_t sequence) {
  MessageWriter writer(space, RTM_NEWNEIGH, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE, sequence);
  ndmsg header = header_for(neighbour.device, neighbour.address);
  header.ndm_state = NUD_PERMANENT;
  writer.structure(header);
  writer.attribute(NDA_DST, neighbour.address.octets());
  writer.attribute(NDA_LLADDR, neighbour.link_layer);
  writer.u8(NDA_PROTOCOL, neighbour.protocol);
  return finished(writer);
}

std::size_t encode_neighbour_delete(std::span<std::uint8_t> space, IfIndex device, const IpAddress& address,
                                    std::uint32_t sequence) {
  MessageWriter writer(space, RTM_DELNEIGH, NLM_F_REQUEST, sequence);
  writer.structure(header_for(device, address));
  writer.attribute(NDA_DST, address.octets());
  return finished(writer);
}

std::size_t encode_neighbour_probe(std::span<std::uint8_t> space, IfIndex device, const IpAddress& address,
                                   std::uint32_t sequence) {
  MessageWriter writer(space, RTM_NEWNEIGH, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE, sequence);
  ndmsg header = header_for(device, address);
  header.ndm_flags = NTF_USE;
  writer.structure(header);
  writer.attribute(NDA_DST, address.octets());
  return finished(writer);
}

std::size_t encode_neighbour_dump(std::span<std::uint8_t> space, IfIndex device, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP, sequence);
  writer.structure(ndmsg{});
  if (device != IfIndex{}) writer.u32(NDA_IFINDEX, device.value());
  return finished(writer);
}

Result<Neighbour> decode_neighbour(ByteView body) {
  Decoder decoder("neighbour", body);
  const auto header = decoder.header<ndmsg>("ndmsg");
  Neighbour neighbour;
  neighbour.device = IfIndex{static_cast<std::uint32_t>(header.ndm_ifindex)};
  neighbour.permanent = (header.ndm_state & NUD_PERMANENT) != 0;
  neighbour.verified = (header.ndm_state & (NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE)) != 0;
  bool addressed = false;
  decoder.each_attribute([&](std::uint16_t type, ByteView value) {
    if (type == NDA_DST) {
      neighbour.address = decoder.address("NDA_DST", value);
      addressed = true;
    } else if (type == NDA_LLADDR) {
      neighbour.link_layer.assign(value.begin(), value.end());
    } else if (type == NDA_PROTOCOL) {
      neighbour.protocol = decoder.u8("NDA_PROTOCOL", value);
    }
  });
  if ((header.ndm_state & usable_states) == 0) neighbour.link_layer.clear();
  if (!addressed) decoder.fail("NDA_DST", "missing");
  if (!decoder.ok()) return decoder.error();
  return neighbour;
}

}  // namespace vrfd::netlink
