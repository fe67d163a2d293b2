#include "daemon/config/form.h"

#include <algorithm>
#include <unordered_set>

namespace vrfd::config {

namespace {

constexpr std::size_t device_name_limit = 15;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// Characters of UTF-8: the octets that start one.
std::int64_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

bool is_device_name(std::string_view name) {
  const auto wrong = [](char c) { return is_control(c) || c == ' ' || c == '/' || c == ':'; };
  return !name.empty() && name.size() <= device_name_limit && name != "." && name != ".." &&
         std::none_of(name.begin(), name.end(), wrong);
}

std::string range(const Limits& limits) { return std::to_string(limits.least) + " to " + std::to_string(limits.most); }

}  // namespace

void Flag::read(Reader& reader, const JsonValue& value, const Limits&, bool& out) {
  if (value.kind == JsonValue::Kind::boolean) {
    out = value.boolean;
  } else {
    reader.refuse(value, "true or false");
  }
}

Json Flag::schema(const Limits&) { return {{"type", "boolean"}}; }

std::string number_expected(const Limits& limits) { return "a whole number from " + range(limits); }

std::optional<std::int64_t> read_number(Reader& reader, const JsonValue& value, const Limits& limits) {
  if (value.kind == JsonValue::Kind::integer && value.integer >= limits.least && value.integer <= limits.most)
    return value.integer;
  reader.refuse(value, number_expected(limits));
  return std::nullopt;
}

Json Number::schema(const Limits& limits) {
  return {{"type", "integer"}, {"minimum", limits.least}, {"maximum", limits.most}};
}

void Text::read(Reader& reader, const JsonValue& value, const Limits& limits, std::string& out) {
  const bool fits = value.kind == JsonValue::Kind::text &&
                    std::none_of(value.text.begin(), value.text.end(), is_control) &&
                    characters(value.text) >= limits.least && characters(value.text) <= limits.most;
  if (fits) {
    out = value.text;
  } else {
    reader.refuse(value, "a string of " + range(limits) + " characters");
  }
}

Json Text::schema(const Limits& limits) {
  return {{"type", "string"}, {"minLength", limits.least}, {"maxLength", limits.most}};
}

void DeviceName::read(Reader& reader, const JsonValue& value, const Limits&, std::string& out) {
  if (value.kind == JsonValue::Kind::text && is_device_name(value.text)) {
    out = value.text;
  } else {
    reader.refuse(value, "an interface name of 1 to 15 characters");
  }
}

Json DeviceName::schema(const Limits&) {
  return {{"type", "string"}, {"minLength", 1}, {"maxLength", device_name_limit}, {"pattern", "^[^\\s/:]+$"}};
}

void AsNumber::read(Reader& reader, const JsonValue& value, const Limits&, Asn& out) {
  std::optional<Asn> asn;
  if (value.kind == JsonValue::Kind::text) asn = asn_from(value.text);
  if (value.kind == JsonValue::Kind::integer) asn = asn_from(std::to_string(value.integer));
  if (asn) {
    out = *asn;
  } else {
    reader.refuse(value, "an AS number from 1 to 4294967295, or \"1.10\"");
  }
}

Json AsNumber::schema(const Limits&) {
  return or_schema({{"type", "integer"}, {"minimum", 1}, {"maximum", 4294967295u}},
                   {{"type", "string"}, {"pattern", "^[0-9]+(\\.[0-9]+)?$"}});
}

Json or_schema(Json first, Json second) {
  Json choices = Json::array();
  for (Json* one : {&first, &second}) {
    if (!one->contains("anyOf") || one->size() != 1) {
      choices.push_back(std::move(*one));
      continue;
    }
    for (Json& choice : (*one)["anyOf"]) choices.push_back(std::move(choice));
  }
  Json either;
  either["anyOf"] = std::move(choices);
  return either;
}

bool expect_list(Reader& reader, const JsonValue& value, const Limits& limits) {
  const auto size = static_cast<std::int64_t>(value.items.size());
  const bool counted = limits.most != 0;
  if (value.kind == JsonValue::Kind::list && (!counted || (size >= limits.least && size <= limits.most))) return true;
  reader.refuse(value, counted ? "a list of " + range(limits) : "a list");
  return false;
}

void refuse_repeated(Reader& reader, const JsonValue& list) {
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i != list.items.size(); ++i) {
    const JsonValue& item = list.items[i];
    if (item.kind != JsonValue::Kind::text || seen.insert(item.text).second) continue;
    const auto step = reader.enter(i);
    reader.refuse_at(item.offset, shown(item) + " occurs twice in the list", "each value once");
  }
}

Json list_schema(Json items, const Limits& limits, bool unique) {
  Json list{{"type", "array"}, {"items", std::move(items)}};
  if (limits.least != 0) list["minItems"] = limits.least;
  if (limits.most != 0) list["maxItems"] = limits.most;
  if (unique) list["uniqueItems"] = true;
  return list;
}

Json key_schema(const KeyText& text, Json form) {
  // What the notation says is of use below the key's own description only.
  if (form.contains("description")) {
    form["description"] = std::string(text.description) + " (" + form["description"].get<std::string>() + ")";
  } else {
    form["description"] = std::string(text.description);
  }
  if (!text.default_value.empty()) form["default"] = Json::parse(text.default_value);
  return form;
}

Json properties_schema(Json properties, Json required) {
  Json object{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) object["required"] = std::move(required);
  object["additionalProperties"] = false;
  return object;
}

}  // namespace vrfd::config
