#include "daemon/bgp/wire/next_hop.h"

#include <doctest.h>

#include "tests/unit/daemon/bgp/wire/octets.h"

namespace vrfd::bgp {
namespace {

using test::hex;
using test::octets;

const std::string rd(16, '0');
const std::string global = "20010db8000000000000000000000002";
const std::string link_local = "fe800000000000000000000000000002";

std::string read(const std::string& text, Family family) {
  const auto next_hops = decode_mp_next_hop(octets(text), family);
  if (!next_hops) return "";
  return to_string(next_hops->address) + (next_hops->link_local ? " " + to_string(*next_hops->link_local) : "");
}

TEST_CASE("the forms of each family") {
  CHECK(read("0a000002", Family::ipv4) == "10.0.0.2");
  CHECK(read(global, Family::ipv4) == "2001:db8::2");
  CHECK(read(global + link_local, Family::ipv4) == "2001:db8::2 fe80::2");
  CHECK(read(global, Family::ipv6) == "2001:db8::2");
  CHECK(read(global + link_local, Family::ipv6) == "2001:db8::2 fe80::2");
  CHECK(read(rd + "0a000002", Family::vpnv4) == "10.0.0.2");
  CHECK(read(rd + global, Family::vpnv4) == "2001:db8::2");
  CHECK(read(rd + global, Family::vpnv6) == "2001:db8::2");
  CHECK(read(rd + global + rd + link_local, Family::vpnv6) == "2001:db8::2 fe80::2");
}

TEST_CASE("lengths that no family has") {
  CHECK(read("0a000002", Family::ipv6) == "");
  CHECK(read(rd + "0a000002", Family::vpnv6) == "");
  CHECK(read(global, Family::vpnv6) == "");
  CHECK(read(global.substr(2), Family::ipv6) == "");
  CHECK(read("", Family::ipv4) == "");
  CHECK(read("0a000002", Family::vpnv4) == "");
}

TEST_CASE("zeros before a link-local address stand for none") {
  CHECK(read(rd + rd + link_local, Family::ipv6) == "fe80::2 fe80::2");
  CHECK(read(global + global, Family::ipv6) == "2001:db8::2");
}

TEST_CASE("written as they are read; IPv4 is mapped for the IPv6 families") {
  PathAttributes attributes;
  attributes.next_hop = IpAddress::v4(0x0A000002);
  CHECK(hex(encode_mp_next_hop(attributes, Family::vpnv4)) == rd + "0a000002");
  CHECK(hex(encode_mp_next_hop(attributes, Family::vpnv6)) == rd + "00000000000000000000ffff0a000002");
  attributes.next_hop = *IpAddress::from("2001:db8::2");
  attributes.next_hop_link_local = IpAddress::from("fe80::2");
  CHECK(hex(encode_mp_next_hop(attributes, Family::ipv6)) == global + link_local);
  CHECK(hex(encode_mp_next_hop(attributes, Family::vpnv6)) == rd + global + rd + link_local);
}

}  // namespace
}  // namespace vrfd::bgp
