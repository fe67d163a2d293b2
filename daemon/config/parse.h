// From the text of vrfd.json to a `Config`, or to everything that is wrong with it. A configuration is taken whole or
// not at all.
#pragma once

#include <string>
#include <string_view>

#include "daemon/config/config.h"
#include "daemon/config/error.h"

namespace vrfd::config {

ConfigResult<Config> parse(std::string_view text);

// The JSON Schema (draft 2020-12) of the file, made from the tables of keys.
std::string schema();

}  // namespace vrfd::config
