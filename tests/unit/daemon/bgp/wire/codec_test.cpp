#include "daemon/bgp/wire/codec.h"

#include <doctest.h>

#include "tests/unit/daemon/bgp/wire/octets.h"

namespace vrfd::bgp {
namespace {

using test::octets;

Decoded decode_hex(const std::string& after_marker, const SessionContext& context) {
  return decode(octets(std::string(32, 'f') + after_marker), context);
}

template <class Value>
bool is(const Decoded& decoded) {
  const auto* message = std::get_if<Message>(&decoded);
  return message != nullptr && std::holds_alternative<Value>(*message);
}

std::string refusal(const Decoded& decoded) {
  const auto* error = std::get_if<Notification>(&decoded);
  return error == nullptr ? "" : std::to_string(error->code) + "/" + std::to_string(error->subcode);
}

TEST_CASE("each type is decoded to its value") {
  const SessionContext context = test::external_session();
  CHECK(is<Open>(decode_hex("001d 01 04 fde9 005a 0a000002 00", context)));
  CHECK(is<Update>(decode_hex("0017 02 0000 0000", context)));
  CHECK(is<Notification>(decode_hex("0015 03 06 04", context)));
  CHECK(is<Keepalive>(decode_hex("0013 04", context)));
  CHECK(is<RouteRefresh>(decode_hex("0017 05 0001 00 80", context)));
}

TEST_CASE("octets that are not exactly one message are refused") {
  const SessionContext context = test::external_session();
  CHECK(refusal(decode_hex("0017 02 0000", context)) == "1/2");
  CHECK(refusal(decode_hex("0013 04 00", context)) == "1/2");
  CHECK(refusal(decode(octets("ffff"), context)) == "1/2");
}

TEST_CASE("ROUTE-REFRESH: what is not understood is ignored, a wrong length is not (RFC 7313, 5)") {
  SessionContext context = test::external_session();
  CHECK(is<Ignored>(decode_hex("0017 05 0019 00 41", context)));
  CHECK(is<Ignored>(decode_hex("0017 05 0001 07 01", context)));
  CHECK(is<Ignored>(decode_hex("001b 05 0001 00 01 01400000", context)));
  CHECK(refusal(decode_hex("0013 05", context)) == "7/1");
  CHECK(refusal(decode_hex("0016 05 0001 00", context)) == "7/1");
  CHECK(is<Ignored>(decode_hex("0018 05 0001 01 01 00", context)));
  CHECK(is<Ignored>(decode_hex("0017 05 0001 01 01", context)));
  CHECK(is<Ignored>(decode_hex("0017 05 0001 02 01", context)));
  context.enhanced_refresh = true;
  CHECK(is<RouteRefresh>(decode_hex("0017 05 0001 01 01", context)));
  CHECK(is<RouteRefresh>(decode_hex("0017 05 0001 02 01", context)));
  const Decoded decoded = decode_hex("0018 05 0001 01 01 00", context);
  CHECK(refusal(decoded) == "7/1");
  CHECK(std::get<Notification>(decoded).data.size() == 24);
  context.families.remove(Family::vpnv4);
  CHECK(is<Ignored>(decode_hex("0017 05 0001 00 80", context)));
}

TEST_CASE("ROUTE-REFRESH and KEEPALIVE are written as they are read") {
  const std::string marker(32, 'f');
  CHECK(test::hex(encode(Keepalive{})) == marker + "001304");
  CHECK(test::hex(encode(RouteRefresh{Family::vpnv6, RefreshSubtype::end})) == marker + "00170500020280");
  SessionContext context = test::external_session();
  context.enhanced_refresh = true;
  const Decoded decoded = decode(encode(RouteRefresh{Family::ipv6, RefreshSubtype::begin}), context);
  REQUIRE(is<RouteRefresh>(decoded));
  CHECK(std::get<RouteRefresh>(std::get<Message>(decoded)).subtype == RefreshSubtype::begin);
}

}  // namespace
}  // namespace vrfd::bgp
