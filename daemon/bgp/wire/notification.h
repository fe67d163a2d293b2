// NOTIFICATION codes, their names, and what Cease carries besides (RFC 4271, 4.5 and 6; RFC 4486; RFC 8538; RFC 9003).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/bgp/wire/message.h"

namespace vrfd::bgp {

namespace code {
inline constexpr std::uint8_t header = 1;
inline constexpr std::uint8_t open = 2;
inline constexpr std::uint8_t update = 3;
inline constexpr std::uint8_t hold_timer_expired = 4;
inline constexpr std::uint8_t state_machine = 5;
inline constexpr std::uint8_t cease = 6;
inline constexpr std::uint8_t route_refresh = 7;
inline constexpr std::uint8_t send_hold_timer_expired = 8;  // RFC 9687
}  // namespace code

namespace subcode {
// header
inline constexpr std::uint8_t not_synchronized = 1;
inline constexpr std::uint8_t bad_length = 2;
inline constexpr std::uint8_t bad_type = 3;
// open
inline constexpr std::uint8_t unspecific = 0;
inline constexpr std::uint8_t unsupported_version = 1;
inline constexpr std::uint8_t bad_peer_as = 2;
inline constexpr std::uint8_t bad_identifier = 3;
inline constexpr std::uint8_t unsupported_parameter = 4;
inline constexpr std::uint8_t unacceptable_hold_time = 6;
inline constexpr std::uint8_t unsupported_capability = 7;
inline constexpr std::uint8_t role_mismatch = 11;  // RFC 9234
// update
inline constexpr std::uint8_t malformed_attribute_list = 1;
inline constexpr std::uint8_t unrecognized_well_known = 2;
inline constexpr std::uint8_t missing_well_known = 3;
inline constexpr std::uint8_t attribute_flags = 4;
inline constexpr std::uint8_t attribute_length = 5;
inline constexpr std::uint8_t invalid_origin = 6;
inline constexpr std::uint8_t invalid_next_hop = 8;
inline constexpr std::uint8_t optional_attribute = 9;
inline constexpr std::uint8_t invalid_network = 10;
inline constexpr std::uint8_t malformed_as_path = 11;
// state machine (RFC 6608)
inline constexpr std::uint8_t in_open_sent = 1;
inline constexpr std::uint8_t in_open_confirm = 2;
inline constexpr std::uint8_t in_established = 3;
// cease
inline constexpr std::uint8_t maximum_prefixes = 1;
inline constexpr std::uint8_t administrative_shutdown = 2;
inline constexpr std::uint8_t peer_deconfigured = 3;
inline constexpr std::uint8_t administrative_reset = 4;
inline constexpr std::uint8_t connection_rejected = 5;
inline constexpr std::uint8_t other_configuration_change = 6;
inline constexpr std::uint8_t collision_resolution = 7;
inline constexpr std::uint8_t out_of_resources = 8;
inline constexpr std::uint8_t hard_reset = 9;
inline constexpr std::uint8_t bfd_down = 10;
// route refresh (RFC 7313)
inline constexpr std::uint8_t invalid_message_length = 1;
}  // namespace subcode

// "Cease/Administrative Reset", "Hold Timer Expired"; what is not known is "Cease/77", "Error 99/1".
std::string name_of(const Notification& notification);

// An error in an UPDATE; `attribute` is the erroneous one with its header, where RFC 4271, 6.3 wants it as data.
Notification update_error(std::uint8_t subcode, ByteView attribute = {});

// Cease 6/2 or 6/4 with a text for the peer's operator (RFC 9003), cut at 255 octets between characters.
Notification cease(std::uint8_t subcode, std::string_view communication = {});
// Cease 6/1 with what was exceeded (RFC 4486, 4).
Bytes maximum_prefixes_data(Family family, std::uint32_t limit);
// The text in a Cease 6/2 or 6/4: nothing if there is none or if it is not UTF-8.
std::optional<std::string> shutdown_communication(const Notification& notification);

// Cease 6/9 around another NOTIFICATION (RFC 8538, 3.1): the peer does not keep the routes either.
Notification hard_reset(const Notification& inner);
// What a Cease 6/9 encloses.
std::optional<Notification> enclosed_in_hard_reset(const Notification& notification);

// `body` is at least the code and the subcode (framing saw to it).
Notification decode_notification(ByteView body);
Bytes encode(const Notification& notification);

}  // namespace vrfd::bgp
