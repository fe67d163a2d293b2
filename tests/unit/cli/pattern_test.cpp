#include "cli/pattern.h"

#include <doctest/doctest.h>

#include <set>
#include <sstream>

#include "cli/grammar.h"
#include "cli/help.h"
#include "cli/man_page.h"
#include "daemon/protocol/error_code.h"
#include "daemon/protocol/explain_answer.h"

using namespace vrfd::cli;
using namespace vrfd;

namespace {

void collect(const Pattern& pattern, std::set<std::string_view>& keywords, std::set<std::string_view>& arguments) {
  if (pattern.kind == Pattern::Kind::keyword) keywords.insert(pattern.word);
  if (pattern.kind == Pattern::Kind::argument) arguments.insert(pattern.word);
  for (const Pattern& part : pattern.parts) collect(part, keywords, arguments);
}

}  // namespace

TEST_CASE("pattern: a usage line reads like the pattern") {
  for (const char* text : {"show status", "show jobs [ID]", "a (b | c D) [e [f]]", "fib audit [repair]"})
    CHECK(usage_of(parse_pattern(text)) == text);
  CHECK(usage_of(parse_pattern("x {[a] [b C]}")) == "x [a] [b C]");
  CHECK(usage_of(parse_pattern("refresh <direction>")) == "refresh (import | export)");
}

TEST_CASE("pattern: every word of the command table is explained") {
  std::set<std::string_view> words, arguments;
  for (const protocol::CommandRow& row : protocol::commands()) collect(parse_pattern(row.pattern), words, arguments);
  for (std::string_view word : words) CHECK_MESSAGE(!protocol::help_of_keyword(word).empty(), word);
  for (std::string_view word : arguments) CHECK_MESSAGE(!protocol::help_of_argument(word).empty(), word);
  for (const protocol::KeywordRow& row : protocol::keywords()) CHECK_MESSAGE(words.contains(row.word), row.word);
}

TEST_CASE("help: completion offers words and options, never an argument") {
  const auto complete = [](std::vector<std::string> words) { return completions(words); };
  using List = std::vector<std::string>;
  CHECK(complete({"re"}) == List{"refresh", "reset"});
  CHECK(complete({"refresh", "bgp", "vpnv4", "all", ""}) == List{"import", "export"});
  CHECK(complete({"refresh", "bgp", "vpn-instance", ""}).empty());
  CHECK(complete({"--json", "show", "--timeout", "3", "st"}) == List{"status"});
  CHECK(complete({"reset", "--gr"}) == List{"--graceful"});
  CHECK(complete({"show", "--gr"}).empty());
  CHECK(complete({"nonsense", ""}).empty());
  CHECK(complete({}).size() == 8);
}

TEST_CASE("help: a question mark lists what may come next") {
  std::ostringstream out;
  const std::vector<std::string> words{"show", "p?"};
  CHECK_FALSE(write_next_words(out, words));
  CHECK(out.str().find("pending") != std::string::npos);
  CHECK(out.str().find("policy") != std::string::npos);
  CHECK(out.str().find("status") == std::string::npos);
  const std::vector<std::string> wrong{"shw", "?"};
  CHECK(write_next_words(out, wrong));
}

TEST_CASE("man_page: names every command, option, exit code, error and verdict") {
  std::ostringstream out;
  write_man_page(out);
  std::string page = out.str();
  std::string plain;
  for (std::size_t i = 0; i < page.size(); ++i)
    if (page[i] != '\\' || page[i + 1] != '-') plain += page[i];
  for (const protocol::CommandRow& row : protocol::commands())
    CHECK_MESSAGE(plain.find(usage_of(parse_pattern(row.pattern))) != std::string::npos, row.pattern);
  for (const protocol::OptionRow& row : protocol::options())
    CHECK_MESSAGE(plain.find(row.name) != std::string::npos, row.name);
  for (const protocol::ErrorCodeRow& row : protocol::error_codes)
    CHECK_MESSAGE(plain.find(row.name) != std::string::npos, row.name);
  for (const protocol::ExplainVerdictRow& row : protocol::explain_verdicts)
    CHECK_MESSAGE(plain.find(row.name) != std::string::npos, row.name);
}
