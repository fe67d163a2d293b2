#include "daemon/bgp/wire/codec.h"

namespace vrfd::bgp {

namespace {

constexpr std::size_t plain_refresh_octets = 23;

Decoded decode_open_message(const Frame& frame, const SessionContext&) {
  auto result = decode_open(frame.body());
  if (auto* error = std::get_if<Notification>(&result)) return std::move(*error);
  return Message(std::get<Open>(std::move(result)));
}

Decoded decode_update_message(const Frame& frame, const SessionContext& context) {
  Update update;
  if (auto error = decode_update(frame.body(), context, update)) return std::move(*error);
  return Message(std::move(update));
}

Decoded decode_notification_message(const Frame& frame, const SessionContext&) {
  return Message(decode_notification(frame.body()));
}

Decoded decode_keepalive_message(const Frame&, const SessionContext&) { return Message(Keepalive{}); }

Decoded decode_refresh_message(const Frame& frame, const SessionContext& context) {
  auto result = decode_route_refresh(frame, context);
  if (auto* error = std::get_if<Notification>(&result)) return std::move(*error);
  if (auto* ignored = std::get_if<Ignored>(&result)) return Message(std::move(*ignored));
  return Message(std::get<RouteRefresh>(result));
}

}  // namespace

// RFC 2918, 3 and 4; RFC 7313, 5; entries for outbound filtering (RFC 5291) were not negotiated.
std::variant<RouteRefresh, Ignored, Notification> decode_route_refresh(const Frame& frame,
                                                                       const SessionContext& context) {
  ByteReader reader(frame.body());
  const std::uint16_t afi = reader.u16();
  const std::uint8_t subtype = reader.u8();
  const std::uint8_t safi = reader.u8();
  const bool demarcates = context.enhanced_refresh && (subtype == 1 || subtype == 2);
  if (!reader.ok() || (demarcates && frame.octets.size() != plain_refresh_octets))
    return Notification{code::route_refresh, subcode::invalid_message_length,
                        Bytes(frame.octets.begin(), frame.octets.end())};
  if (subtype != static_cast<std::uint8_t>(RefreshSubtype::request) && !demarcates)
    return Ignored{"ROUTE-REFRESH of subtype " + std::to_string(subtype)};
  const auto family = family_from(afi, safi);
  if (!family || !context.families.has(*family))
    return Ignored{"ROUTE-REFRESH for AFI " + std::to_string(afi) + " SAFI " + std::to_string(safi) +
                   ", which was not negotiated"};
  if (!reader.empty()) return Ignored{"ROUTE-REFRESH with outbound route filters, which were not negotiated"};
  return RouteRefresh{*family, static_cast<RefreshSubtype>(subtype)};
}

Decoded decode(const Frame& frame, const SessionContext& context) {
  using Decode = Decoded (*)(const Frame&, const SessionContext&);
  static constexpr std::array<Decode, 5> decoders{decode_open_message, decode_update_message,
                                                  decode_notification_message, decode_keepalive_message,
                                                  decode_refresh_message};
  return decoders[static_cast<std::size_t>(frame.type) - 1](frame, context);
}

Decoded decode(ByteView octets, const SessionContext& context) {
  auto framed = next_frame(octets, message_limit_of(context));
  if (auto* error = std::get_if<Notification>(&framed)) return std::move(*error);
  const Frame* frame = std::get_if<Frame>(&framed);
  if (frame != nullptr && frame->octets.size() == octets.size()) return decode(*frame, context);
  const ByteView length = octets.size() < header_octets ? ByteView{} : octets.subspan(16, 2);
  return Notification{code::header, subcode::bad_length, Bytes(length.begin(), length.end())};
}

Bytes encode(const Keepalive&) {
  Bytes out;
  finish_message(start_message(MessageType::keepalive, out), out);
  return out;
}

Bytes encode(const RouteRefresh& refresh) {
  Bytes out;
  const std::size_t start = start_message(MessageType::route_refresh, out);
  ByteWriter writer(out);
  writer.u16(row_of(refresh.family).afi);
  writer.u8(static_cast<std::uint8_t>(refresh.subtype));
  writer.u8(row_of(refresh.family).safi);
  finish_message(start, out);
  return out;
}

}  // namespace vrfd::bgp
