#include "daemon/config/key.h"

#include <algorithm>
#include <cctype>

#include "daemon/config/suggestion.h"

namespace vrfd::config {

namespace {

void refuse_key(Reader& reader, const JsonMember& member, std::span<const std::string_view> known, bool elsewhere) {
  const auto step = reader.enter(member.key);
  if (elsewhere) {
    reader.refuse_at(member.offset, "the key \"" + member.key + "\" does not belong here");
    return;
  }
  const auto meant = nearest_name(member.key, known);
  reader.refuse_at(member.offset, "unknown key \"" + member.key + "\"",
                   meant ? "\"" + std::string(*meant) + "\"" : one_of(known, "none"));
}

}  // namespace

void refuse_unknown_keys(Reader& reader, const JsonValue& object, const KeyTexts& rows, std::uint8_t place) {
  std::vector<std::string_view> known;
  for (const KeyText* row : rows)
    if ((row->places & place) != 0) known.push_back(row->name);
  for (const JsonMember& member : object.members) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    const bool elsewhere =
        std::any_of(rows.begin(), rows.end(), [&](const KeyText* row) { return row->name == member.key; });
    refuse_key(reader, member, known, elsewhere);
  }
}

bool expect_object(Reader& reader, const JsonValue& value) {
  if (value.kind == JsonValue::Kind::object) return true;
  reader.refuse(value, "an object");
  return false;
}

void refuse_missing(Reader& reader, const JsonValue& object, const KeyText& key) {
  const auto step = reader.enter(key.name);
  std::string expected(key.description);
  expected[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(expected[0])));
  reader.refuse_at(object.offset, "the key \"" + std::string(key.name) + "\" is missing", std::move(expected));
}

}  // namespace vrfd::config
