// A row of `monitor` as one line for people.
#pragma once

#include <string>

#include "cli/exchange.h"

namespace vrfd::cli {

std::string monitor_line(const Json& row);

}  // namespace vrfd::cli
