// A parsed command as the parameters of its method.
#pragma once

#include <functional>
#include <string>

#include "cli/command_parser.h"
#include "cli/option_set.h"
#include "vrf/types/result.h"

namespace vrfd::cli {

using FileReader = std::function<Result<std::string>(const std::string& path)>;

// JSON text. Fails only where a file cannot be read.
Result<std::string> params_of(const Command& command, const OptionSet& options, const FileReader& read_file);

// A whole file, or standard input for "-"; one that no control message holds is an error.
Result<std::string> read_whole_file(const std::string& path);

}  // namespace vrfd::cli
