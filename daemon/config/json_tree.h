// JSON text as a tree that remembers where everything stood, so that an error names the line. Comments (// and /* */)
// are allowed, a key may not occur twice in an object, nesting is bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vrfd::config {

struct JsonMember;

struct JsonValue {
  enum class Kind : std::uint8_t { null, boolean, integer, real, text, list, object };
  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t integer = 0;
  std::size_t offset = 0;  // of its first octet in the text
  std::string text = {};   // of a string; of a real number its digits
  std::vector<JsonValue> items = {};
  std::vector<JsonMember> members;  // in the order of the text
};

struct JsonMember {
  std::string key = {};
  std::size_t offset = 0;
  JsonValue value = {};
};

// From 1; a column counts octets.
struct TextPosition {
  std::size_t line = 1;
  std::size_t column = 1;
};

struct JsonError {
  std::string pointer = {};  // RFC 6901
  std::size_t offset = 0;
  std::string message = {};
  std::string expected = {};  // empty where the message says it all
};

// A document that is not complete ends in an error of syntax or depth: nothing after it was read. One that is may still
// have errors: keys that occur twice.
struct JsonDocument {
  bool complete = false;
  JsonValue root = {};
  std::vector<JsonError> errors = {};
};

inline constexpr std::size_t json_depth_limit = 32;

JsonDocument parse_json(std::string_view text);
TextPosition position_of(std::string_view text, std::size_t offset);
const JsonValue* find_member(const JsonValue& object, std::string_view key);
// "a/b" becomes "a~1b" (RFC 6901, 3).
std::string pointer_token(std::string_view key);
// The value at `pointer`, or the closest that exists above it.
const JsonValue& nearest(const JsonValue& root, std::string_view pointer);
// What an operator calls it: "a string", "an object".
std::string_view name_of(JsonValue::Kind kind);

}  // namespace vrfd::config
