// The one table of commands. The client's parser, its `?` help, completion, usage texts and man page, and the daemon's
// choice of role come out of it: adding a command is adding a row here, its request type, and its method.
//
// A pattern is written as an operator reads it:
//   word           a keyword; any unambiguous abbreviation is taken
//   WORD           an argument, a row of `arguments()`
//   (a | b)        one of them
//   [a]            or nothing
//   {[a] [b]}      each at most once, in any order
//   <name>         a part of its own, a row of `pattern_parts()`
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace vrfd::protocol {

// Who may only look is not shown what the configuration holds either: passwords are part of it.
enum class Role : unsigned char { look, change };

constexpr std::string_view name_of(Role role) { return role == Role::look ? "look" : "change"; }

// A short answer is one object; a stream is rows, then a closing object; a job's answer waits for the work's end.
enum class AnswerForm : unsigned char { single, stream, job };

struct CommandRow {
  std::string_view pattern;
  std::string_view method;
  Role role;
  AnswerForm form;
  std::string_view options;  // its own, separated by spaces; the general ones go with every command
  std::string_view help;
};

struct PatternPart {
  std::string_view name;
  std::string_view pattern;
};

struct KeywordRow {
  std::string_view word;
  std::string_view help;
};

struct ArgumentRow {
  std::string_view word;
  std::string_view help;
};

struct OptionRow {
  std::string_view name;
  std::string_view argument;  // empty: a switch
  bool general;               // goes with every command
  std::string_view help;
};

std::span<const CommandRow> commands();
std::span<const PatternPart> pattern_parts();
std::span<const KeywordRow> keywords();
std::span<const ArgumentRow> arguments();
std::span<const OptionRow> options();

// The first row of a method; several patterns may lead to one method.
const CommandRow* command_of(std::string_view method);
std::string_view help_of_keyword(std::string_view word);
std::string_view help_of_argument(std::string_view word);

}  // namespace vrfd::protocol
