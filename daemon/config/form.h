// Forms: how a value of the document becomes a value of C++, and how the JSON Schema describes it. A form has
//   static void read(Reader&, const JsonValue&, const Limits&, T& out);   leaves `out` alone if the value is refused
//   static Json schema(const Limits&);
// `FormFor<T>` names the form that a member of type T has unless its row says another.
#pragma once

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/key.h"
#include "daemon/config/notation.h"

namespace vrfd::config {

struct Flag {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, bool& out);
  static Json schema(const Limits& limits);
};

// "a whole number from 1 to 64"
std::string number_expected(const Limits& limits);
std::optional<std::int64_t> read_number(Reader& reader, const JsonValue& value, const Limits& limits);

struct Number {
  template <class T>
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, T& out) {
    if (auto number = read_number(reader, value, limits)) out = static_cast<T>(*number);
  }
  static Json schema(const Limits& limits);
};

// A number in a strong type: a label, a table.
struct StrongNumber {
  template <class Tag, class T>
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, Strong<Tag, T>& out) {
    if (auto number = read_number(reader, value, limits)) out = Strong<Tag, T>{static_cast<T>(*number)};
  }
  static Json schema(const Limits& limits) { return Number::schema(limits); }
};

// Characters without control characters; `limits` bound their number.
struct Text {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, std::string& out);
  static Json schema(const Limits& limits);
};

// A name as Linux takes for a network device: 1 to 15 octets, no '/', ':' or space.
struct DeviceName {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, std::string& out);
  static Json schema(const Limits& limits);
};

// "65000", 65000 or "1.10".
struct AsNumber {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, Asn& out);
  static Json schema(const Limits& limits);
};

// A value that is written as a string (see notation.h).
template <class T>
struct InNotation {
  static void read(Reader& reader, const JsonValue& value, const Limits&, T& out) {
    std::optional<T> parsed;
    if (value.kind == JsonValue::Kind::text) parsed = Notation<T>::from(value.text);
    if (parsed) {
      out = *parsed;
    } else {
      reader.refuse(value, std::string(Notation<T>::expected));
    }
  }
  static Json schema(const Limits&) {
    return {{"type", "string"}, {"description", std::string(Notation<T>::expected)}};
  }
};

template <class T>
struct WrittenForm {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, Written<T>& out) {
    InNotation<T>::read(reader, value, limits, out.value);
    out.text = value.text;
  }
  static Json schema(const Limits& limits) { return InNotation<T>::schema(limits); }
};

// The words of an enumeration.
template <class E>
struct Word {
  E value;
  std::string_view word;
};
template <class E>
std::span<const Word<E>> words_of();

template <class E>
struct OneWord {
  static void read(Reader& reader, const JsonValue& value, const Limits&, E& out) {
    for (const Word<E>& row : words_of<E>()) {
      if (value.kind != JsonValue::Kind::text || value.text != row.word) continue;
      out = row.value;
      return;
    }
    reader.refuse(value, expected());
  }
  static Json schema(const Limits&) {
    Json words = Json::array();
    for (const Word<E>& row : words_of<E>()) words.push_back(std::string(row.word));
    return {{"enum", words}};
  }
  static std::string expected() {
    std::string text;
    for (const Word<E>& row : words_of<E>()) text += (text.empty() ? "\"" : ", \"") + std::string(row.word) + "\"";
    return text.find(',') == std::string::npos ? text : "one of " + text;
  }
};

Json or_schema(Json first, Json second);

// null is "none", also where the group says something.
template <class Form>
struct Nullable {
  template <class T>
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, std::optional<T>& out) {
    if (value.kind == JsonValue::Kind::null) {
      out.reset();
      return;
    }
    T some = out.value_or(T{});
    Form::read(reader, value, limits, some);
    out = std::move(some);
  }
  static Json schema(const Limits& limits) { return or_schema(Form::schema(limits), {{"type", "null"}}); }
};

// false is "none", true the defaults, an object more.
template <class Form>
struct FalseOr {
  template <class T>
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, std::optional<T>& out) {
    if (value.kind == JsonValue::Kind::boolean) {
      out = value.boolean ? std::optional<T>(out.value_or(T{})) : std::nullopt;
      return;
    }
    Nullable<Form>::read(reader, value, limits, out);
  }
  static Json schema(const Limits& limits) { return or_schema({{"type", "boolean"}}, Form::schema(limits)); }
};

bool expect_list(Reader& reader, const JsonValue& value, const Limits& limits);
void refuse_repeated(Reader& reader, const JsonValue& list);
Json list_schema(Json items, const Limits& limits, bool unique);

// Any number of values, each once. The whole list replaces an inherited one.
template <class Form>
struct ListOf {
  template <class T>
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, std::vector<T>& out) {
    if (!expect_list(reader, value, {})) return;
    refuse_repeated(reader, value);
    read_items(reader, value, limits, out);
  }
  template <class T>
  static void read_items(Reader& reader, const JsonValue& value, const Limits& limits, std::vector<T>& out) {
    out.clear();
    out.reserve(value.items.size());
    for (std::size_t i = 0; i != value.items.size(); ++i) {
      const auto step = reader.enter(i);
      Form::read(reader, value.items[i], limits, out.emplace_back());
    }
  }
  static Json schema(const Limits& limits) { return list_schema(Form::schema(limits), {}, true); }
};

// One value, or a list of them.
template <class Form>
struct OneOrMany {
  template <class T>
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, std::vector<T>& out) {
    if (value.kind == JsonValue::Kind::list) {
      ListOf<Form>::read(reader, value, limits, out);
      return;
    }
    out.clear();
    Form::read(reader, value, limits, out.emplace_back());
  }
  static Json schema(const Limits& limits) { return or_schema(Form::schema(limits), ListOf<Form>::schema(limits)); }
};

template <class Owner>
Json object_schema(std::uint8_t place);

// An object with a table of keys of its own.
template <class T, std::uint8_t place = anywhere>
struct Object {
  static void read(Reader& reader, const JsonValue& value, const Limits&, T& out) {
    read_object(reader, value, place, out);
  }
  static Json schema(const Limits&) { return object_schema<T>(place); }
};

// A number that is the member `Member` of an object which may say more.
template <auto Member>
struct NumberOrObject {
  using T = typename MemberPointer<decltype(Member)>::Owner;
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, T& out) {
    if (value.kind == JsonValue::Kind::object) {
      read_object(reader, value, anywhere, out);
    } else {
      Number::read(reader, value, limits, out.*Member);
    }
  }
  static Json schema(const Limits& limits) { return or_schema(Number::schema(limits), object_schema<T>(anywhere)); }
};

Json key_schema(const KeyText& text, Json form);
Json properties_schema(Json properties, Json required);

template <class Owner>
Json object_properties(std::uint8_t place, Json& required) {
  Json properties = Json::object();
  for (const Key<Owner>& row : keys_of<Owner>()) {
    if ((row.places & place) == 0) continue;
    properties[std::string(row.name)] = key_schema(row, row.schema(row.limits));
    if (row.required) required.push_back(std::string(row.name));
  }
  return properties;
}

template <class Owner>
Json object_schema(std::uint8_t place) {
  Json required = Json::array();
  Json properties = object_properties<Owner>(place, required);
  return properties_schema(std::move(properties), std::move(required));
}

template <class T>
  requires std::is_enum_v<T>
struct FormFor<T> {
  using Type = OneWord<T>;
};
template <class T>
  requires std::is_unsigned_v<T>
struct FormFor<T> {
  using Type = Number;
};
template <class T>
struct FormFor<std::optional<T>> {
  using Type = Nullable<typename FormFor<T>::Type>;
};
template <class T>
struct FormFor<std::vector<T>> {
  using Type = ListOf<typename FormFor<T>::Type>;
};
template <class T>
struct FormFor<Written<T>> {
  using Type = WrittenForm<T>;
};
template <>
struct FormFor<bool> {
  using Type = Flag;
};
template <>
struct FormFor<std::string> {
  using Type = Text;
};
template <>
struct FormFor<Asn> {
  using Type = AsNumber;
};
template <>
struct FormFor<Label> {
  using Type = StrongNumber;
};
template <>
struct FormFor<TableId> {
  using Type = StrongNumber;
};
template <>
struct FormFor<IpAddress> {
  using Type = InNotation<IpAddress>;
};
template <>
struct FormFor<Prefix> {
  using Type = InNotation<Prefix>;
};
template <>
struct FormFor<Community> {
  using Type = InNotation<Community>;
};
template <>
struct FormFor<ExtendedCommunity> {
  using Type = InNotation<ExtendedCommunity>;
};
template <>
struct FormFor<LargeCommunity> {
  using Type = InNotation<LargeCommunity>;
};
template <>
struct FormFor<RouteTarget> {
  using Type = InNotation<RouteTarget>;
};

}  // namespace vrfd::config
