#include "netlink/mpls_codec.h"

#include <linux/rtnetlink.h>

#include "netlink/hop_codec.h"

namespace vrfd::netlink {

namespace {

constexpr std::uint8_t label_bits = 20;

rtmsg header_for(std::uint8_t protocol) {
  rtmsg header{};
  header.rtm_family = mpls_family;
  header.rtm_dst_len = label_bits;
  header.rtm_table = RT_TABLE_MAIN;
  header.rtm_protocol = protocol;
  header.rtm_scope = RT_SCOPE_UNIVERSE;
  header.rtm_type = RTN_UNICAST;
  return header;
}

std::size_t finished(const MessageWriter& writer) { return writer.ok() ? writer.size() : 0; }

Label decode_single(Decoder& decoder, ByteView value) {
  const std::vector<Label> labels = decode_label_stack(decoder, "RTA_DST", value);
  if (labels.size() != 1) decoder.fail("RTA_DST", "not one label");
  return labels.empty() ? Label{} : labels.front();
}

}  // namespace

std::size_t encode_label_replace(std::span<std::uint8_t> space, const MplsRoute& route, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE, sequence);
  writer.structure(header_for(route.protocol));
  writer.attribute(RTA_DST, label_stack({&route.label, 1}));
  put_hops(writer, mpls_family, route.hops);
  return finished(writer);
}

std::size_t encode_label_delete(std::span<std::uint8_t> space, Label label, std::uint8_t protocol,
                                std::uint32_t sequence) {
  MessageWriter writer(space, RTM_DELROUTE, NLM_F_REQUEST, sequence);
  writer.structure(header_for(protocol));
  writer.attribute(RTA_DST, label_stack({&label, 1}));
  return finished(writer);
}

std::size_t encode_label_dump(std::span<std::uint8_t> space, std::uint8_t protocol, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, sequence);
  rtmsg header{};
  header.rtm_family = mpls_family;
  header.rtm_protocol = protocol;
  writer.structure(header);
  return finished(writer);
}

Result<MplsRoute> decode_label(ByteView body) {
  Decoder decoder("label route", body);
  const auto header = decoder.header<rtmsg>("rtmsg");
  if (header.rtm_family != mpls_family) decoder.fail("rtm_family", "not MPLS");

  MplsRoute route;
  route.protocol = header.rtm_protocol;
  HopFields single;
  DecodedHops multiple;
  bool labelled = false;
  decoder.each_attribute([&](std::uint16_t type, ByteView value) {
    if (type == RTA_DST) {
      route.label = decode_single(decoder, value);
      labelled = true;
    } else if (type == RTA_MULTIPATH) {
      decode_multipath(decoder, value, multiple);
    } else {
      single.take(decoder, type, value);
    }
  });
  if (!labelled) decoder.fail("RTA_DST", "missing");
  if (!decoder.ok()) return decoder.error();
  route.impaired = multiple.impaired || is_impaired(header.rtm_flags);
  route.partial = multiple.partial || single.partial;
  route.hops = std::move(multiple.hops);
  if (route.hops.empty() && (single.hop.via || single.hop.device != IfIndex{}))
    route.hops.push_back(std::move(single.hop));
  return route;
}

}  // namespace vrfd::netlink
