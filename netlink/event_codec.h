// From a notification of the kernel to an event.
#pragma once

#include "netlink/event.h"
#include "netlink/message.h"

namespace vrfd::netlink {

// Nothing for what is of no interest (bridge ports, cached routes, unknown types); an error for a malformed message.
Result<std::optional<KernelEvent>> decode_event(const Message& message);

}  // namespace vrfd::netlink
