// Events as one line of text each, for golden files and failure messages.
#pragma once

#include <string>

#include "netlink/event.h"

namespace vrfd::netlink {

std::string text_of(const KernelEvent& event);
Bytes octets_of_hex(std::string_view text);

}  // namespace vrfd::netlink
