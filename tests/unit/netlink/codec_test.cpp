// The codecs where no golden message leads: requests, limits, faults and their texts.
#include <doctest/doctest.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>

#include "netlink/acknowledgement.h"
#include "netlink/address_codec.h"
#include "netlink/event_codec.h"
#include "netlink/hop_codec.h"
#include "netlink/link_codec.h"
#include "netlink/mpls_codec.h"
#include "netlink/neighbour_codec.h"
#include "netlink/nexthop_codec.h"
#include "netlink/operation.h"
#include "netlink/route_codec.h"
#include "netlink/rule_codec.h"
#include "tests/unit/netlink/rendering.h"

namespace vrfd::netlink {

namespace {

Prefix prefix(std::string_view text) { return *Prefix::from(text); }
IpAddress address(std::string_view text) { return *IpAddress::from(text); }

Message read(const Bytes& space, std::size_t size) {
  REQUIRE(size != 0);
  ByteView view = ByteView(space).first(size);
  const auto message = take_message(view);
  REQUIRE(message);
  CHECK(view.empty());
  return *message;
}

}  // namespace

TEST_CASE("a route request over a next-hop object, octet by octet") {
  Bytes space(256);
  const std::size_t size =
      encode(space, ReplaceRoute{.key = {TableId{1001}, prefix("10.2.0.0/16")}, .next_hop = first_next_hop_id}, 7);
  const Bytes expected = octets_of_hex(
      "3c000000"
      "1800"
      "0105"
      "07000000"
      "00000000"  // length, RTM_NEWROUTE, REQUEST|CREATE|REPLACE, sequence, port
      "02100000"
      "00c90001"
      "00000000"  // AF_INET /16, protocol 201, universe, unicast
      "08000100"
      "0a020000"  // RTA_DST
      "08000f00"
      "e9030000"  // RTA_TABLE
      "08000600"
      "14000000"  // RTA_PRIORITY
      "08001e00"
      "00000056");  // RTA_NH_ID
  CHECK(Bytes(space.begin(), space.begin() + static_cast<std::ptrdiff_t>(size)) == expected);
}

TEST_CASE("a neighbour entry, octet by octet, and read again") {
  Bytes space(256);
  const Bytes mac{2, 0, 0, 0, 0, 1};
  const std::size_t size = encode(space, ReplaceNeighbour{IfIndex{3}, address("fe80::5652:4644:ac10:1fe"), mac}, 7);
  const Bytes expected = octets_of_hex(
      "44000000"
      "1c00"
      "0105"
      "07000000"
      "00000000"  // length, RTM_NEWNEIGH, REQUEST|CREATE|REPLACE, sequence, port
      "0a000000"
      "03000000"
      "80000000"  // AF_INET6, device 3, permanent
      "14000100"
      "fe80000000000000565246"
      "44ac1001fe"  // NDA_DST
      "0a000200"
      "0200000000010000"  // NDA_LLADDR
      "05000c00"
      "c9000000");  // NDA_PROTOCOL
  CHECK(Bytes(space.begin(), space.begin() + static_cast<std::ptrdiff_t>(size)) == expected);
  const auto event = decode_event(read(space, size));
  REQUIRE(event.has_value());
  const Neighbour& neighbour = std::get<NeighbourChanged>(**event).neighbour;
  CHECK(neighbour == Neighbour{IfIndex{3}, address("fe80::5652:4644:ac10:1fe"), mac, 201, true, true});
}

TEST_CASE("an address of host scope is known for one") {
  Bytes space(256);
  const auto of_scope = [&](std::uint8_t scope) {
    MessageWriter writer(space, RTM_NEWADDR, 0, 1);
    writer.structure(
        ifaddrmsg{.ifa_family = AF_INET, .ifa_prefixlen = 8, .ifa_flags = 0, .ifa_scope = scope, .ifa_index = 1});
    writer.attribute(IFA_LOCAL, Bytes{127, 0, 0, 1});
    return *decode_address(read(space, writer.size()).body);
  };
  CHECK(of_scope(RT_SCOPE_HOST).host_scope);
  CHECK_FALSE(of_scope(RT_SCOPE_LINK).host_scope);
  CHECK_FALSE(of_scope(RT_SCOPE_UNIVERSE).host_scope);
}

TEST_CASE("a link-layer address counts only in states in which the kernel uses it") {
  Bytes space(256);
  const Bytes mac{2, 0, 0, 0, 0, 1};
  const std::size_t size = encode(space, ReplaceNeighbour{IfIndex{3}, address("172.16.1.254"), mac}, 7);
  constexpr std::size_t state = 16 + 8;  // after the message header, family and device
  const auto in_state = [&](std::uint8_t value) {
    space[state] = value;
    return *decode_neighbour(ByteView(space).first(size).subspan(16));
  };
  for (const std::uint8_t unusable : Bytes{0x00, 0x01, 0x20}) CHECK(in_state(unusable).link_layer.empty());
  for (const std::uint8_t usable : Bytes{0x02, 0x04, 0x08, 0x10, 0x40}) CHECK(in_state(usable).link_layer == mac);
  CHECK(in_state(0x02).verified);
  CHECK_FALSE(in_state(0x04).verified);  // stale
  CHECK(decode_neighbour(ByteView(space).first(26)).has_error());
}

TEST_CASE("a probe asks the kernel to use the neighbour; bridges' neighbours are no event") {
  Bytes space(256);
  std::size_t size = encode(space, ProbeNeighbour{IfIndex{3}, address("172.16.1.254")}, 7);
  CHECK(space[16 + 10] == 0x01);  // NTF_USE
  CHECK(read(space, size).type == RTM_NEWNEIGH);
  space[16] = 7;  // AF_BRIDGE
  const auto event = decode_event(read(space, size));
  REQUIRE(event.has_value());
  CHECK_FALSE(event->has_value());
  size = encode(space, DeleteNeighbour{IfIndex{3}, address("172.16.1.254")}, 7);
  CHECK(read(space, size).type == RTM_DELNEIGH);
  CHECK(is_deletion(DeleteNeighbour{}));
  size = encode_neighbour_dump(space, IfIndex{3}, 7);
  CHECK(size == 16 + 12 + 8);
}

TEST_CASE("what does not fit is not written") {
  const Change change = ReplaceRoute{.key = {TableId{1001}, prefix("10.2.0.0/16")}, .next_hop = first_next_hop_id};
  for (std::size_t room = 0; room < 60; ++room) {
    Bytes space(room);
    CHECK(encode(space, change, 1) == 0);
  }
  Bytes enough(60);
  CHECK(encode(enough, change, 1) == 60);
  const Change wide = ReplaceRoute{.key = {TableId{1}, prefix("::/0")},
                                   .hops = ForwardingHops(4000, {address("fe80::1"), IfIndex{1}, {Label{16}}})};
  Bytes huge(1 << 20);
  CHECK(encode(huge, wide, 1) == 0);  // an attribute has 16 bits of length
}

TEST_CASE("a deletion carries protocol, metric and any scope") {
  Bytes space(256);
  const Message message = read(space, encode(space, DeleteRoute{.key = {TableId{70000}, prefix("2001:db8::/32")}}, 1));
  CHECK(message.type == RTM_DELROUTE);
  rtmsg header{};
  std::memcpy(&header, message.body.data(), sizeof header);
  CHECK(header.rtm_protocol == route_protocol);
  CHECK(header.rtm_scope == RT_SCOPE_NOWHERE);
  const auto route = decode_route(message.body);
  REQUIRE(route.has_value());
  CHECK(route->metric == route_metric);
  CHECK(route->key == RouteKey{TableId{70000}, prefix("2001:db8::/32")});
}

TEST_CASE("labels and next-hop objects of operations decode to what was asked for") {
  Bytes space(4096);
  const ForwardingHops hops{{address("10.0.0.2"), IfIndex{3}, {Label{55}, Label{56}}},
                            {address("2001:db8::2"), IfIndex{4}, {}},
                            {std::nullopt, IfIndex{9}, {}}};
  const auto label = decode_label(read(space, encode(space, ReplaceLabel{Label{100}, hops}, 1)).body);
  REQUIRE(label.has_value());
  CHECK(label->label == Label{100});
  CHECK(label->hops == hops);
  CHECK(label->protocol == route_protocol);

  const ForwardingHop hop{address("fe80::2"), IfIndex{3}, {Label{1002}, Label{200}}};
  const auto object = decode_next_hop(read(space, encode(space, ReplaceNextHop{first_next_hop_id, hop}, 1)).body);
  REQUIRE(object.has_value());
  CHECK(object->hop == hop);
  CHECK(object->family == AddressFamily::ipv6);

  const std::vector<NextHopObjectId> members{first_next_hop_id, NextHopObjectId{7}};
  const auto group =
      decode_next_hop(read(space, encode(space, ReplaceNextHopGroup{NextHopObjectId{5}, members}, 1)).body);
  REQUIRE(group.has_value());
  CHECK(group->members == members);

  const auto device = decode_next_hop(
      read(space,
           encode(space, ReplaceNextHop{first_next_hop_id, {std::nullopt, IfIndex{3}, {}}, AddressFamily::ipv6}, 1))
          .body);
  REQUIRE(device.has_value());
  CHECK(device->family == AddressFamily::ipv6);
}

TEST_CASE("a lookup asks within the VRF device, IPv6 without the flag it refuses") {
  Bytes space(256);
  const Message ipv4 = read(space, encode_route_lookup(space, address("192.0.2.1"), IfIndex{5}, 1));
  rtmsg header{};
  std::memcpy(&header, ipv4.body.data(), sizeof header);
  CHECK(header.rtm_flags == (RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH));
  CHECK(header.rtm_dst_len == 32);
  const Message ipv6 = read(space, encode_route_lookup(space, address("2001:db8::1"), IfIndex{}, 1));
  std::memcpy(&header, ipv6.body.data(), sizeof header);
  CHECK(header.rtm_flags == RTM_F_FIB_MATCH);
}

TEST_CASE("faults say which attribute is wrong and how") {
  const auto fault = [](std::string_view hexadecimal) {
    const Bytes octets = octets_of_hex(hexadecimal);
    const auto route = decode_route(octets);
    return route ? std::string("decoded") : route.error().message;
  };
  CHECK(fault("0218") == "malformed route message: rtmsg: too short");
  CHECK(fault("021800000000000100000000"
              "07000500"
              "0a0000") == "malformed route message: RTA_GATEWAY: 3 octets, expected 4 or 16");
  CHECK(fault("021800000000000100000000"
              "ff000500"
              "0a000001") == "malformed route message: attribute 5: length 255 within 8 octets");
  CHECK(fault("021800000000000100000000"
              "06000600"
              "0a00") == "malformed route message: RTA_PRIORITY: 2 octets, expected 4");
  CHECK(fault("022100000000000100000000") ==
        "malformed route message: rtm_dst_len: does not fit RTA_DST and the family");
  CHECK(fault("0a1800000000000100000000"
              "08000100"
              "0a000000") == "malformed route message: rtm_dst_len: does not fit RTA_DST and the family");
  CHECK(fault("071800000000000100000000") == "malformed route message: rtm_family: 7, expected IPv4 or IPv6");
  CHECK(fault("021800000000000100000000"
              "0c000900"
              "0300000001000000") == "malformed route message: RTA_MULTIPATH: a next hop of length 3");
  CHECK(fault("021800000000000100000000"
              "0a000900"
              "080000000100") == "malformed route message: RTA_MULTIPATH: a next hop of length 0");
}

TEST_CASE("label stacks") {
  CHECK(label_stack(std::vector<Label>{Label{16}, Label{1048575}}) == octets_of_hex("00010000fffff100"));
  const auto decoded = [](std::string_view hexadecimal) {
    Decoder decoder("test", {});
    const Bytes octets = octets_of_hex(hexadecimal);
    const auto labels = decode_label_stack(decoder, "stack", octets);
    return decoder.ok() ? labels : std::vector<Label>{};
  };
  CHECK(decoded("00010000fffff100") == std::vector<Label>{Label{16}, Label{1048575}});
  CHECK(decoded("00010000").empty());          // no bottom
  CHECK(decoded("0001010000010100").empty());  // something below the bottom
  CHECK(decoded("000101").empty());
  CHECK(decoded("").empty());
}

TEST_CASE("acknowledgements with and without the request echoed") {
  const auto decoded = [](std::uint16_t type, std::uint16_t flags, std::string_view hexadecimal) {
    const Bytes octets = octets_of_hex(hexadecimal);
    return decode_acknowledgement({.type = type, .flags = flags, .body = octets});
  };
  const std::string request =
      "14000000"
      "1800"
      "0500"
      "01000000"
      "00000000";  // of 20 octets, so 4 of payload
  const std::string text =
      "0c000100"
      "62616420"
      "7468"
      "00"
      "00";  // "bad th"
  const auto capped = decoded(NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, "eaffffff" + request + text);
  REQUIRE(capped);
  CHECK(capped->error == EINVAL);
  CHECK(capped->text == "bad th");
  const auto echoed = decoded(NLMSG_ERROR, NLM_F_ACK_TLVS, "eaffffff" + request + "00000000" + text);
  REQUIRE(echoed);
  CHECK(echoed->text == "bad th");
  const auto lying = decoded(NLMSG_ERROR, NLM_F_ACK_TLVS,
                             "eaffffff"
                             "ffffffff1800050001000000"
                             "00000000" +
                                 text);
  REQUIRE(lying);
  CHECK(lying->text.empty());
  CHECK(decoded(NLMSG_DONE, 0, "")->error == 0);
  CHECK(decoded(NLMSG_DONE, 0, "feffffff")->error == ENOENT);
  CHECK_FALSE(decoded(NLMSG_ERROR, 0, "eaff"));
  CHECK_FALSE(decoded(RTM_NEWROUTE, 0, "00000000"));
  CHECK(explanation({EINVAL, "bad thing"}) == "bad thing (Invalid argument)");
  CHECK(explanation({EINVAL, ""}) == "Invalid argument");
}

TEST_CASE("rules as they are asked for") {
  Bytes space(256);
  const Rule l3mdev{.family = AddressFamily::ipv6, .priority = 1000, .l3mdev = true, .protocol = 2};
  const auto rule = decode_rule(read(space, encode_rule_add(space, l3mdev, 1)).body);
  REQUIRE(rule.has_value());
  CHECK(*rule == l3mdev);
  const Rule local{.family = AddressFamily::ipv4, .priority = 0, .table = TableId{255}, .protocol = 2};
  const Message message = read(space, encode_rule_delete(space, local, 1));
  CHECK(message.type == RTM_DELRULE);
  CHECK(*decode_rule(message.body) == local);
  const Rule wide{.family = AddressFamily::ipv4, .priority = 7, .table = TableId{70000}};
  CHECK(*decode_rule(read(space, encode_rule_add(space, wide, 1)).body) == wide);
}

}  // namespace vrfd::netlink
