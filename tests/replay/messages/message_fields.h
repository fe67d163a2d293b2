// The fields of a message as one flat JSON object: those found by the decoder, and those that a recorded case expects
// of this decoder. The second takes the recording's words and leaves out what vrfd does not keep: families it does not
// carry, attributes that must not be passed on, AS4_PATH once it is merged.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/bgp/wire/codec.h"

namespace vrfd::bgp {

nlohmann::json fields_of(const Message& message, const SessionContext& context);
nlohmann::json expected_fields(const nlohmann::json& line, const Message& message, const SessionContext& context);

}  // namespace vrfd::bgp
