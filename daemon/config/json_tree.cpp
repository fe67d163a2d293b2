#include "daemon/config/json_tree.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <tuple>

namespace vrfd::config {

namespace {

// Tells through `consumed` how much of the text the lexer has read: its events carry no positions.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** consumed) : at_(at), consumed_(consumed) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *consumed_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  const char** consumed_;
};

bool is_number_character(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// The text after the library's own prefix, which names its exception class and a position that we give ourselves.
std::string syntax_message(std::string_view what) {
  const auto start = what.find("syntax error");
  if (start == std::string_view::npos) return "a number that is too large";
  return std::string(what.substr(start));
}

class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit TreeBuilder(std::string_view text) : text_(text), consumed_(text.data()) {}

  JsonDocument build() {
    const char* begin = text_.data();
    const CountingIterator first(begin, &consumed_);
    const CountingIterator last(begin + text_.size(), &consumed_);
    document_.complete = nlohmann::json::sax_parse(first, last, this, nlohmann::json::input_format_t::json, true, true);
    return std::move(document_);
  }

  bool null() override {
    place(JsonValue::Kind::null, back(4));
    return true;
  }
  bool boolean(bool value) override {
    place(JsonValue::Kind::boolean, back(value ? 4 : 5)).boolean = value;
    return true;
  }
  bool number_integer(number_integer_t value) override {
    place(JsonValue::Kind::integer, number_start()).integer = value;
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    constexpr auto most = static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    if (value > most) return number_float(0, std::to_string(value));
    return number_integer(static_cast<number_integer_t>(value));
  }
  bool number_float(number_float_t, const string_t& digits) override {
    place(JsonValue::Kind::real, number_start()).text = digits;
    return true;
  }
  bool string(string_t& value) override {
    place(JsonValue::Kind::text, string_start()).text = std::move(value);
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(JsonValue::Kind::object); }
  bool start_array(std::size_t) override { return open(JsonValue::Kind::list); }
  bool key(string_t& name) override {
    path_.back()->members.push_back({.key = std::move(name), .offset = string_start(), .value = {}});
    return true;
  }
  bool end_object() override {
    refuse_duplicates(*path_.back());
    path_.pop_back();
    return true;
  }
  bool end_array() override {
    path_.pop_back();
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& exception) override {
    const std::size_t read = consumed();
    document_.errors.push_back({.pointer = pointer(),
                                .offset = read == 0 ? 0 : read - 1,
                                .message = syntax_message(exception.what()),
                                .expected = {}});
    return false;
  }

 private:
  std::size_t consumed() const { return static_cast<std::size_t>(consumed_ - text_.data()); }
  std::size_t back(std::size_t length) const { return consumed() - std::min(length, consumed()); }

  // The lexer has to look at the character after a number to know that it ended.
  std::size_t number_start() const {
    std::size_t at = consumed();
    if (at != 0 && !is_number_character(text_[at - 1])) --at;
    while (at != 0 && is_number_character(text_[at - 1])) --at;
    return at;
  }

  // Within a string every quote is escaped.
  std::size_t string_start() const {
    std::size_t at = back(2);
    while (at != 0 && (text_[at] != '"' || is_escaped(at))) --at;
    return at;
  }
  bool is_escaped(std::size_t at) const {
    std::size_t backslashes = 0;
    while (backslashes < at && text_[at - backslashes - 1] == '\\') ++backslashes;
    return backslashes % 2 == 1;
  }

  // A new value where the text is.
  JsonValue& place(JsonValue::Kind kind, std::size_t offset) {
    JsonValue& value = path_.empty() ? document_.root : place_in(*path_.back());
    value.kind = kind;
    value.offset = offset;
    return value;
  }
  static JsonValue& place_in(JsonValue& parent) {
    return parent.kind == JsonValue::Kind::object ? parent.members.back().value : parent.items.emplace_back();
  }
  bool open(JsonValue::Kind kind) {
    const std::size_t offset = back(1);
    if (path_.size() == json_depth_limit) {
      document_.errors.push_back({.pointer = pointer(),
                                  .offset = offset,
                                  .message = "nested deeper than " + std::to_string(json_depth_limit) + " levels",
                                  .expected = {}});
      return false;
    }
    // A parent gets no further child while this one is open, so the address stays valid.
    path_.push_back(&place(kind, offset));
    return true;
  }

  void refuse_duplicates(const JsonValue& object) {
    std::vector<const JsonMember*> sorted;
    sorted.reserve(object.members.size());
    for (const JsonMember& member : object.members) sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(), [](const JsonMember* a, const JsonMember* b) {
      return std::tie(a->key, a->offset) < std::tie(b->key, b->offset);
    });
    for (std::size_t i = 1; i < sorted.size(); ++i)
      if (sorted[i]->key == sorted[i - 1]->key)
        document_.errors.push_back({.pointer = parent_pointer() + "/" + pointer_token(sorted[i]->key),
                                    .offset = sorted[i]->offset,
                                    .message = "the key \"" + sorted[i]->key + "\" occurs twice",
                                    .expected = "each key once"});
  }

  // Of the innermost open value.
  std::string parent_pointer() const {
    std::string text;
    for (std::size_t i = 0; i + 1 < path_.size(); ++i) text += step_of(*path_[i]);
    return text;
  }
  // Of the value that is being read.
  std::string pointer() const {
    std::string text;
    for (const JsonValue* value : path_) text += step_of(*value);
    return text;
  }
  static std::string step_of(const JsonValue& parent) {
    if (parent.kind == JsonValue::Kind::list)
      return "/" + std::to_string(std::max<std::size_t>(parent.items.size(), 1) - 1);
    return parent.members.empty() ? "" : "/" + pointer_token(parent.members.back().key);
  }

  std::string_view text_;
  const char* consumed_;
  JsonDocument document_;
  std::vector<JsonValue*> path_;
};

std::string plain_token(std::string_view token) {
  std::string key;
  for (std::size_t i = 0; i != token.size(); ++i) {
    const bool escaped = token[i] == '~' && i + 1 != token.size();
    key += escaped ? (token[++i] == '1' ? '/' : '~') : token[i];
  }
  return key;
}

const JsonValue* child(const JsonValue& parent, std::string_view token) {
  if (parent.kind == JsonValue::Kind::object) return find_member(parent, plain_token(token));
  std::size_t index = 0;
  const auto [end, status] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (status != std::errc{} || end != token.data() + token.size() || index >= parent.items.size()) return nullptr;
  return &parent.items[index];
}

}  // namespace

JsonDocument parse_json(std::string_view text) { return TreeBuilder(text).build(); }

TextPosition position_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto newline = before.rfind('\n');
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  return {.line = lines + 1, .column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline};
}

const JsonValue* find_member(const JsonValue& object, std::string_view key) {
  for (const JsonMember& member : object.members)
    if (member.key == key) return &member.value;
  return nullptr;
}

std::string pointer_token(std::string_view key) {
  std::string token;
  for (char c : key) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

const JsonValue& nearest(const JsonValue& root, std::string_view pointer) {
  const JsonValue* value = &root;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const auto token = pointer.substr(0, pointer.find('/'));
    const JsonValue* next = child(*value, token);
    if (next == nullptr) break;
    value = next;
    pointer.remove_prefix(token.size());
  }
  return *value;
}

std::string_view name_of(JsonValue::Kind kind) {
  static constexpr std::array<std::string_view, 7> names{"null",     "true or false", "a number", "a fraction",
                                                         "a string", "a list",        "an object"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace vrfd::config
