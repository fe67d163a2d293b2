#include "daemon/bgp/wire/nlri.h"

#include <doctest.h>

#include "tests/unit/daemon/bgp/wire/octets.h"

namespace vrfd::bgp {
namespace {

using test::hex;
using test::octets;

constexpr NlriForm announced(Family family, bool path_ids = false) { return {family, path_ids, NlriUse::announce}; }
constexpr NlriForm withdrawn(Family family, bool path_ids = false) { return {family, path_ids, NlriUse::withdraw}; }

struct Row {
  const char* name;
  NlriForm form;
  const char* hex;
  const char* prefix;
  std::uint32_t path_id;
  std::uint32_t label;
  std::uint64_t rd;
};

const Row rows[] = {
    {"ipv4", announced(Family::ipv4), "18 0a0b0c", "10.11.12.0/24", 0, 0, 0},
    {"default", announced(Family::ipv4), "00", "0.0.0.0/0", 0, 0, 0},
    {"ipv4 with path id", announced(Family::ipv4, true), "00000007 20 0a000001", "10.0.0.1/32", 7, 0, 0},
    {"ipv6", announced(Family::ipv6), "20 20010db8", "2001:db8::/32", 0, 0, 0},
    {"vpnv4", announced(Family::vpnv4), "70 000641 0000fde900000001 0a0101", "10.1.1.0/24", 0, 100, 0x0000FDE900000001},
    {"vpnv6", announced(Family::vpnv6, true), "00000001 78 000311 0002000100000002 20010db8", "2001:db8::/32", 1, 49,
     0x0002000100000002},
    {"vpnv4 withdrawn", withdrawn(Family::vpnv4), "60 800000 0000fde900000001 0a", "10.0.0.0/8", 0, 0,
     0x0000FDE900000001},
    {"ipv4 labelled", announced(Family::ipv4_labelled), "38 000641 0aff0001", "10.255.0.1/32", 0, 100, 0},
    {"ipv6 labelled, withdrawn", withdrawn(Family::ipv6_labelled), "38 800000 20010db8", "2001:db8::/32", 0, 0, 0},
    {"membership", announced(Family::rtc), "60 0000fde8 0002fde800000064", "0:fde8:2:fde8:0:64::/96", 0, 0, 0},
    {"default membership", announced(Family::rtc), "00", "::/0", 0, 0, 0},
};

TEST_CASE("each form is read and written") {
  for (const Row& row : rows) {
    CAPTURE(row.name);
    std::vector<AnnouncedNlri> routes;
    REQUIRE(decode_nlri(octets(row.hex), row.form, routes) == NlriReading::good);
    REQUIRE(routes.size() == 1);
    CHECK(to_string(routes[0].nlri.prefix) == row.prefix);
    CHECK(routes[0].path_id == row.path_id);
    CHECK(routes[0].label == Label{row.label});
    CHECK(routes[0].nlri.rd == RouteDistinguisher(row.rd));
    Bytes written;
    CHECK(encode_nlri(routes, row.form, 100, written) == 1);
    CHECK(hex(written) == hex(octets(row.hex)));
  }
}

bool readable(const char* text, const NlriForm& form) {
  std::vector<AnnouncedNlri> routes;
  return decode_nlri(octets(text), form, routes) != NlriReading::malformed;
}

TEST_CASE("a membership of a length without meaning is passed over, one that is too long is an error") {
  std::vector<AnnouncedNlri> routes;
  CHECK(decode_nlri(octets("08 0a  20 0000fde8"), announced(Family::rtc), routes) == NlriReading::good);
  REQUIRE(routes.size() == 1);
  CHECK(routes[0].nlri.prefix.length() == 32);
  CHECK_FALSE(readable("61 0000fde8 0002fde800000064 00", announced(Family::rtc)));
}

TEST_CASE("several labels before labelled unicast are read up to the S bit; a peer that never sets it has one") {
  std::vector<AnnouncedNlri> routes;
  REQUIRE(decode_nlri(octets("47 000050 000041 040506  38 000640 0a010203"), announced(Family::ipv4_labelled),
                      routes) == NlriReading::several_labels);
  REQUIRE(routes.size() == 2);
  CHECK(routes[0].label == Label{5});
  CHECK(to_string(routes[0].nlri.prefix) == "4.5.6.0/23");
  CHECK(routes[1].label == Label{100});
  CHECK(to_string(routes[1].nlri.prefix) == "10.1.2.3/32");
  CHECK_FALSE(readable("17 000641", announced(Family::ipv4_labelled)));
  CHECK_FALSE(readable("39 000641 0a01020300", announced(Family::ipv4_labelled)));
}

TEST_CASE("where several labels were not agreed on, one that leaves a prefix is all there is (RFC 8277, 2.2)") {
  for (const NlriUse use : {NlriUse::announce, NlriUse::withdraw}) {
    std::vector<AnnouncedNlri> routes;
    const NlriForm form{Family::ipv4_labelled, false, use};
    REQUIRE(decode_nlri(octets("30 000640 0a0101"), form, routes) == NlriReading::good);
    REQUIRE(routes.size() == 1);
    CHECK(to_string(routes[0].nlri.prefix) == "10.1.1.0/24");
    CHECK(routes[0].label == Label{use == NlriUse::announce ? 100u : 0u});
  }
  std::vector<AnnouncedNlri> routes;
  NlriForm form = announced(Family::ipv6_labelled);
  CHECK(decode_nlri(octets("47 000050 000041 dead00"), form, routes) == NlriReading::good);
  form.several_labels = true;
  CHECK(decode_nlri(octets("47 000050 000041 dead00"), form, routes) == NlriReading::several_labels);
  REQUIRE(routes.size() == 2);
  CHECK(to_string(routes[0].nlri.prefix) == "0:41de:ad00::/47");
  CHECK(to_string(routes[1].nlri.prefix) == "dead::/23");
}

TEST_CASE("lengths that fit no route") {
  CHECK_FALSE(readable("21 0a0b0c0d00", announced(Family::ipv4)));
  CHECK_FALSE(readable("18 0a0b", announced(Family::ipv4)));
  CHECK_FALSE(readable("21 0a0b0c0d00", withdrawn(Family::ipv4, true)));
  CHECK_FALSE(readable("000000", announced(Family::ipv4, true)));
  CHECK_FALSE(readable("00000001", announced(Family::ipv4, true)));
  CHECK_FALSE(readable("81 2001", announced(Family::ipv6)));
  CHECK_FALSE(readable("57 000641 0000fde900000001", announced(Family::vpnv4)));
  CHECK_FALSE(readable("79 000641 0000fde900000001 0a01010100", announced(Family::vpnv4)));
  CHECK_FALSE(readable("70 000641 0000fde900000001 0a01", announced(Family::vpnv4)));
  CHECK(readable("58 000641 0000fde900000001", announced(Family::vpnv4)));
  CHECK(readable("", announced(Family::ipv4)));
}

TEST_CASE("bits behind the prefix are dropped, the S bit says nothing") {
  std::vector<AnnouncedNlri> routes;
  REQUIRE(decode_nlri(octets("0c 0aff"), announced(Family::ipv4), routes) == NlriReading::good);
  REQUIRE(decode_nlri(octets("64 000640 0000fde900000001 0aff"), announced(Family::vpnv4), routes) ==
          NlriReading::good);
  CHECK(to_string(routes[0].nlri.prefix) == "10.240.0.0/12");
  CHECK(to_string(routes[1].nlri.prefix) == "10.240.0.0/12");
  CHECK(routes[1].label == Label{100});
}

TEST_CASE("as many routes are written as there is space for") {
  std::vector<AnnouncedNlri> routes;
  REQUIRE(decode_nlri(octets("08 01 08 02 08 03"), announced(Family::ipv4), routes) == NlriReading::good);
  Bytes out;
  CHECK(encode_nlri(routes, announced(Family::ipv4), 5, out) == 2);
  CHECK(hex(out) == "08010802");
  CHECK(encode_nlri(routes, announced(Family::ipv4), 1, out) == 0);
  CHECK(out.size() == 4);
}

}  // namespace
}  // namespace vrfd::bgp
