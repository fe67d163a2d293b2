#include <doctest.h>

#include "tests/unit/daemon/bgp/wire/octets.h"

namespace vrfd::bgp {
namespace {

using test::external_session;
using test::internal_session;
using test::octets;
using test::prefixes;
using test::read;
using test::read_with;
using test::update_body;

const std::string v6_reach = "80 0e 1a 0002 01 10 20010db8000000000000000000000002 00 20 20010db8 ";
const std::string v6_unreach = "80 0f 08 0002 01 20 20010db9 ";

std::string reset(const test::Read& result) {
  if (!result.notification) return "";
  return std::to_string(result.notification->code) + "/" + std::to_string(result.notification->subcode);
}

std::string reset_data(const test::Read& result) {
  return result.notification ? test::hex(result.notification->data) : "none";
}

TEST_CASE("routes of both fields and both MP attributes, each with its next hop") {
  const auto result =
      read(update_body("08 0b", test::mandatory + v6_reach + v6_unreach, "08 0a 10 0c0d"), external_session());
  REQUIRE_FALSE(result.notification);
  CHECK(prefixes(result.update.withdrawn) == "ipv4:11.0.0.0/8 ipv6:2001:db9::/32");
  CHECK(prefixes(result.update.reachable) == "ipv4:10.0.0.0/8 ipv4:12.13.0.0/16 ipv6:2001:db8::/32");
  REQUIRE(result.update.reachable.size() == 2);
  CHECK(to_string(attributes_of(result.update, result.update.reachable[0]).next_hop) == "10.0.0.2");
  CHECK(to_string(attributes_of(result.update, result.update.reachable[1]).next_hop) == "2001:db8::2");
}

TEST_CASE("storage used before leaves nothing behind") {
  Update update;
  const SessionContext context = external_session();
  const Bytes first = update_body("08 0b", test::mandatory + "40 01 02 0000", "08 0a 08 0c");
  REQUIRE_FALSE(decode_update(first, context, update));
  CHECK(update.verdict != Verdict::ok);
  REQUIRE_FALSE(decode_update(update_body("", test::mandatory, "08 0d"), context, update));
  CHECK(prefixes(update.reachable) == "ipv4:13.0.0.0/8");
  CHECK(update.withdrawn.empty());
  CHECK(update.faults.empty());
  CHECK(update.verdict == Verdict::ok);
}

TEST_CASE("treat-as-withdraw moves the routes of every field") {
  const auto result = read(update_body("08 0b", "40 01 01 09 " + test::as_path + test::next_hop + v6_reach, "08 0a"),
                           external_session());
  REQUIRE_FALSE(result.notification);
  CHECK(result.update.verdict == Verdict::treat_as_withdraw);
  CHECK(result.update.reachable.empty());
  CHECK(prefixes(result.update.withdrawn) == "ipv4:11.0.0.0/8 ipv4:10.0.0.0/8 ipv6:2001:db8::/32");
  REQUIRE(result.update.faults.size() == 1);
  CHECK(result.update.faults[0].text == "ORIGIN: unknown value");
  CHECK(result.update.faults[0].type == 1);
}

TEST_CASE("a route that is treated as withdrawn has no label, as any withdrawn one") {
  const std::string reach = "80 0e 1f 0001 80 0c 0000000000000000 0a000002 00 68 000641 0000fde900000001 0a01 ";
  const auto result = read(update_body("", "40 01 01 09 " + test::as_path + reach, ""), external_session());
  REQUIRE(result.update.withdrawn.size() == 1);
  CHECK(result.update.withdrawn[0].routes[0].label == Label{});
  CHECK(result.update.withdrawn[0].routes[0].nlri.rd == RouteDistinguisher(0x0000FDE900000001));
}

TEST_CASE("a route with more labels than were agreed on is treated as withdrawn (RFC 8277, 2.1)") {
  SessionContext context = external_session();
  context.families.add(Family::ipv4_labelled);
  const std::string reach = "80 0e 13 0001 04 04 0a000002 00 47 000050 000041 040506 ";
  Update update;
  REQUIRE_FALSE(decode_update(update_body("", test::mandatory + reach, ""), context, update));
  CHECK(update.verdict == Verdict::treat_as_withdraw);
  CHECK(prefixes(update.withdrawn) == "ipv4_labelled:4.5.6.0/23");
  context.several_labels = true;
  REQUIRE_FALSE(decode_update(update_body("", test::mandatory + reach, ""), context, update));
  CHECK(update.verdict == Verdict::ok);
  CHECK(prefixes(update.reachable) == "ipv4_labelled:4.5.6.0/23");
}

TEST_CASE("mandatory attributes are needed where routes are announced (RFC 7606, 3 (d))") {
  const SessionContext context = external_session();
  const auto verdict = [&](const std::string& attributes, const char* nlri) {
    return read(update_body("", attributes, nlri), context).update.verdict;
  };
  CHECK(verdict(test::as_path + test::next_hop, "08 0a") == Verdict::treat_as_withdraw);
  CHECK(verdict(test::origin + test::next_hop, "08 0a") == Verdict::treat_as_withdraw);
  CHECK(verdict(test::origin + test::as_path, "08 0a") == Verdict::treat_as_withdraw);
  CHECK(verdict(test::origin + test::as_path + v6_reach, "") == Verdict::ok);
  CHECK(verdict(test::origin + v6_reach, "") == Verdict::treat_as_withdraw);
  CHECK(verdict(v6_unreach, "") == Verdict::ok);
  CHECK(verdict(test::origin, "") == Verdict::ok);
}

TEST_CASE("a broken attribute section withdraws what is announced, or ends the session (RFC 7606, 4 and 5.2)") {
  const SessionContext context = external_session();
  const std::string cut = "40 05 0f 00";
  CHECK(read_with(cut, context).update.verdict == Verdict::treat_as_withdraw);
  CHECK(read_with("40", context).update.verdict == Verdict::treat_as_withdraw);
  CHECK(read(update_body("", test::origin + test::as_path + v6_reach + cut, ""), context).update.verdict ==
        Verdict::treat_as_withdraw);
  CHECK(reset(read(update_body("08 0a", test::origin + test::as_path + cut, ""), context)) == "3/1");
  CHECK(reset(read(update_body("08 0a", "40 01 02 0000", ""), context)) == "3/5");
  CHECK(reset(read(update_body("08 0a", "40 01 01 09", ""), context)) == "3/6");
  CHECK(reset(read(update_body("08 0a", "40 06 01 00", ""), context)) == "");
}

TEST_CASE("an MP attribute that runs past the others hides routes, whatever else is announced (RFC 7606, 3 (j))") {
  const SessionContext context = external_session();
  for (const char* cut : {"80 0e 1a 0002 01 10", "80 0f 08 0002 01 20", "90 0f 0008 0002 01"}) {
    CHECK(reset(read_with(cut, context)) == "3/1");
    CHECK(reset(read(update_body("08 0b", cut, ""), context)) == "3/1");
    CHECK(reset(read(update_body("", test::mandatory + cut, "21 0a0b0c0d00"), context)) == "3/10");
  }
  CHECK(reset(read(update_body("", test::origin + test::as_path + v6_reach + "80 0f 08 0002 01", ""), context)) ==
        "3/1");
  CHECK(read_with("80 0f", context).update.verdict == Verdict::treat_as_withdraw);
  CHECK(read_with("90 0f 00", context).update.verdict == Verdict::treat_as_withdraw);
}

TEST_CASE("the data of a NOTIFICATION is the erroneous attribute (RFC 4271, 6.3)") {
  const SessionContext context = external_session();
  const auto data = [&](const char* attributes) {
    return reset_data(read(update_body("08 0a", attributes, ""), context));
  };
  CHECK(data("c0 01 01 00") == "c0010100");
  CHECK(data("80 04 03 00000a 40 01 01 09") == "80040300000a");
  CHECK(data("40 01 01 09") == "40010109");
  CHECK(data("c0 23 04 00000000") == "c0230400000000");
  CHECK(data("40 05 0f 00") == "");
  const char* next_hop_of_six = "80 0e 0d 0002 01 06 0a0000020000 00 08 20";
  CHECK(reset(read(update_body("", next_hop_of_six, ""), context)) == "3/9");
  CHECK(data(next_hop_of_six) == test::hex(octets(next_hop_of_six)));
}

TEST_CASE("lengths that contradict the message end the session") {
  const SessionContext context = external_session();
  CHECK(reset(read(octets("0005 0000"), context)) == "3/1");
  CHECK(reset(read(octets("0000 ffff 40"), context)) == "3/1");
  CHECK(reset(read(octets("0000"), context)) == "3/1");
}

TEST_CASE("routes that cannot be read end the session") {
  const SessionContext context = external_session();
  CHECK(reset(read(update_body("21 0a0b0c0d00", "", ""), context)) == "3/10");
  CHECK(reset(read(update_body("", test::mandatory, "21 0a0b0c0d00"), context)) == "3/10");
  CHECK(reset(read(update_body("", "80 0f 05 0002 01 81 20", ""), context)) == "3/10");
  CHECK(reset(read(update_body("", "80 0e 04 0002 01 10", ""), context)) == "3/9");
  CHECK(reset(read(update_body("", "80 0f 02 0002", ""), context)) == "3/9");
  CHECK(reset(read(update_body("", "80 0e 0a 0002 01 04 0a000002 00 00", ""), context)) == "3/9");
  CHECK(reset(read(update_body("", v6_unreach + v6_unreach, ""), context)) == "3/1");
  CHECK(reset(read(update_body("", test::origin + test::as_path + v6_reach + v6_reach, ""), context)) == "3/1");
}

TEST_CASE("families that were not negotiated are passed over") {
  SessionContext context = external_session();
  context.families.remove(Family::ipv6);
  const auto result = read(update_body("", test::mandatory + v6_reach + v6_unreach, "08 0a"), context);
  REQUIRE_FALSE(result.notification);
  CHECK(prefixes(result.update.reachable) == "ipv4:10.0.0.0/8");
  CHECK(result.update.withdrawn.empty());
  context.families.remove(Family::ipv4);
  const auto none = read(update_body("08 0b", test::mandatory, "08 0a"), context);
  CHECK(none.update.reachable.empty());
  CHECK(none.update.withdrawn.empty());
  CHECK_FALSE(read(update_body("", "", ""), context).update.end_of_rib);
  CHECK(reset(read(update_body("", test::origin + test::as_path + "80 0e 03 0019 41", ""), context)) == "");
}

TEST_CASE("memberships of lengths without meaning leave no row behind, and the storage to the next") {
  SessionContext context = external_session();
  context.families.add(Family::rtc);
  const auto result = read(
      update_body("", test::mandatory + "80 0e 0b 0001 84 04 0a000002 00 08 0a 80 0f 05 0001 84 08 0a ", ""), context);
  REQUIRE_FALSE(result.notification);
  CHECK(result.update.verdict == Verdict::ok);
  CHECK(result.update.reachable.empty());
  CHECK(result.update.withdrawn.empty());
  CHECK_FALSE(result.update.end_of_rib);
}

TEST_CASE("End-of-RIB in both forms (RFC 4724, 2)") {
  const SessionContext context = external_session();
  CHECK(read(update_body("", "", ""), context).update.end_of_rib == Family::ipv4);
  CHECK(read(update_body("", "80 0f 03 0002 80", ""), context).update.end_of_rib == Family::vpnv6);
  CHECK(read(update_body("", "80 0f 03 0001 01", ""), context).update.end_of_rib == Family::ipv4);
  CHECK_FALSE(read(update_body("08 0a", "", ""), context).update.end_of_rib);
  CHECK_FALSE(read(update_body("", "80 0f 03 0002 80" + test::origin, ""), context).update.end_of_rib);
  CHECK_FALSE(read(update_body("", v6_unreach, ""), context).update.end_of_rib);
  CHECK_FALSE(read(update_body("", "80 0f 03 0019 41", ""), context).update.end_of_rib);
}

TEST_CASE("the first AS of an external peer is its own") {
  SessionContext context = external_session();
  const auto foreign = [&](const std::string& path) {
    return read(update_body("", test::origin + path + test::next_hop, "08 0a"), context).update.foreign_first_as;
  };
  const std::string other = "40 02 06 02 01 0000fdea ";
  CHECK_FALSE(foreign(test::as_path));
  CHECK(foreign(other));
  CHECK(foreign("40 02 00 "));
  CHECK(foreign("40 02 06 01 01 0000fde9 "));
  context.enforce_first_as = false;
  CHECK_FALSE(foreign(other));
  context = internal_session();
  CHECK_FALSE(foreign(other));
}

TEST_CASE("confederation segments are for no external peer; AS 0 is for nobody") {
  const auto verdict = [](const std::string& path, const SessionContext& context) {
    return read(update_body("", test::origin + path + test::next_hop, "08 0a"), context).update.verdict;
  };
  CHECK(verdict("40 02 06 03 01 0000fde9 ", external_session()) == Verdict::treat_as_withdraw);
  CHECK(verdict("40 02 06 03 01 0000fde9 ", internal_session()) == Verdict::ok);
  CHECK(verdict("40 02 06 02 01 00000000 ", internal_session()) == Verdict::treat_as_withdraw);
}

TEST_CASE("NEXT_HOP: no unicast address from an external peer, nothing at all without routes for it") {
  const auto verdict = [](const std::string& address, const SessionContext& context) {
    const std::string attributes = test::origin + test::as_path + "40 03 04 " + address;
    return read(update_body("", attributes, "08 0a"), context).update.verdict;
  };
  for (const char* address : {"00000000", "7f000001", "e0000001", "ffffffff", "00000001"}) {
    CHECK(verdict(address, external_session()) == Verdict::treat_as_withdraw);
    CHECK(verdict(address, internal_session()) == Verdict::ok);
  }
  const std::string broken = test::origin + test::as_path + "40 03 05 0a00000200 " + v6_reach;
  CHECK(read(update_body("", broken, ""), external_session()).update.verdict == Verdict::ok);
  CHECK(read(update_body("", broken, "08 0a"), external_session()).update.verdict == Verdict::treat_as_withdraw);
}

SessionContext two_octet_session() {
  SessionContext context = external_session();
  context.four_octet_as = false;
  return context;
}

TEST_CASE("two-octet sessions: AS4_PATH and AS4_AGGREGATOR are put in (RFC 6793, 4.2.3)") {
  const std::string path = test::origin + "40 02 06 02 02 fde9 5ba0 " + test::next_hop;
  const std::string as4_path = "c0 11 0a 02 02 0000fde9 000186a0 ";
  const auto decode = [&](const std::string& more) {
    return read(update_body("", path + more, "08 0a"), two_octet_session()).update;
  };
  CHECK(to_string(decode(as4_path).attributes.as_path) == "65001 100000");
  const std::string as4_aggregator = "c0 12 08 000186a0 0a000001 ";
  const Update merged = decode("c0 07 06 5ba0 0a000001 " + as4_path + as4_aggregator);
  CHECK(merged.attributes.aggregator == Aggregator{Asn{100000}, IpAddress::v4(0x0A000001)});
  const Update ignored = decode("c0 07 06 fde9 0a000001 " + as4_path + as4_aggregator);
  CHECK(ignored.attributes.aggregator->asn == Asn{65001});
  CHECK(to_string(ignored.attributes.as_path) == "65001 23456");
  const Update confederation = decode("c0 11 10 03 01 0000fde8 02 02 0000fde9 000186a0 ");
  CHECK(confederation.verdict == Verdict::attribute_discard);
  CHECK(to_string(confederation.attributes.as_path) == "65001 100000");
  const Update malformed = decode("c0 11 06 02 02 0000fde9 ");
  CHECK(malformed.verdict == Verdict::attribute_discard);
  CHECK(to_string(malformed.attributes.as_path) == "65001 23456");
  CHECK(decode("c0 11 00 ").verdict == Verdict::attribute_discard);
}

TEST_CASE("four-octet sessions carry neither") {
  const auto result = read_with("c0 11 06 02 01 0000fde9 c0 12 08 0000fde9 0a000001", external_session());
  CHECK(result.update.verdict == Verdict::attribute_discard);
  CHECK(result.update.faults.size() == 2);
  CHECK_FALSE(result.update.attributes.aggregator);
}

TEST_CASE("path identifiers are read where they were negotiated") {
  SessionContext context = external_session();
  context.add_path_receive.add(Family::ipv4);
  const auto result = read(update_body("00000009 08 0b", test::mandatory, "00000007 08 0a"), context);
  REQUIRE_FALSE(result.notification);
  CHECK(result.update.reachable[0].routes[0].path_id == 7);
  CHECK(result.update.withdrawn[0].routes[0].path_id == 9);
}

std::string key_of(const std::string& attributes, const char* nlri) {
  const Bytes body = update_body("", attributes, nlri);
  const auto split = split_update(body, external_session());
  Bytes key;
  attribute_key(std::get<UpdateSections>(split), key);
  return test::hex(key);
}

TEST_CASE("the key leaves out routes and keeps next hops") {
  const std::string other_routes = "80 0e 1a 0002 01 10 20010db8000000000000000000000002 00 20 20010db9 ";
  const std::string other_next_hop = "80 0e 1a 0002 01 10 20010db8000000000000000000000003 00 20 20010db8 ";
  CHECK(key_of(test::mandatory, "08 0a") == key_of(test::mandatory, "08 0b 08 0c"));
  CHECK(key_of(test::mandatory, "08 0a") != key_of(test::mandatory, ""));
  CHECK(key_of(test::mandatory, "08 0a") != key_of(test::mandatory + "40 06 00", "08 0a"));
  CHECK(key_of(test::mandatory + v6_reach, "") == key_of(test::mandatory + other_routes, ""));
  CHECK(key_of(test::mandatory + v6_reach, "") == key_of(v6_reach + test::mandatory + v6_unreach, ""));
  CHECK(key_of(test::mandatory + v6_reach, "") != key_of(test::mandatory + other_next_hop, ""));
  CHECK(key_of(test::mandatory + v6_reach, "") != key_of(test::mandatory, ""));
  CHECK(key_of("80 0e 05 0002 01 00 00", "") != key_of("00 02 01 00", ""));
}

}  // namespace
}  // namespace vrfd::bgp
