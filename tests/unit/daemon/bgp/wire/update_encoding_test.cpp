#include <doctest.h>

#include "tests/unit/daemon/bgp/wire/octets.h"

namespace vrfd::bgp {
namespace {

using test::external_session;
using test::hex;
using test::internal_session;
using test::octets;

PathAttributes everything() {
  PathAttributes attributes;
  attributes.origin = Origin::egp;
  attributes.as_path = {{SegmentType::sequence, {Asn{65001}, Asn{70000}}}};
  attributes.next_hop = IpAddress::v4(0x0A000002);
  attributes.med = 10;
  attributes.local_preference = 200;
  attributes.atomic_aggregate = true;
  attributes.aggregator = Aggregator{Asn{70000}, IpAddress::v4(0x0A000003)};
  attributes.communities = {no_export};
  attributes.originator_id = IpAddress::v4(0x0A000004);
  attributes.cluster_list = {IpAddress::v4(0x0A000005)};
  attributes.extended_communities = {ExtendedCommunity{0x0002FDE800000064}};
  attributes.large_communities = {{1, 2, 3}};
  attributes.unknown = {{0xC0, 20, {1}}, {0xC0, 99, {2}}};
  return attributes;
}

std::vector<AnnouncedNlri> many(std::uint32_t count) {
  std::vector<AnnouncedNlri> routes(count);
  for (std::uint32_t i = 0; i != count; ++i) routes[i].nlri.prefix = Prefix::host(IpAddress::v4(0x0A000000 + i));
  return routes;
}

// Decodes whole messages, all of which must be UPDATEs without fault.
std::vector<Update> decode_all(ByteView octets, const SessionContext& context) {
  std::vector<Update> updates;
  while (!octets.empty()) {
    const auto framed = next_frame(octets, message_limit_of(context));
    REQUIRE(std::holds_alternative<Frame>(framed));
    const Frame& frame = std::get<Frame>(framed);
    REQUIRE_FALSE(decode_update(frame.body(), context, updates.emplace_back()));
    CHECK(updates.back().verdict == Verdict::ok);
    octets = octets.subspan(frame.octets.size());
  }
  return updates;
}

TEST_CASE("ONLY_TO_CUSTOMER is understood, so it leaves as it is (RFC 9234, 5)") {
  PathAttributes attributes;
  attributes.next_hop = IpAddress::v4(0x0A000002);
  attributes.unknown = {{0xC0, 35, {0, 0, 0xFD, 0xE8}}};
  const AttributeBlock block = encode_attributes(attributes, Family::ipv4, external_session());
  CHECK(hex(block.octets).find(hex(octets("c0 23 04 0000fde8"))) != std::string::npos);
}

TEST_CASE("attributes in ascending order of type, unknown ones among them with the partial bit") {
  const AttributeBlock block = encode_attributes(everything(), Family::ipv4, internal_session());
  CHECK(block.mp_next_hop.empty());
  CHECK(hex(block.octets) == hex(octets("40 01 01 01"
                                        "40 02 0a 02 02 0000fde9 00011170"
                                        "40 03 04 0a000002"
                                        "80 04 04 0000000a"
                                        "40 05 04 000000c8"
                                        "40 06 00"
                                        "c0 07 08 00011170 0a000003"
                                        "c0 08 04 ffffff01"
                                        "80 09 04 0a000004"
                                        "80 0a 04 0a000005"
                                        "c0 10 08 0002fde800000064"
                                        "e0 14 01 01"
                                        "c0 20 0c 00000001 00000002 00000003"
                                        "e0 63 01 02")));
}

TEST_CASE("what is internal does not go to external peers") {
  PathAttributes attributes = everything();
  const AttributeBlock external = encode_attributes(attributes, Family::ipv4, external_session());
  attributes.local_preference.reset();
  attributes.originator_id.reset();
  attributes.cluster_list.clear();
  CHECK(external == encode_attributes(attributes, Family::ipv4, internal_session()));
}

TEST_CASE("two-octet sessions get AS_TRANS and the real numbers beside it") {
  SessionContext context = internal_session();
  context.four_octet_as = false;
  PathAttributes attributes;
  attributes.as_path = everything().as_path;
  attributes.aggregator = everything().aggregator;
  attributes.next_hop = everything().next_hop;
  CHECK(hex(encode_attributes(attributes, Family::ipv4, context).octets) ==
        hex(octets("40 01 01 02 40 02 06 02 02 fde9 5ba0 40 03 04 0a000002 c0 07 06 5ba0 0a000003"
                   "c0 11 0a 02 02 0000fde9 00011170 c0 12 08 00011170 0a000003")));
  attributes.as_path = {{SegmentType::sequence, {Asn{65001}}}};
  attributes.aggregator.reset();
  CHECK(hex(encode_attributes(attributes, Family::ipv4, context).octets) ==
        hex(octets("40 01 01 02 40 02 04 02 01 fde9 40 03 04 0a000002")));
}

TEST_CASE("a long attribute takes a length of two octets") {
  PathAttributes attributes = everything();
  attributes.unknown = {{0xC0, 99, Bytes(3000, 7)}};
  const AttributeBlock block = encode_attributes(attributes, Family::ipv4, internal_session());
  CHECK(hex(ByteView(block.octets).last(3004).first(5)) == "f0630bb807");
}

TEST_CASE("routes are packed to the limit of a message, in the order given") {
  const SessionContext context = external_session();
  const auto routes = many(2000);
  Bytes out;
  REQUIRE(encode_reachable(Family::ipv4, encode_attributes(everything(), Family::ipv4, context), routes, context, out));
  const auto updates = decode_all(out, context);
  CHECK(updates.size() == 3);
  std::vector<AnnouncedNlri> read;
  for (const Update& update : updates)
    read.insert(read.end(), update.reachable[0].routes.begin(), update.reachable[0].routes.end());
  CHECK(read == routes);
  SessionContext extended = context;
  extended.extended_message = true;
  out.clear();
  REQUIRE(
      encode_reachable(Family::ipv4, encode_attributes(everything(), Family::ipv4, context), routes, extended, out));
  CHECK(decode_all(out, extended).size() == 1);
}

TEST_CASE("MP_REACH_NLRI stands first (RFC 7606, 5.1)") {
  PathAttributes attributes;
  attributes.next_hop = IpAddress::v4(0x0A000002);
  std::vector<AnnouncedNlri> routes(1);
  routes[0].nlri = {RouteDistinguisher(0x0000FDE900000001), *Prefix::from("10.1.1.0/24")};
  routes[0].label = Label{100};
  const SessionContext context = internal_session();
  Bytes out;
  REQUIRE(encode_reachable(Family::vpnv4, encode_attributes(attributes, Family::vpnv4, context), routes, context, out));
  CHECK(hex(ByteView(out).subspan(header_octets)) ==
        hex(octets("0000 002b 900e 0020 0001 80 0c 0000000000000000 0a000002 00 70 000641 0000fde900000001 0a0101"
                   "40 01 01 02 40 02 00")));
}

TEST_CASE("IPv4 routes with an IPv6 next hop go into MP_REACH_NLRI (RFC 8950)") {
  PathAttributes attributes = everything();
  attributes.next_hop = *IpAddress::from("2001:db8::2");
  const SessionContext context = internal_session();
  const AttributeBlock block = encode_attributes(attributes, Family::ipv4, context);
  CHECK(block.mp_next_hop.size() == 16);
  Bytes out;
  REQUIRE(encode_reachable(Family::ipv4, block, many(3), context, out));
  const auto updates = decode_all(out, context);
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].attributes.next_hop == attributes.next_hop);
  CHECK(updates[0].reachable[0].routes == many(3));
}

TEST_CASE("attributes that leave no space for a route are refused") {
  PathAttributes attributes = everything();
  attributes.unknown = {{0xC0, 99, Bytes(4000, 7)}};
  const SessionContext context = external_session();
  const AttributeBlock block = encode_attributes(attributes, Family::ipv4, context);
  Bytes out;
  CHECK_FALSE(encode_reachable(Family::ipv4, block, many(1), context, out));
  CHECK(out.empty());
  constexpr std::size_t most = message_limit - header_octets - 4 - 32;
  CHECK(encode_reachable(Family::ipv4, AttributeBlock{Bytes(most), {}}, many(1), context, out));
  CHECK_FALSE(encode_reachable(Family::ipv4, AttributeBlock{Bytes(most + 1), {}}, many(1), context, out));
}

TEST_CASE("withdrawals of each family fill messages too") {
  SessionContext context = external_session();
  Bytes out;
  encode_unreachable(Family::ipv4, many(2000), context, out);
  CHECK(decode_all(out, context).size() == 3);
  std::vector<AnnouncedNlri> vpn = many(1000);
  for (AnnouncedNlri& route : vpn) route.nlri.rd = RouteDistinguisher(7);
  out.clear();
  encode_unreachable(Family::vpnv4, vpn, context, out);
  const auto updates = decode_all(out, context);
  CHECK(updates.size() == 4);
  std::vector<AnnouncedNlri> read;
  for (const Update& update : updates)
    read.insert(read.end(), update.withdrawn[0].routes.begin(), update.withdrawn[0].routes.end());
  CHECK(read == vpn);
  out.clear();
  encode_unreachable(Family::ipv6, {}, context, out);
  CHECK(out.empty());
}

TEST_CASE("path identifiers are written where they were negotiated") {
  SessionContext context = external_session();
  context.add_path_send.add(Family::ipv4);
  context.add_path_receive.add(Family::ipv4);
  auto routes = many(2);
  routes[0].path_id = 5;
  Bytes out;
  REQUIRE(encode_reachable(Family::ipv4, encode_attributes(everything(), Family::ipv4, context), routes, context, out));
  CHECK(decode_all(out, context)[0].reachable[0].routes == routes);
}

TEST_CASE("End-of-RIB of each family") {
  for (const FamilyRow& row : families) {
    Bytes out;
    encode_end_of_rib(row.family, out);
    CHECK(decode_all(out, external_session())[0].end_of_rib == row.family);
    CHECK(out.size() == (row.family == Family::ipv4 ? 23 : 30));
  }
}

}  // namespace
}  // namespace vrfd::bgp
