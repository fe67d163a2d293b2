// A pattern of the command table as a tree. The notation is that of daemon/protocol/command_table.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vrfd::cli {

struct Pattern {
  enum class Kind : unsigned char { keyword, argument, sequence, choice, optional, any_order };
  Kind kind = Kind::sequence;
  std::string_view word{};  // of a keyword or argument
  std::vector<Pattern> parts{};
};

// The table is ours: a pattern that is not well-formed ends the program.
Pattern parse_pattern(std::string_view text);

// As in a usage line, named parts spelt out: "show bgp peer [PEER] [vpn-instance NAME]".
std::string usage_of(const Pattern& pattern);

}  // namespace vrfd::cli
