// OPEN messages and the capabilities in them (RFC 4271, 4.2 and 6.2; RFC 5492; RFC 9072), and what two OPENs agree on.
//
// Capabilities are a table: a code, what its value must look like, and how it is read and written. A value that does
// not look so is either passed over or the end of the session, whichever the row says; unknown codes are kept as they
// came.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "daemon/bgp/wire/message.h"

namespace vrfd::bgp {

// Checks what can be checked without the configuration: whether this AS and identifier are the expected ones is for
// the session to see. `body` comes without the header.
std::variant<Open, Notification> decode_open(ByteView body);
Bytes encode(const Open& open);

// The context of a session between these two; the same AS on both sides makes it internal.
SessionContext negotiate(const Open& local, const Open& remote);

// "multiprotocol ipv4", "route_refresh", "four_octet_as", "capability 128" …: what `show bgp peer` says.
std::vector<std::string> names_of(const Capabilities& capabilities);

}  // namespace vrfd::bgp
