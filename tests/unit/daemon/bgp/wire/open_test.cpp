#include "daemon/bgp/wire/open.h"

#include <doctest.h>

#include "daemon/bgp/wire/capability_table.h"
#include "tests/unit/daemon/bgp/wire/octets.h"

namespace vrfd::bgp {
namespace {

using test::octets;

const std::string fixed = "04 fde9 005a 0a000002 ";

std::string refusal(const std::string& body) {
  const auto result = decode_open(octets(body));
  const auto* error = std::get_if<Notification>(&result);
  if (error == nullptr) return "";
  return std::to_string(error->code) + "/" + std::to_string(error->subcode) + test::hex(error->data);
}

Open accepted(const std::string& body) {
  const auto result = decode_open(octets(body));
  REQUIRE(std::holds_alternative<Open>(result));
  return std::get<Open>(result);
}

// An OPEN with one capability.
std::string with_capability(std::string_view code, std::string_view value) {
  const std::size_t size = octets(value).size();
  const auto octet = [](std::size_t n) { return test::hex(Bytes{static_cast<std::uint8_t>(n)}); };
  return fixed + octet(size + 4) + "02" + octet(size + 2) + std::string(code) + octet(size) + std::string(value);
}

TEST_CASE("the fixed part") {
  const Open open = accepted(fixed + "00");
  CHECK(open.version == 4);
  CHECK(open.asn == Asn{65001});
  CHECK(open.hold_time_s == 90);
  CHECK(to_string(open.router_id) == "10.0.0.2");
}

TEST_CASE("what is wrong in the fixed part") {
  CHECK(refusal("03 fde9 005a 0a000002 00") == "2/10004");
  CHECK(refusal("04 0000 005a 0a000002 00") == "2/2");
  CHECK(refusal("04 fde9 005a 00000000 00") == "2/3");
  CHECK(refusal("04 fde9 0001 0a000002 00") == "2/6");
  CHECK(refusal("04 fde9 0002 0a000002 00") == "2/6");
  CHECK(refusal("04 fde9 0000 0a000002 00") == "");
  CHECK(refusal("04 fde9 0003 0a000002 00") == "");
}

TEST_CASE("optional parameters must fit, and be capabilities") {
  CHECK(refusal(fixed + "01") == "2/0");
  CHECK(refusal(fixed + "00 00") == "2/0");
  CHECK(refusal(fixed + "03 02 06 01") == "2/0");
  CHECK(refusal(fixed + "02 01 00") == "2/4");
  CHECK(refusal(fixed + "04 02 02 01 04") == "2/0");
}

TEST_CASE("extended optional parameters (RFC 9072)") {
  const Open open = accepted(fixed + "ff ff 000f 02 000c 01 04 0001 00 01 41 04 0001 0000");
  CHECK(open.capabilities.families.has(Family::ipv4));
  CHECK(open.asn == Asn{65536});
  CHECK(refusal(fixed + "ff ff 0010 02 000c 01 04 0001 00 01 41 04 0001 0000") == "2/0");
}

TEST_CASE("a capability of a wrong length is refused or passed over, as its row says") {
  CHECK(refusal(with_capability("01", "000100")) == "2/0");
  CHECK(refusal(with_capability("41", "fde9")) == "2/0");
  CHECK(refusal(with_capability("40", "")) == "2/0");
  CHECK(refusal(with_capability("40", "0078 000101")) == "2/0");
  CHECK(refusal(with_capability("03", "")) == "2/0");
  CHECK(refusal(with_capability("03", "00010001")) == "2/0");
  CHECK(refusal(with_capability("03", "0001000100")) == "");
  CHECK(accepted(with_capability("02", "00")).capabilities.route_refresh);
  const Open odd = accepted(with_capability("05", "0001000100"));
  CHECK(odd.capabilities.extended_next_hop.empty());
  REQUIRE(odd.capabilities.unknown.size() == 1);
  CHECK(odd.capabilities.unknown[0].code == 5);
  CHECK(accepted(with_capability("45", "000101")).capabilities.add_path.empty());
}

TEST_CASE("each capability is read and written") {
  Open open;
  open.asn = Asn{4200000000};
  open.hold_time_s = 90;
  open.router_id = IpAddress::v4(0x0A000001);
  Capabilities& offered = open.capabilities;
  for (const FamilyRow& row : families) offered.families.add(row.family);
  offered.route_refresh = offered.enhanced_refresh = offered.extended_message = true;
  offered.four_octet_as = open.asn;
  offered.graceful_restart = GracefulRestartCapability{true, true, 120, {{Family::vpnv4, true}, {Family::ipv6, false}}};
  offered.long_lived = LongLivedCapability{{{Family::vpnv4, true, 86400}, {Family::ipv6, false, 0xFFFFFF}}};
  offered.add_path = {{Family::ipv4, true, false}, {Family::vpnv6, true, true}};
  offered.extended_next_hop.add(Family::ipv4);
  offered.unknown = {{200, {1, 2, 3}}};
  const Bytes written = encode(open);
  const auto result = decode_open(ByteView(written).subspan(header_octets));
  REQUIRE(std::holds_alternative<Open>(result));
  const Capabilities& read = std::get<Open>(result).capabilities;
  CHECK(std::get<Open>(result).asn == open.asn);
  CHECK(read.families == offered.families);
  CHECK((read.route_refresh && read.enhanced_refresh && read.extended_message));
  CHECK(read.four_octet_as == offered.four_octet_as);
  REQUIRE(read.graceful_restart);
  CHECK(read.graceful_restart->restarted);
  CHECK(read.graceful_restart->notification);
  CHECK(read.graceful_restart->restart_time_s == 120);
  REQUIRE(read.graceful_restart->families.size() == 2);
  CHECK(read.graceful_restart->families[0].forwarding_preserved);
  REQUIRE(read.long_lived);
  REQUIRE(read.long_lived->families.size() == 2);
  CHECK(read.long_lived->families[0].family == Family::vpnv4);
  CHECK(read.long_lived->families[0].forwarding_preserved);
  CHECK(read.long_lived->families[0].stale_time_s == 86400);
  CHECK(read.long_lived->families[1].stale_time_s == 0xFFFFFF);
  REQUIRE(read.add_path.size() == 2);
  CHECK((read.add_path[1].family == Family::vpnv6 && read.add_path[1].receive && read.add_path[1].send));
  CHECK(read.extended_next_hop == offered.extended_next_hop);
  REQUIRE(read.unknown.size() == 1);
  CHECK(read.unknown[0].value == Bytes{1, 2, 3});
  CHECK(encode(std::get<Open>(result)) == written);
}

TEST_CASE("long-lived graceful restart counts only beside graceful restart (RFC 9494, 3)") {
  Open ours;
  ours.capabilities.families.add(Family::ipv4);
  Open theirs = ours;
  theirs.capabilities.long_lived = LongLivedCapability{{{Family::ipv4, true, 60}}};
  CHECK_FALSE(negotiate(ours, theirs).long_lived);
  theirs.capabilities.graceful_restart.emplace();
  CHECK(negotiate(ours, theirs).long_lived);
}

TEST_CASE("more than 253 octets of capabilities take the extended form") {
  Open open;
  open.asn = Asn{65001};
  open.router_id = IpAddress::v4(1);
  open.capabilities.unknown = {{200, Bytes(200, 1)}, {201, Bytes(200, 2)}};
  const Bytes written = encode(open);
  CHECK(written[28] == 255);
  CHECK(written[29] == 255);
  const auto result = decode_open(ByteView(written).subspan(header_octets));
  REQUIRE(std::holds_alternative<Open>(result));
  CHECK(std::get<Open>(result).capabilities.unknown.size() == 2);
}

TEST_CASE("repeated capabilities change nothing") {
  const Open open = accepted(fixed + "10 02 0e 01 04 0001 00 01 01 04 0001 00 01 02 00");
  CHECK(names_of(open.capabilities) == std::vector<std::string>{"multiprotocol ipv4", "route_refresh"});
}

TEST_CASE("a family that is not known is kept") {
  const Open open = accepted(with_capability("01", "ffff00ff"));
  CHECK(open.capabilities.families.empty());
  CHECK(names_of(open.capabilities) == std::vector<std::string>{"capability 1"});
}

Open side(std::uint32_t asn) {
  Open open;
  open.asn = Asn{asn};
  return open;
}

TEST_CASE("without a multiprotocol capability a side carries IPv4 unicast (RFC 4760)") {
  Open local = side(65000);
  Open remote = side(65001);
  local.capabilities.families.add(Family::ipv4);
  local.capabilities.families.add(Family::vpnv4);
  FamilySet ipv4;
  ipv4.add(Family::ipv4);
  CHECK(negotiate(local, remote).families == ipv4);
  remote.capabilities.unknown.push_back({1, octets("00190041")});
  CHECK(negotiate(local, remote).families.empty());
}

TEST_CASE("what both offer is negotiated, each direction of ADD-PATH by itself") {
  Open local = side(65000);
  Open remote = side(65000);
  for (Open* open : {&local, &remote}) {
    open->capabilities.families.add(Family::vpnv4);
    open->capabilities.families.add(Family::ipv4);
    open->capabilities.extended_message = true;
    open->capabilities.extended_next_hop.add(Family::vpnv4);
  }
  local.capabilities.route_refresh = true;
  local.capabilities.four_octet_as = Asn{65000};
  local.capabilities.add_path = {{Family::vpnv4, true, true}, {Family::ipv6, true, true}};
  remote.capabilities.add_path = {{Family::vpnv4, false, true}, {Family::ipv6, true, true}};
  const SessionContext context = negotiate(local, remote);
  CHECK(context.internal);
  CHECK(context.extended_message);
  CHECK_FALSE(context.route_refresh);
  CHECK_FALSE(context.four_octet_as);
  CHECK(context.add_path_receive.has(Family::vpnv4));
  CHECK(context.add_path_send.empty());
  CHECK_FALSE(context.add_path_receive.has(Family::ipv6));
  CHECK(context.extended_next_hop.has(Family::vpnv4));
  CHECK_FALSE(negotiate(side(1), side(2)).internal);
}

}  // namespace
}  // namespace vrfd::bgp
