// The fields of an OPEN as JSON, its capabilities as a sorted list of texts without repetitions: as decoded, and as a
// recorded case says.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/bgp/wire/message.h"

namespace vrfd::bgp {

nlohmann::json open_fields(const Open& open);
nlohmann::json expected_open_fields(const nlohmann::json& line);

}  // namespace vrfd::bgp
