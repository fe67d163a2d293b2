#include "cli/help.h"

#include <algorithm>

#include "cli/cells.h"
#include "cli/option_set.h"
#include "cli/pattern.h"

namespace vrfd::cli {
namespace {

using protocol::OptionRow;

std::string option_usage(const OptionRow& option) {
  return std::string(option.name) + (option.argument.empty() ? "" : " " + std::string(option.argument));
}

// The walk over the words before the last; nothing if they make no sense.
std::optional<CommandWalk> walk_before_last(std::span<const std::string> words) {
  CommandWalk walk;
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (walk.step(words[i])) return std::nullopt;
  return walk;
}

void write_options(std::ostream& out, std::span<const protocol::CommandRow* const> rows) {
  std::vector<std::vector<std::string>> lines;
  for (const OptionRow& option : protocol::options())
    if (std::ranges::any_of(rows, [&](const auto* row) { return goes_with(option, *row); }))
      lines.push_back({"  " + option_usage(option), std::string(option.help)});
  write_table(out, lines);
}

}  // namespace

void write_usage(std::ostream& out, std::span<const std::string> words) {
  CommandWalk walk;
  for (const std::string& word : words)
    if (walk.step(word)) {
      walk = CommandWalk();
      break;
    }
  const auto rows = walk.possible();
  out << "usage: vrfctl [OPTIONS] COMMAND\n\ncommands:\n";
  for (const protocol::CommandRow* row : rows)
    out << "  " << usage_of(parse_pattern(row->pattern)) << "\n      " << row->help << '\n';
  out << "\noptions:\n";
  write_options(out, rows);
  out << "\nAny unambiguous abbreviation of a word will do; `?` in place of a word lists what may come next.\n";
}

std::optional<WordFault> write_next_words(std::ostream& out, std::span<const std::string> words) {
  CommandWalk walk;
  for (const std::string& word : words.first(words.size() - 1))
    if (auto fault = walk.step(word)) return fault;
  const std::string begun = words.back().substr(0, words.back().find('?'));
  std::vector<std::vector<std::string>> lines;
  for (const Expected& expected : walk.expected())
    if (expected.argument || expected.word.starts_with(begun))
      lines.push_back(
          {"  " + (expected.word.empty() ? "<enter>" : std::string(expected.word)), std::string(expected.help)});
  write_table(out, lines);
  return std::nullopt;
}

std::vector<std::string> completions(std::span<const std::string> words) {
  const std::string last = words.empty() ? "" : words.back();
  std::vector<std::string> whole = split_arguments(words.first(words.empty() ? 0 : words.size() - 1)).words;
  whole.push_back(last);
  const auto walk = walk_before_last(whole);
  if (!walk) return {};
  std::vector<std::string> found;
  if (last.starts_with("-")) {
    for (const OptionRow& option : protocol::options())
      if (option.name.starts_with(last) &&
          std::ranges::any_of(walk->possible(), [&](const auto* row) { return goes_with(option, *row); }))
        found.emplace_back(option.name);
    return found;
  }
  for (const Expected& expected : walk->expected())
    if (!expected.argument && !expected.word.empty() && expected.word.starts_with(last))
      found.emplace_back(expected.word);
  return found;
}

}  // namespace vrfd::cli
