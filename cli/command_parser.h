// Words to a command of the table, or a fault that says which word, and what was expected there.
//
// A word is read, in this order, as the keyword itself, as an argument of the type expected, as an abbreviation that
// fits exactly one keyword expected there. Never is a word guessed from what follows it, so `re` stays ambiguous, and
// a refresh that lacks its direction is a fault and no reset.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/grammar.h"

namespace vrfd::cli {

// One word as understood: a keyword in full, or an argument's type and text.
struct Capture {
  bool keyword = false;
  std::string_view word;
  std::string text;
};

struct Command {
  const protocol::CommandRow* row = nullptr;
  std::vector<Capture> captures;

  bool has(std::string_view keyword) const;
  // The text of the first argument of that type.
  std::optional<std::string> argument(std::string_view word) const;
};

// What may come next; an empty word is the end of the command.
struct Expected {
  std::string_view word;
  bool argument = false;
  std::string_view help;
};

struct WordFault {
  std::string message;
  std::string at;  // the word
};

// The walk through the grammar, word by word.
class CommandWalk {
 public:
  explicit CommandWalk(const Grammar& grammar = Grammar::whole());

  std::optional<WordFault> step(const std::string& word);
  // Without repetition, in the order of the table; the end of a command last.
  std::vector<Expected> expected() const;
  std::variant<Command, WordFault> finish() const;
  // Rows that are still possible.
  std::vector<const protocol::CommandRow*> possible() const;

 private:
  struct Thread {
    std::size_t node = 0;
    std::uint32_t used = 0;
    std::vector<Capture> captures{};
  };
  void spread(Thread thread);
  void advance(const std::vector<const Thread*>& taken, const Capture& capture);
  std::vector<const Thread*> at_keyword(std::string_view word) const;
  WordFault unexpected(const std::string& word) const;

  const Grammar* grammar_;
  std::vector<Thread> threads_;  // each at a keyword, an argument or an end
};

std::variant<Command, WordFault> parse_command(std::span<const std::string> words);

// True if `text` is an argument of that type.
bool accepts(std::string_view argument, std::string_view text);

}  // namespace vrfd::cli
