#include "netlink/route_codec.h"

#include <linux/rtnetlink.h>

#include <array>
#include <utility>

#include "netlink/hop_codec.h"

namespace vrfd::netlink {

namespace {

constexpr std::array<std::pair<RouteType, std::uint8_t>, 5> type_numbers{{
    {RouteType::unicast, RTN_UNICAST},
    {RouteType::local, RTN_LOCAL},
    {RouteType::blackhole, RTN_BLACKHOLE},
    {RouteType::unreachable, RTN_UNREACHABLE},
    {RouteType::prohibit, RTN_PROHIBIT},
}};

std::uint8_t number_of(RouteType type) {
  for (const auto& [known, number] : type_numbers)
    if (known == type) return number;
  return RTN_UNSPEC;
}

RouteType type_of(std::uint8_t number) {
  for (const auto& [type, known] : type_numbers)
    if (known == number) return type;
  return RouteType::other;
}

// Tables above 255 stand in RTA_TABLE alone.
void put_table(MessageWriter& writer, TableId table) { writer.u32(RTA_TABLE, table.value()); }

rtmsg header_for(const RouteKey& key) {
  rtmsg header{};
  header.rtm_family = family_number(key.prefix.family());
  header.rtm_dst_len = static_cast<std::uint8_t>(key.prefix.length());
  header.rtm_table = RT_TABLE_UNSPEC;
  return header;
}

void put_key(MessageWriter& writer, const RouteKey& key, std::uint32_t metric) {
  writer.attribute(RTA_DST, key.prefix.address().octets());
  put_table(writer, key.table);
  writer.u32(RTA_PRIORITY, metric);
}

std::size_t finished(const MessageWriter& writer) { return writer.ok() ? writer.size() : 0; }

struct RouteFields {
  IpAddress destination;
  HopFields single;
  DecodedHops multiple;
};

void take(Decoder& decoder, std::uint16_t type, ByteView value, KernelRoute& route, RouteFields& fields) {
  switch (type) {
    case RTA_DST:
      fields.destination = decoder.address("RTA_DST", value);
      break;
    case RTA_TABLE:
      route.key.table = TableId{decoder.u32("RTA_TABLE", value)};
      break;
    case RTA_PRIORITY:
      route.metric = decoder.u32("RTA_PRIORITY", value);
      break;
    case RTA_NH_ID:
      route.next_hop = NextHopObjectId{decoder.u32("RTA_NH_ID", value)};
      break;
    case RTA_MULTIPATH:
      decode_multipath(decoder, value, fields.multiple);
      break;
    default:
      fields.single.take(decoder, type, value);
  }
}

void set_hops(Decoder& decoder, RouteFields& fields, unsigned flags, KernelRoute& route) {
  fields.single.finish(decoder);
  route.impaired = fields.multiple.impaired || is_impaired(flags);
  route.partial = fields.multiple.partial || fields.single.partial;
  const bool forwards = route.type == RouteType::unicast || route.type == RouteType::local;
  if (!fields.multiple.hops.empty())
    route.hops = std::move(fields.multiple.hops);
  else if (forwards && (fields.single.hop.via || fields.single.hop.device != IfIndex{}))
    route.hops.push_back(std::move(fields.single.hop));
}

}  // namespace

std::size_t encode_route_replace(std::span<std::uint8_t> space, const KernelRoute& route, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE, sequence);
  rtmsg header = header_for(route.key);
  header.rtm_protocol = route.protocol;
  header.rtm_scope = RT_SCOPE_UNIVERSE;
  header.rtm_type = number_of(route.type);
  writer.structure(header);
  put_key(writer, route.key, route.metric);
  if (route.next_hop != NextHopObjectId{})
    writer.u32(RTA_NH_ID, route.next_hop.value());
  else
    put_hops(writer, header.rtm_family, route.hops);
  return finished(writer);
}

std::size_t encode_route_delete(std::span<std::uint8_t> space, const RouteKey& key, std::uint32_t metric,
                                std::uint8_t protocol, std::uint32_t sequence) {
  MessageWriter writer(space, RTM_DELROUTE, NLM_F_REQUEST, sequence);
  rtmsg header = header_for(key);
  header.rtm_protocol = protocol;
  header.rtm_scope = RT_SCOPE_NOWHERE;  // any scope
  writer.structure(header);
  put_key(writer, key, metric);
  return finished(writer);
}

std::size_t encode_route_dump(std::span<std::uint8_t> space, AddressFamily family, TableId table, std::uint8_t protocol,
                              std::uint32_t sequence) {
  MessageWriter writer(space, RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, sequence);
  rtmsg header{};
  header.rtm_family = family_number(family);
  header.rtm_protocol = protocol;
  writer.structure(header);
  if (table != TableId{}) put_table(writer, table);
  return finished(writer);
}

std::size_t encode_route_lookup(std::span<std::uint8_t> space, const IpAddress& destination, IfIndex vrf_device,
                                std::uint32_t sequence) {
  MessageWriter writer(space, RTM_GETROUTE, NLM_F_REQUEST, sequence);
  rtmsg header{};
  header.rtm_family = family_number(destination.family());
  header.rtm_dst_len = static_cast<std::uint8_t>(bits_of(destination.family()));
  // IPv6 tells the table anyway and refuses to be asked for it.
  header.rtm_flags = destination.is_v4() ? RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH : RTM_F_FIB_MATCH;
  writer.structure(header);
  writer.attribute(RTA_DST, destination.octets());
  if (vrf_device != IfIndex{}) writer.u32(RTA_OIF, vrf_device.value());
  return finished(writer);
}

Result<KernelRoute> decode_route(ByteView body) {
  Decoder decoder("route", body);
  const auto header = decoder.header<rtmsg>("rtmsg");
  const auto family = family_from_number(header.rtm_family);
  if (!family) decoder.fail("rtm_family", std::to_string(header.rtm_family) + ", expected IPv4 or IPv6");

  KernelRoute route;
  route.key.table = TableId{header.rtm_table};
  route.protocol = header.rtm_protocol;
  route.type = header.rtm_src_len != 0 || header.rtm_tos != 0 ? RouteType::other : type_of(header.rtm_type);
  RouteFields fields;
  if (family == AddressFamily::ipv6) fields.destination = *IpAddress::from(std::string_view("::"));
  decoder.each_attribute([&](std::uint16_t type, ByteView value) { take(decoder, type, value, route, fields); });
  set_hops(decoder, fields, header.rtm_flags, route);

  const auto prefix = Prefix::from(fields.destination, header.rtm_dst_len);
  if (!prefix || prefix->family() != family) decoder.fail("rtm_dst_len", "does not fit RTA_DST and the family");
  if (!decoder.ok()) return decoder.error();
  route.key.prefix = *prefix;
  return route;
}

bool is_cached_route(ByteView body) {
  Decoder decoder("route", body);
  return (decoder.header<rtmsg>("rtmsg").rtm_flags & RTM_F_CLONED) != 0;
}

std::uint8_t family_number_of(ByteView body) { return body.empty() ? std::uint8_t{0} : body.front(); }

}  // namespace vrfd::netlink
