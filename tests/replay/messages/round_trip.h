// What is written from a decoded message must decode to the same again. Used by the replay of recorded messages and by
// the fuzz target.
#pragma once

#include <optional>
#include <string>

#include "daemon/bgp/wire/codec.h"

namespace vrfd::bgp {

// A session that writes as `context` reads.
SessionContext mirrored(const SessionContext& context);

// Encodes `message` and decodes the result; says what came out different, or nothing.
std::optional<std::string> round_trip_difference(const Message& message, const SessionContext& context);

}  // namespace vrfd::bgp
