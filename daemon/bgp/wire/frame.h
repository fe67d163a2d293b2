// Messages out of a byte stream (RFC 4271, 4.1 and 6.1).
//
// `next_frame` looks at the start of what has been received and says where the first message ends, that more is
// needed, or with which NOTIFICATION the session dies. It never waits for the rest of a message whose header is wrong.
#pragma once

#include <variant>

#include "daemon/bgp/wire/message.h"

namespace vrfd::bgp {

struct NeedMore {};

// A whole message with its header, still in the buffer it was found in.
struct Frame {
  MessageType type{};
  ByteView octets;
  ByteView body() const { return octets.subspan(header_octets); }
};

using FrameResult = std::variant<NeedMore, Frame, Notification>;

// `limit` is `message_limit`, or `extended_message_limit` where RFC 8654 was negotiated.
FrameResult next_frame(ByteView buffer, std::size_t limit);

constexpr std::size_t message_limit_of(const SessionContext& context) {
  return context.extended_message ? extended_message_limit : message_limit;
}

// Appends a header whose length is not known yet; returns where the message starts, for `finish_message`.
std::size_t start_message(MessageType type, Bytes& out);
void finish_message(std::size_t start, Bytes& out);

}  // namespace vrfd::bgp
