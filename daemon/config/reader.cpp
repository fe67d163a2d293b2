#include "daemon/config/reader.h"

#include <algorithm>

namespace vrfd::config {

namespace {

constexpr std::size_t shown_limit = 60;

}  // namespace

std::string to_string(const ConfigError& error) {
  std::string text;
  if (error.line != 0) text = "line " + std::to_string(error.line) + ", column " + std::to_string(error.column) + ": ";
  if (!error.pointer.empty()) text += error.pointer + ": ";
  text += error.message;
  if (!error.expected.empty()) text += ", expected " + error.expected;
  return text;
}

std::string to_string(const ConfigErrors& errors) {
  std::string text;
  for (const ConfigError& one : errors.errors) text += (text.empty() ? "" : "\n") + to_string(one);
  return text;
}

std::string shown(const JsonValue& value) {
  using Kind = JsonValue::Kind;
  if (value.kind == Kind::integer) return std::to_string(value.integer);
  if (value.kind == Kind::boolean) return value.boolean ? "true" : "false";
  if (value.kind == Kind::real) return value.text;
  if (value.kind != Kind::text) return std::string(name_of(value.kind));
  const bool whole = value.text.size() <= shown_limit;
  return '"' + (whole ? value.text : value.text.substr(0, shown_limit) + "...") + '"';
}

Reader::Step Reader::enter(std::string_view key) {
  const std::size_t length = pointer_.size();
  pointer_ += "/" + pointer_token(key);
  return Step(*this, length);
}

Reader::Step Reader::enter(std::size_t index) {
  const std::size_t length = pointer_.size();
  pointer_ += "/" + std::to_string(index);
  return Step(*this, length);
}

void Reader::refuse(const JsonValue& value, std::string expected) {
  refuse_at(value.offset, "found " + shown(value), std::move(expected));
}

void Reader::add(std::size_t offset, ConfigError error) {
  wrong_pointers_.insert(error.pointer);
  errors_.emplace(offset, std::move(error));
}

void Reader::refuse_at(std::size_t offset, std::string message, std::string expected) {
  add(offset, {.pointer = pointer_, .message = std::move(message), .expected = std::move(expected)});
}

void Reader::refuse(JsonError error) {
  add(error.offset, {.pointer = std::move(error.pointer),
                     .message = std::move(error.message),
                     .expected = std::move(error.expected)});
}

void Reader::refuse_at(const JsonValue& root, std::string pointer, std::string message, std::string expected) {
  if (wrong_pointers_.contains(pointer)) return;
  const std::size_t offset = nearest(root, pointer).offset;
  add(offset, {.pointer = std::move(pointer), .message = std::move(message), .expected = std::move(expected)});
}

bool Reader::is_wrong(std::string_view pointer) const {
  return std::any_of(errors_.begin(), errors_.end(), [&](const auto& found) {
    const std::string_view at = found.second.pointer;
    return at.starts_with(pointer) && (at.size() == pointer.size() || at[pointer.size()] == '/');
  });
}

ConfigErrors Reader::take_errors() {
  ConfigErrors all;
  for (auto& [offset, error] : errors_) {
    const TextPosition position = position_of(text_, offset);
    error.line = position.line;
    error.column = position.column;
    all.errors.push_back(std::move(error));
  }
  errors_.clear();
  return all;
}

}  // namespace vrfd::config
