#include "daemon/bgp/wire/frame.h"

#include <algorithm>
#include <array>

#include "daemon/bgp/wire/notification.h"

namespace vrfd::bgp {

namespace {

constexpr std::size_t marker_octets = 16;
constexpr std::size_t length_position = marker_octets;
constexpr std::size_t type_position = 18;

struct LengthRange {
  MessageType type;
  std::size_t minimum;
  std::size_t maximum;
};

// RFC 4271, 6.1 and RFC 8654, 4. A ROUTE-REFRESH of a wrong length has an error code of its own (RFC 7313, 5).
constexpr std::array<LengthRange, 5> length_ranges{{
    {MessageType::open, 29, message_limit},
    {MessageType::update, 23, extended_message_limit},
    {MessageType::notification, 21, extended_message_limit},
    {MessageType::keepalive, header_octets, header_octets},
    {MessageType::route_refresh, header_octets, extended_message_limit},
}};

Notification bad_length(ByteView header) {
  const ByteView length = header.subspan(length_position, 2);
  return {code::header, subcode::bad_length, Bytes(length.begin(), length.end())};
}

}  // namespace

FrameResult next_frame(ByteView buffer, std::size_t limit) {
  if (buffer.size() < header_octets) return NeedMore{};
  if (std::any_of(buffer.begin(), buffer.begin() + marker_octets, [](std::uint8_t octet) { return octet != 0xFF; }))
    return Notification{code::header, subcode::not_synchronized, {}};
  ByteReader reader(buffer.subspan(length_position));
  const std::size_t length = reader.u16();
  const std::uint8_t type = reader.u8();
  if (length < header_octets || length > limit) return bad_length(buffer);
  const auto* range = std::find_if(length_ranges.begin(), length_ranges.end(),
                                   [&](const LengthRange& row) { return static_cast<std::uint8_t>(row.type) == type; });
  if (range == length_ranges.end()) return Notification{code::header, subcode::bad_type, {buffer[type_position]}};
  if (length < range->minimum || length > range->maximum) return bad_length(buffer);
  if (buffer.size() < length) return NeedMore{};
  return Frame{range->type, buffer.first(length)};
}

std::size_t start_message(MessageType type, Bytes& out) {
  const std::size_t start = out.size();
  out.insert(out.end(), marker_octets, 0xFF);
  ByteWriter writer(out);
  writer.u16(0);
  writer.u8(static_cast<std::uint8_t>(type));
  return start;
}

void finish_message(std::size_t start, Bytes& out) {
  ByteWriter(out).patch_u16(start + length_position, static_cast<std::uint16_t>(out.size() - start));
}

}  // namespace vrfd::bgp
