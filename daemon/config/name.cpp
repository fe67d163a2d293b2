#include "daemon/config/name.h"

#include <algorithm>

namespace vrfd::config {

bool is_name(std::string_view text, const Limits& limits) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  const auto wrong = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; };
  const auto characters = static_cast<std::int64_t>(text.size()) - std::count_if(text.begin(), text.end(), continues);
  return characters >= limits.least && characters <= limits.most && std::none_of(text.begin(), text.end(), wrong);
}

std::string name_expected(std::string_view noun, const Limits& limits) {
  return std::string(noun) + " of " + std::to_string(limits.least) + " to " + std::to_string(limits.most) +
         " characters without spaces";
}

bool expect_name(Reader& reader, const JsonMember& member, std::string_view noun, const Limits& limits) {
  if (is_name(member.key, limits)) return true;
  reader.refuse_at(member.offset, "found \"" + member.key + "\"", name_expected(noun, limits));
  return false;
}

void ReferredName::read(Reader& reader, const JsonValue& value, const Limits&, std::string& out) {
  if (value.kind == JsonValue::Kind::text && is_name(value.text, policy_name_limits)) {
    out = value.text;
  } else {
    reader.refuse(value, name_expected("a name", policy_name_limits));
  }
}

Json ReferredName::schema(const Limits&) {
  return {{"type", "string"}, {"minLength", policy_name_limits.least}, {"maxLength", policy_name_limits.most}};
}

Json named_schema(Json value, const Limits& limits) {
  return {{"type", "object"},
          {"propertyNames", {{"minLength", limits.least}, {"maxLength", limits.most}}},
          {"additionalProperties", std::move(value)}};
}

}  // namespace vrfd::config
