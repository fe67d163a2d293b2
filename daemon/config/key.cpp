#include "daemon/config/key.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "daemon/config/suggestion.h"

namespace vrfd::config {

namespace {

constexpr std::array<std::pair<Place, std::string_view>, 5> place_names{{
    {at_top, "at the top level"},
    {in_group, "in a group"},
    {in_peer, "in a peer"},
    {in_public, "in \"public\""},
    {in_vpn_instance, "in a VPN instance"},
}};

// "in a group or in a peer"
std::string text_of_places(unsigned places) {
  std::string text;
  for (const auto& [place, name] : place_names)
    if ((places & place) != 0) text += (text.empty() ? "" : " or ") + std::string(name);
  return text;
}

// `places` is where the key may stand; none if it is not known at all.
void refuse_key(Reader& reader, const JsonMember& member, std::span<const std::string_view> known, unsigned places) {
  const auto step = reader.enter(member.key);
  if (places != 0) {
    reader.refuse_at(member.offset, "the key \"" + member.key + "\" does not belong here", text_of_places(places));
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
    unsigned places = 0;
    for (const KeyText* row : rows)
      if (row->name == member.key) places |= row->places;
    refuse_key(reader, member, known, places);
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
