#include "daemon/protocol/command_table.h"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>

using namespace vrfd::protocol;

TEST_CASE("command_table: rows of one method agree on role, form and options") {
  for (const CommandRow& row : commands()) {
    const CommandRow* first = command_of(row.method);
    REQUIRE(first);
    CHECK(first->role == row.role);
    CHECK(first->form == row.form);
    CHECK(first->options == row.options);
    CHECK_FALSE(row.help.empty());
  }
  CHECK(command_of("no_such_method") == nullptr);
}

TEST_CASE("command_table: only what changes nothing and holds no secret is open to lookers") {
  // The configuration may hold passwords.
  const std::set<std::string_view> changing{"refresh_bgp",    "reset_bgp",       "fib_repair", "config_apply",
                                            "config_confirm", "config_rollback", "config_show"};
  for (const CommandRow& row : commands())
    CHECK_MESSAGE((row.role == Role::change) == changing.contains(row.method), row.method);
}

TEST_CASE("command_table: every option of a command is a row of the option table") {
  for (const CommandRow& row : commands()) {
    std::string rest(row.options);
    while (!rest.empty()) {
      const std::string name = rest.substr(0, rest.find(' '));
      rest.erase(0, name.size() + 1);
      bool found = false;
      for (const OptionRow& option : options()) found = found || (option.name == name && !option.general);
      CHECK_MESSAGE(found, name);
    }
  }
}

TEST_CASE("command_table: help for every word, no word twice") {
  std::set<std::string_view> words;
  for (const KeywordRow& row : keywords()) {
    CHECK(words.insert(row.word).second);
    CHECK_FALSE(help_of_keyword(row.word).empty());
  }
  for (const ArgumentRow& row : arguments()) CHECK_FALSE(help_of_argument(row.word).empty());
  CHECK(help_of_keyword("no-such-word").empty());
}
