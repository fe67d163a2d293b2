#include "daemon/bgp/wire/frame.h"

#include <doctest.h>

#include "tests/unit/daemon/bgp/wire/octets.h"

namespace vrfd::bgp {
namespace {

using test::hex;
using test::octets;

const std::string marker(32, 'f');

std::string refusal(const std::string& header_end, std::size_t limit = message_limit) {
  const auto result = next_frame(octets(marker + header_end), limit);
  const auto* error = std::get_if<Notification>(&result);
  if (error == nullptr) return "";
  return std::to_string(error->code) + "/" + std::to_string(error->subcode) + " " + hex(error->data);
}

TEST_CASE("a frame is found once all of it is there") {
  Bytes buffer = octets(marker + "0013 04");
  CHECK(std::holds_alternative<NeedMore>(next_frame(ByteView(buffer).first(18), message_limit)));
  buffer.push_back(0xFF);
  const auto result = next_frame(buffer, message_limit);
  REQUIRE(std::holds_alternative<Frame>(result));
  CHECK(std::get<Frame>(result).type == MessageType::keepalive);
  CHECK(std::get<Frame>(result).octets.size() == 19);
  CHECK(std::get<Frame>(result).body().empty());
  const Bytes started = octets(marker + "0017 02 0000");
  CHECK(std::holds_alternative<NeedMore>(next_frame(started, message_limit)));
}

TEST_CASE("a wrong header ends the session at once") {
  Bytes unmarked = octets(marker + "0013 04");
  unmarked[15] = 0xFE;
  const auto result = next_frame(unmarked, message_limit);
  REQUIRE(std::holds_alternative<Notification>(result));
  CHECK(std::get<Notification>(result) == Notification{1, 1, {}});
  CHECK(refusal("0012 04") == "1/2 0012");
  CHECK(refusal("1001 02") == "1/2 1001");
  CHECK(refusal("0013 00") == "1/3 00");
  CHECK(refusal("0013 06") == "1/3 06");
}

TEST_CASE("each type has its lengths") {
  CHECK(refusal("001c 01") == "1/2 001c");
  CHECK(refusal("0016 02") == "1/2 0016");
  CHECK(refusal("0014 03") == "1/2 0014");
  CHECK(refusal("0014 04") == "1/2 0014");
  CHECK(refusal("001d 01") == "");
  CHECK(refusal("0015 03") == "");
  CHECK(refusal("0013 05") == "");
}

TEST_CASE("extended messages are for UPDATE, NOTIFICATION and ROUTE-REFRESH (RFC 8654)") {
  CHECK(refusal("1001 02", extended_message_limit) == "");
  CHECK(refusal("ffff 02", extended_message_limit) == "");
  CHECK(refusal("1001 01", extended_message_limit) == "1/2 1001");
  SessionContext context;
  CHECK(message_limit_of(context) == 4096);
  context.extended_message = true;
  CHECK(message_limit_of(context) == 65535);
}

}  // namespace
}  // namespace vrfd::bgp
