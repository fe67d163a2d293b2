#include "daemon/bgp/wire/notification.h"

#include <algorithm>
#include <array>

#include "daemon/bgp/wire/frame.h"

namespace vrfd::bgp {

namespace {

constexpr std::size_t communication_limit = 255;

struct NameRow {
  std::uint8_t code;
  std::uint8_t subcode;  // 0 names the code itself
  std::string_view name;
};

// As IANA's "BGP Error Codes and Subcodes" has them.
constexpr std::array name_rows{
    NameRow{1, 0, "Message Header Error"},
    NameRow{1, 1, "Connection Not Synchronized"},
    NameRow{1, 2, "Bad Message Length"},
    NameRow{1, 3, "Bad Message Type"},
    NameRow{2, 0, "OPEN Message Error"},
    NameRow{2, 1, "Unsupported Version Number"},
    NameRow{2, 2, "Bad Peer AS"},
    NameRow{2, 3, "Bad BGP Identifier"},
    NameRow{2, 4, "Unsupported Optional Parameter"},
    NameRow{2, 5, "Authentication Failure"},
    NameRow{2, 6, "Unacceptable Hold Time"},
    NameRow{2, 7, "Unsupported Capability"},
    NameRow{2, 11, "Role Mismatch"},
    NameRow{3, 0, "UPDATE Message Error"},
    NameRow{3, 1, "Malformed Attribute List"},
    NameRow{3, 2, "Unrecognized Well-known Attribute"},
    NameRow{3, 3, "Missing Well-known Attribute"},
    NameRow{3, 4, "Attribute Flags Error"},
    NameRow{3, 5, "Attribute Length Error"},
    NameRow{3, 6, "Invalid ORIGIN Attribute"},
    NameRow{3, 7, "AS Routing Loop"},
    NameRow{3, 8, "Invalid NEXT_HOP Attribute"},
    NameRow{3, 9, "Optional Attribute Error"},
    NameRow{3, 10, "Invalid Network Field"},
    NameRow{3, 11, "Malformed AS_PATH"},
    NameRow{4, 0, "Hold Timer Expired"},
    NameRow{5, 0, "Finite State Machine Error"},
    NameRow{5, 1, "Unexpected Message in OpenSent State"},
    NameRow{5, 2, "Unexpected Message in OpenConfirm State"},
    NameRow{5, 3, "Unexpected Message in Established State"},
    NameRow{6, 0, "Cease"},
    NameRow{6, 1, "Maximum Number of Prefixes Reached"},
    NameRow{6, 2, "Administrative Shutdown"},
    NameRow{6, 3, "Peer De-configured"},
    NameRow{6, 4, "Administrative Reset"},
    NameRow{6, 5, "Connection Rejected"},
    NameRow{6, 6, "Other Configuration Change"},
    NameRow{6, 7, "Connection Collision Resolution"},
    NameRow{6, 8, "Out of Resources"},
    NameRow{6, 9, "Hard Reset"},
    NameRow{6, 10, "BFD Down"},
    NameRow{7, 0, "ROUTE-REFRESH Message Error"},
    NameRow{7, 1, "Invalid Message Length"},
    NameRow{8, 0, "Send Hold Timer Expired"},
};

std::string_view name_of(std::uint8_t code, std::uint8_t subcode) {
  const auto* row = std::find_if(name_rows.begin(), name_rows.end(),
                                 [&](const NameRow& r) { return r.code == code && r.subcode == subcode; });
  return row == name_rows.end() ? std::string_view{} : row->name;
}

// Octets of the UTF-8 character that starts `text`: 0 if none does (RFC 3629, 4).
std::size_t utf8_character(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = octet(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xC2 && first <= 0xDF   ? 2
                           : first >= 0xE0 && first <= 0xEF ? 3
                           : first >= 0xF0 && first <= 0xF4 ? 4
                                                            : 0;
  if (size == 0 || text.size() < size) return 0;
  for (std::size_t i = 1; i != size; ++i)
    if ((octet(i) & 0xC0) != 0x80) return 0;
  const bool overlong = (first == 0xE0 && octet(1) < 0xA0) || (first == 0xF0 && octet(1) < 0x90);
  const bool out_of_range = (first == 0xED && octet(1) > 0x9F) || (first == 0xF4 && octet(1) > 0x8F);
  return overlong || out_of_range ? 0 : size;
}

// The longest start of `text` that is UTF-8 and has at most `limit` octets.
std::string_view utf8_start(std::string_view text, std::size_t limit) {
  std::size_t end = 0;
  while (end != text.size()) {
    const std::size_t size = utf8_character(text.substr(end));
    if (size == 0 || end + size > limit) break;
    end += size;
  }
  return text.substr(0, end);
}

bool carries_communication(const Notification& notification) {
  return notification.code == code::cease && (notification.subcode == subcode::administrative_shutdown ||
                                              notification.subcode == subcode::administrative_reset);
}

}  // namespace

std::string name_of(const Notification& notification) {
  const std::string_view code_name = name_of(notification.code, 0);
  if (code_name.empty())
    return "Error " + std::to_string(notification.code) + "/" + std::to_string(notification.subcode);
  std::string name(code_name);
  if (notification.subcode == 0) return name;
  const std::string_view subcode_name = name_of(notification.code, notification.subcode);
  return name + "/" + (subcode_name.empty() ? std::to_string(notification.subcode) : std::string(subcode_name));
}

Notification update_error(std::uint8_t subcode, ByteView attribute) {
  return {code::update, subcode, Bytes(attribute.begin(), attribute.end())};
}

Notification cease(std::uint8_t subcode, std::string_view communication) {
  Notification notification{code::cease, subcode, {}};
  if (communication.empty() || !carries_communication(notification)) return notification;
  const std::string_view text = utf8_start(communication, communication_limit);
  notification.data.push_back(static_cast<std::uint8_t>(text.size()));
  notification.data.insert(notification.data.end(), text.begin(), text.end());
  return notification;
}

Bytes maximum_prefixes_data(Family family, std::uint32_t limit) {
  Bytes data;
  ByteWriter writer(data);
  writer.u16(row_of(family).afi);
  writer.u8(row_of(family).safi);
  writer.u32(limit);
  return data;
}

std::optional<std::string> shutdown_communication(const Notification& notification) {
  if (!carries_communication(notification) || notification.data.empty()) return std::nullopt;
  ByteReader reader(notification.data);
  const ByteView octets = reader.take(reader.u8());
  if (!reader.ok() || octets.empty()) return std::nullopt;
  const std::string_view text(reinterpret_cast<const char*>(octets.data()), octets.size());
  if (utf8_start(text, text.size()).size() != text.size()) return std::nullopt;
  return std::string(text);
}

Notification hard_reset(const Notification& inner) {
  Notification outer{code::cease, subcode::hard_reset, {}};
  ByteWriter writer(outer.data);
  writer.u8(inner.code);
  writer.u8(inner.subcode);
  writer.bytes(inner.data);
  return outer;
}

std::optional<Notification> enclosed_in_hard_reset(const Notification& notification) {
  if (notification.code != code::cease || notification.subcode != subcode::hard_reset) return std::nullopt;
  if (notification.data.size() < 2) return std::nullopt;
  return decode_notification(notification.data);
}

Notification decode_notification(ByteView body) {
  ByteReader reader(body);
  Notification notification{reader.u8(), reader.u8(), {}};
  notification.data.assign(reader.rest().begin(), reader.rest().end());
  return notification;
}

Bytes encode(const Notification& notification) {
  constexpr std::size_t data_limit = message_limit - header_octets - 2;
  Bytes out;
  const std::size_t start = start_message(MessageType::notification, out);
  ByteWriter writer(out);
  writer.u8(notification.code);
  writer.u8(notification.subcode);
  writer.bytes(ByteView(notification.data).first(std::min(notification.data.size(), data_limit)));
  finish_message(start, out);
  return out;
}

}  // namespace vrfd::bgp
