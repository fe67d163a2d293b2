#include "cli/pattern.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "daemon/protocol/command_table.h"

namespace vrfd::cli {
namespace {

using Kind = Pattern::Kind;

class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : rest_(text) {}

  Pattern whole() {
    Pattern pattern = alternatives();
    if (!peek().empty()) std::abort();
    return pattern;
  }

 private:
  std::string_view peek() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
    constexpr std::string_view marks = "()[]{}|";
    if (rest_.empty() || marks.find(rest_.front()) != std::string_view::npos) return rest_.substr(0, 1);
    return rest_.substr(0, rest_.find_first_of(" ()[]{}|"));
  }

  std::string_view take() {
    const std::string_view token = peek();
    rest_.remove_prefix(token.size());
    return token;
  }

  void expect(std::string_view mark) {
    if (take() != mark) std::abort();
  }

  Pattern alternatives() {
    Pattern first = sequence();
    if (peek() != "|") return first;
    Pattern choice{.kind = Kind::choice};
    choice.parts.push_back(std::move(first));
    while (peek() == "|") {
      take();
      choice.parts.push_back(sequence());
    }
    return choice;
  }

  Pattern sequence() {
    Pattern sequence;
    for (std::string_view token = peek();
         !token.empty() && token != "|" && token != ")" && token != "]" && token != "}"; token = peek())
      sequence.parts.push_back(item());
    return sequence;
  }

  Pattern item() {
    const std::string_view token = take();
    if (token == "(") return enclosed(Kind::sequence, ")");
    if (token == "[") return enclosed(Kind::optional, "]");
    if (token == "{") return any_order();
    if (token.front() == '<') return named(token.substr(1, token.size() - 2));
    const bool upper = std::isupper(static_cast<unsigned char>(token.front())) != 0;
    return {.kind = upper ? Kind::argument : Kind::keyword, .word = token};
  }

  Pattern enclosed(Kind kind, std::string_view end) {
    Pattern pattern{.kind = kind};
    pattern.parts.push_back(alternatives());
    expect(end);
    return pattern;
  }

  Pattern any_order() {
    Pattern pattern = sequence();
    pattern.kind = Kind::any_order;
    expect("}");
    return pattern;
  }

  static Pattern named(std::string_view name) {
    const auto parts = protocol::pattern_parts();
    const auto found = std::ranges::find(parts, name, &protocol::PatternPart::name);
    if (found == parts.end()) std::abort();
    return parse_pattern(found->pattern);
  }

  std::string_view rest_;
};

std::string joined(const Pattern& pattern, std::string_view between) {
  std::string text;
  for (const Pattern& part : pattern.parts) {
    if (!text.empty()) text += between;
    text += usage_of(part);
  }
  return text;
}

}  // namespace

Pattern parse_pattern(std::string_view text) { return PatternReader(text).whole(); }

std::string usage_of(const Pattern& pattern) {
  switch (pattern.kind) {
    case Kind::keyword:
    case Kind::argument:
      return std::string(pattern.word);
    case Kind::choice:
      return "(" + joined(pattern, " | ") + ")";
    case Kind::optional: {
      const std::string inner = joined(pattern, " ");
      const bool bracketed = inner.starts_with('(') && inner.find(')') == inner.size() - 1;
      return "[" + (bracketed ? inner.substr(1, inner.size() - 2) : inner) + "]";
    }
    case Kind::sequence:
    case Kind::any_order:
      break;
  }
  return joined(pattern, " ");
}

}  // namespace vrfd::cli
