// Help out of the command table: usage lines, what `?` shows, and what the shell completes.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "cli/command_parser.h"

namespace vrfd::cli {

// Usage of all commands that the words begin; of all where they begin none.
void write_usage(std::ostream& out, std::span<const std::string> words);
// What may follow the words; of the last, what comes before its "?" is the beginning of the next word.
std::optional<WordFault> write_next_words(std::ostream& out, std::span<const std::string> words);
// Candidates for the last word, which may be empty, sorted as in the table.
std::vector<std::string> completions(std::span<const std::string> words);

}  // namespace vrfd::cli
