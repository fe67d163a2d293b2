#include "daemon/bgp/wire/notification.h"

#include <doctest.h>

#include "tests/unit/daemon/bgp/wire/octets.h"

namespace vrfd::bgp {
namespace {

using test::hex;
using test::octets;

TEST_CASE("codes have IANA's names") {
  CHECK(name_of(Notification{6, 4, {}}) == "Cease/Administrative Reset");
  CHECK(name_of(Notification{4, 0, {}}) == "Hold Timer Expired");
  CHECK(name_of(Notification{3, 10, {}}) == "UPDATE Message Error/Invalid Network Field");
  CHECK(name_of(Notification{6, 254, {}}) == "Cease/254");
  CHECK(name_of(Notification{9, 255, {}}) == "Error 9/255");
  CHECK(name_of(Notification{0, 0, {}}) == "Error 0/0");
}

TEST_CASE("octets and back") {
  const Notification notification{2, 1, {0, 4}};
  CHECK(hex(encode(notification)) == std::string(32, 'f') + "0017030201" + "0004");
  CHECK(decode_notification(octets("02 01 0004")) == notification);
}

TEST_CASE("no NOTIFICATION exceeds 4096 octets") {
  CHECK(encode(Notification{3, 1, Bytes(70000, 0xAA)}).size() == message_limit);
}

TEST_CASE("a shutdown communication goes with Cease 6/2 and 6/4 (RFC 9003)") {
  const Notification notification = cease(subcode::administrative_shutdown, "maintenance");
  CHECK(notification.data.front() == 11);
  CHECK(shutdown_communication(notification) == "maintenance");
  CHECK(cease(subcode::peer_deconfigured, "no").data.empty());
  CHECK(cease(subcode::administrative_reset).data.empty());
  CHECK(shutdown_communication(Notification{6, 3, octets("02 6869")}) == std::nullopt);
  CHECK(shutdown_communication(Notification{6, 2, octets("03 6869")}) == std::nullopt);
  CHECK(shutdown_communication(Notification{6, 2, octets("04 fffec080")}) == std::nullopt);
  CHECK(shutdown_communication(Notification{6, 4, octets("00")}) == std::nullopt);
}

TEST_CASE("a long communication is cut between characters") {
  std::string text(254, 'a');
  text += "\xC3\xA4";
  const Notification notification = cease(subcode::administrative_reset, text);
  CHECK(shutdown_communication(notification) == std::string(254, 'a'));
}

TEST_CASE("UTF-8 is checked in full (RFC 3629)") {
  const auto passes = [](std::string_view text) {
    Bytes data = octets(text);
    data.insert(data.begin(), static_cast<std::uint8_t>(data.size()));
    return shutdown_communication(Notification{6, 2, data}).has_value();
  };
  CHECK(passes("f0 9f 98 80"));
  CHECK(passes("e2 82 ac"));
  CHECK_FALSE(passes("c0 80"));
  CHECK_FALSE(passes("e0 80 80"));
  CHECK_FALSE(passes("ed a0 80"));
  CHECK_FALSE(passes("f4 90 80 80"));
  CHECK_FALSE(passes("f5 80 80 80"));
  CHECK_FALSE(passes("e2 82"));
  CHECK_FALSE(passes("80"));
}

TEST_CASE("a hard reset encloses a NOTIFICATION (RFC 8538)") {
  const Notification inner = cease(subcode::administrative_reset, "bye");
  const Notification outer = hard_reset(inner);
  CHECK(outer.code == code::cease);
  CHECK(outer.subcode == subcode::hard_reset);
  CHECK(enclosed_in_hard_reset(outer) == inner);
  CHECK(enclosed_in_hard_reset(inner) == std::nullopt);
  CHECK(enclosed_in_hard_reset(Notification{6, 9, {6}}) == std::nullopt);
}

}  // namespace
}  // namespace vrfd::bgp
