// Writes JSON text for the values of this folder, keys in the order in which they are given. A route table is streamed
// through this, so it appends to one string and allocates nothing besides.
//
// Invariants: what comes out is valid JSON in valid UTF-8 whatever the strings hold (a peer's shutdown message may hold
// anything: an octet that is no UTF-8 becomes U+FFFD); what is absent is `null`, an empty list `[]`; no line breaks.
//
// A type takes part by a function `void write(JsonWriter&, const T&)` beside it.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace vrfd::protocol {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name);

  void null() { literal("null"); }
  void boolean(bool value) { literal(value ? "true" : "false"); }
  void string(std::string_view text);
  void number(double value);
  template <std::integral T>
  void integer(T value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    literal({digits, static_cast<std::size_t>(end - digits)});
  }
  // Text that is JSON already.
  void literal(std::string_view json);

  template <class T>
  void put(const T& value);
  template <class T>
  void field(std::string_view name, const T& value) {
    key(name);
    put(value);
  }

 private:
  void separate();
  void open(char bracket);
  void close(char bracket);

  std::string& out_;
  bool comma_ = false;  // the next key or value is not the first of its object or array
};

namespace detail {
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
}  // namespace detail

template <class T>
void JsonWriter::put(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    boolean(value);
  } else if constexpr (std::is_integral_v<T>) {
    integer(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    number(value);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    string(value);
  } else if constexpr (detail::IsOptional<T>::value) {
    if (value)
      put(*value);
    else
      null();
  } else if constexpr (detail::IsVector<T>::value) {
    begin_array();
    for (const auto& element : value) put(element);
    end_array();
  } else {
    write(*this, value);
  }
}

template <class T>
std::string json_text(const T& value) {
  std::string text;
  JsonWriter(text).put(value);
  return text;
}

}  // namespace vrfd::protocol
