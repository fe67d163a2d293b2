// Octets for the tests of the wire, written as hexadecimal with spaces wherever they help.
#pragma once

#include <string>
#include <string_view>

#include "daemon/bgp/wire/codec.h"

namespace vrfd::bgp::test {

inline Bytes octets(std::string_view hex) {
  Bytes out;
  int high = -1;
  for (const char c : hex) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high >= 0) out.push_back(static_cast<std::uint8_t>(high << 4 | digit));
    high = high >= 0 ? -1 : digit;
  }
  return out;
}

inline std::string hex(ByteView view) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t octet : view) {
    text += digits[octet >> 4];
    text += digits[octet & 0xF];
  }
  return text;
}

inline SessionContext external_session() {
  SessionContext context;
  context.four_octet_as = true;
  for (const FamilyRow& row : families) context.families.add(row.family);
  context.local_as = Asn{65000};
  context.peer_as = Asn{65001};
  return context;
}

inline SessionContext internal_session() {
  SessionContext context = external_session();
  context.internal = true;
  context.peer_as = Asn{65000};
  return context;
}

// The body of an UPDATE.
inline Bytes update_body(std::string_view withdrawn, std::string_view attributes, std::string_view nlri) {
  Bytes out;
  ByteWriter writer(out);
  for (const std::string_view field : {withdrawn, attributes}) {
    const Bytes value = octets(field);
    writer.u16(static_cast<std::uint16_t>(value.size()));
    writer.bytes(value);
  }
  writer.bytes(octets(nlri));
  return out;
}

// ORIGIN IGP, AS_PATH 65001, NEXT_HOP 10.0.0.2.
inline const std::string origin = "40 01 01 00 ";
inline const std::string as_path = "40 02 06 02 01 0000fde9 ";
inline const std::string next_hop = "40 03 04 0a000002 ";
inline const std::string mandatory = origin + as_path + next_hop;
inline const std::string ten_slash_eight = "08 0a";

struct Read {
  std::optional<Notification> notification;
  Update update;
};

inline Read read(const Bytes& body, const SessionContext& context) {
  Read result;
  result.notification = decode_update(body, context, result.update);
  return result;
}

// 10/8 with the mandatory attributes and these.
inline Read read_with(const std::string& attributes, const SessionContext& context) {
  return read(update_body("", mandatory + attributes, ten_slash_eight), context);
}

inline std::string prefixes(const std::vector<FamilyRoutes>& rows) {
  std::string text;
  for (const FamilyRoutes& row : rows)
    for (const AnnouncedNlri& route : row.routes)
      text += (text.empty() ? "" : " ") + std::string(name_of(row.family)) + ":" + to_string(route.nlri.prefix);
  return text;
}

}  // namespace vrfd::bgp::test
