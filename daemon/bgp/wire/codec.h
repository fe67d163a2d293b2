// Whole messages: octets in, a value out, and the other way for those that are not UPDATEs (update.h has these).
#pragma once

#include <variant>

#include "daemon/bgp/wire/frame.h"
#include "daemon/bgp/wire/notification.h"
#include "daemon/bgp/wire/open.h"
#include "daemon/bgp/wire/update.h"

namespace vrfd::bgp {

// A message, or the NOTIFICATION that it must be answered with.
using Decoded = std::variant<Message, Notification>;

Decoded decode(const Frame& frame, const SessionContext& context);
// The same for octets that should be exactly one message.
Decoded decode(ByteView octets, const SessionContext& context);

std::variant<RouteRefresh, Ignored, Notification> decode_route_refresh(const Frame& frame,
                                                                       const SessionContext& context);

Bytes encode(const Keepalive& keepalive);
Bytes encode(const RouteRefresh& refresh);

}  // namespace vrfd::bgp
