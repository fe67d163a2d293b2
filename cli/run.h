// The whole client but for its process: arguments and streams in, an exit code out.
#pragma once

#include <span>
#include <string>

#include "cli/printer.h"

namespace vrfd::cli {

// `default_socket` is where neither `--socket` nor VRFD_SOCKET says otherwise.
inline constexpr std::string_view default_socket = "/run/vrfd/vrfd.sock";

int run(std::span<const std::string> arguments, Streams streams);

}  // namespace vrfd::cli
