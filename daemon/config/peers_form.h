// Forms of peers by address and of what goes with them.
#pragma once

#include "daemon/config/form.h"

namespace vrfd::config {

// Peers by address, or by prefix. Each starts as a copy of its group; comes out sorted by address.
struct PeersForm {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, std::vector<Peer>& out);
  static Json schema(const Limits& limits);
};

// A BGP identifier: an IPv4 address other than 0.0.0.0 (RFC 6286).
struct RouterId {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, IpAddress& out);
  static Json schema(const Limits& limits);
};

}  // namespace vrfd::config
