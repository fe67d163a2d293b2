#include "tests/replay/messages/round_trip.h"

#include <algorithm>

#include "daemon/bgp/wire/attribute_table.h"

namespace vrfd::bgp {

namespace {

using Difference = std::optional<std::string>;

// The writer sets the partial bit of what it does not know.
PathAttributes with_partial_bits(PathAttributes attributes) {
  for (UnknownAttribute& unknown : attributes.unknown)
    if (unknown.type != attribute::only_to_customer) unknown.flags |= flag::partial;
  return attributes;
}

// All UPDATEs in `octets`, their routes in one row.
struct Collected {
  PathAttributes attributes;
  FamilyRoutes reachable;
  FamilyRoutes withdrawn;
  std::size_t messages = 0;
};

void append(const std::vector<FamilyRoutes>& rows, FamilyRoutes& all) {
  for (const FamilyRoutes& row : rows) {
    all.family = row.family;
    all.next_hop = row.next_hop;
    all.next_hop_link_local = row.next_hop_link_local;
    all.routes.insert(all.routes.end(), row.routes.begin(), row.routes.end());
  }
}

Difference collect(ByteView octets, const SessionContext& context, Collected& into) {
  while (!octets.empty()) {
    const auto framed = next_frame(octets, message_limit_of(context));
    const Frame* frame = std::get_if<Frame>(&framed);
    if (frame == nullptr) return "what was written is not a sequence of messages";
    const Decoded decoded = decode(*frame, context);
    const Message* message = std::get_if<Message>(&decoded);
    const Update* update = message != nullptr ? std::get_if<Update>(message) : nullptr;
    if (update == nullptr) return "what was written is not an UPDATE";
    if (update->verdict != Verdict::ok) return "what was written is malformed: " + update->faults.front().text;
    into.attributes = update->attributes;
    append(update->reachable, into.reachable);
    append(update->withdrawn, into.withdrawn);
    ++into.messages;
    octets = octets.subspan(frame->octets.size());
  }
  return std::nullopt;
}

Difference reachable_difference(const Update& update, const FamilyRoutes& row, const SessionContext& context) {
  const PathAttributes attributes = attributes_of(update, row);
  Bytes octets;
  const AttributeBlock block = encode_attributes(attributes, row.family, mirrored(context));
  if (!encode_reachable(row.family, block, row.routes, mirrored(context), octets)) return std::nullopt;
  Collected collected;
  if (auto difference = collect(octets, context, collected)) return difference;
  if (collected.attributes != with_partial_bits(attributes)) return "attributes differ";
  if (collected.reachable.routes != row.routes) return "reachable routes differ";
  return std::nullopt;
}

Difference withdrawn_difference(const FamilyRoutes& row, const SessionContext& context) {
  Bytes octets;
  encode_unreachable(row.family, row.routes, mirrored(context), octets);
  Collected collected;
  if (auto difference = collect(octets, context, collected)) return difference;
  if (collected.withdrawn.routes != row.routes) return "withdrawn routes differ";
  return std::nullopt;
}

Difference difference(const Update& update, const SessionContext& context) {
  for (const FamilyRoutes& row : update.reachable)
    if (auto found = reachable_difference(update, row, context)) return found;
  for (const FamilyRoutes& row : update.withdrawn)
    if (auto found = withdrawn_difference(row, context)) return found;
  if (!update.end_of_rib) return std::nullopt;
  Bytes octets;
  encode_end_of_rib(*update.end_of_rib, octets);
  const Decoded decoded = decode(octets, context);
  const Message* message = std::get_if<Message>(&decoded);
  if (message == nullptr || std::get<Update>(*message).end_of_rib != update.end_of_rib) return "End-of-RIB differs";
  return std::nullopt;
}

// Written twice with a reading between, the octets must be the same.
template <class Value>
Difference second_writing_difference(const Value& value, const SessionContext& context) {
  const Bytes once = encode(value);
  const Decoded decoded = decode(once, context);
  const Message* message = std::get_if<Message>(&decoded);
  if (message == nullptr) return "what was written is refused";
  const Value* again = std::get_if<Value>(message);
  if (again == nullptr || encode(*again) != once) return "written again it differs";
  return std::nullopt;
}

Difference difference(const Open& open, const SessionContext& context) {
  return second_writing_difference(open, context);
}
Difference difference(const Notification& notification, const SessionContext& context) {
  return second_writing_difference(notification, context);
}
Difference difference(const Keepalive& keepalive, const SessionContext& context) {
  return second_writing_difference(keepalive, context);
}
Difference difference(const RouteRefresh& refresh, const SessionContext& context) {
  return second_writing_difference(refresh, context);
}
Difference difference(const Ignored&, const SessionContext&) { return std::nullopt; }

}  // namespace

SessionContext mirrored(const SessionContext& context) {
  SessionContext mirror = context;
  mirror.add_path_send = context.add_path_receive;
  mirror.add_path_receive = context.add_path_send;
  return mirror;
}

std::optional<std::string> round_trip_difference(const Message& message, const SessionContext& context) {
  return std::visit([&](const auto& value) { return difference(value, context); }, message);
}

}  // namespace vrfd::bgp
