// The answer of `explain` for people: the verdict first, then the way of the route stage by stage.
#pragma once

#include <ostream>

#include "cli/exchange.h"

namespace vrfd::cli {

void write_explanation(std::ostream& out, const Json& answer);
// A prefix that nobody has is "no such prefix", however well that is explained.
protocol::ExitCode exit_code_of_explanation(const Json& answer);

}  // namespace vrfd::cli
