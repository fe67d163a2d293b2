// The table of keys. One row says all about a key: its name, what it may hold, what it is for, where it may stand, and
// how a change of it takes effect. Reading, "unknown key" errors, the JSON Schema and the difference of two
// configurations come out of the rows; adding a key is adding a row and the member that it fills.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "daemon/config/reader.h"

namespace vrfd::config {

using Json = nlohmann::ordered_json;

// The least and most of a number, of the characters of a text or of the members of a list.
struct Limits {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

// Where a row's key may stand. Objects that occur in one place only use `anywhere`.
enum Place : std::uint8_t {
  at_top = 1,
  in_group = 2,
  in_peer = 4,
  in_public = 8,
  in_vpn_instance = 16,
  inherited = at_top | in_group | in_peer,
  anywhere = 0xFF
};

// How a changed value gets to work (see difference.h). What is `apart` is not compared as a whole: policies count by
// their outcome, parts with rows of their own by those.
enum class Effect : std::uint8_t { at_once, refresh_import, refresh_export, refresh_both, reset, apart };

struct KeyText {
  std::string_view name;
  std::string_view description;
  std::string_view default_value = {};  // as JSON; empty: none
  Limits limits = {};
  std::uint8_t places = anywhere;
  Effect effect = Effect::at_once;
  bool required = false;
};

template <class Owner>
struct Key : KeyText {
  void (*read)(Reader&, const JsonValue&, const Limits&, Owner&);
  Json (*schema)(const Limits&);
  bool (*same)(const Owner&, const Owner&);

  // What a row says beyond name and description.
  constexpr Key between(std::int64_t least, std::int64_t most) const {
    Key row = *this;
    row.limits = {least, most};
    return row;
  }
  constexpr Key by_default(std::string_view json) const {
    Key row = *this;
    row.default_value = json;
    return row;
  }
  constexpr Key only(std::uint8_t where) const {
    Key row = *this;
    row.places = where;
    return row;
  }
  constexpr Key takes(Effect how) const {
    Key row = *this;
    row.effect = how;
    return row;
  }
  constexpr Key needed() const {
    Key row = *this;
    row.required = true;
    return row;
  }
};

template <class Owner>
using Keys = std::span<const Key<Owner>>;

// The rows of a kind of object. The tables are in keys_*.cpp.
template <class Owner>
Keys<Owner> keys_of();

template <>
Keys<Peer> keys_of<Peer>();
template <>
Keys<FamilySettings> keys_of<FamilySettings>();
template <>
Keys<DefaultOriginate> keys_of<DefaultOriginate>();
template <>
Keys<Capabilities> keys_of<Capabilities>();
template <>
Keys<GracefulRestart> keys_of<GracefulRestart>();
template <>
Keys<SlowPeer> keys_of<SlowPeer>();
template <>
Keys<MaximumPrefixes> keys_of<MaximumPrefixes>();
template <>
Keys<LocalAs> keys_of<LocalAs>();
template <>
Keys<VpnInstance> keys_of<VpnInstance>();
template <>
Keys<ImportRoutes> keys_of<ImportRoutes>();
template <>
Keys<Network> keys_of<Network>();
template <>
Keys<LabelRange> keys_of<LabelRange>();
template <>
Keys<Config> keys_of<Config>();
template <>
Keys<PolicyTerm> keys_of<PolicyTerm>();
template <>
Keys<PolicyMatch> keys_of<PolicyMatch>();
template <>
Keys<PolicySet> keys_of<PolicySet>();
template <>
Keys<AsPathPrepend> keys_of<AsPathPrepend>();
template <>
Keys<PrefixListEntry> keys_of<PrefixListEntry>();

// How values of a C++ type are read and described; see form.h.
template <class T>
struct FormFor;

template <class T>
struct MemberPointer;
template <class Class, class T>
struct MemberPointer<T Class::*> {
  using Owner = Class;
  using Value = T;
};

// A row whose value goes into one member.
template <auto Member, class Form = typename FormFor<typename MemberPointer<decltype(Member)>::Value>::Type>
constexpr auto key(std::string_view name, std::string_view description) {
  using Owner = typename MemberPointer<decltype(Member)>::Owner;
  return Key<Owner>{
      {.name = name, .description = description},
      [](Reader& reader, const JsonValue& value, const Limits& limits, Owner& owner) {
        Form::read(reader, value, limits, owner.*Member);
      },
      &Form::schema,
      [](const Owner& a, const Owner& b) { return a.*Member == b.*Member; },
  };
}

// A row whose value goes into several members: the form reads into the whole object and compares it.
template <class Owner, class Form>
constexpr Key<Owner> key_of(std::string_view name, std::string_view description) {
  return Key<Owner>{{.name = name, .description = description}, &Form::read, &Form::schema, &Form::same};
}

bool expect_object(Reader& reader, const JsonValue& value);
void refuse_missing(Reader& reader, const JsonValue& object, const KeyText& key);

// What tables say, without what they do.
using KeyTexts = std::vector<const KeyText*>;

template <class Owner>
KeyTexts texts_of(Keys<Owner> keys) {
  KeyTexts texts;
  for (const Key<Owner>& row : keys) texts.push_back(&row);
  return texts;
}

// Says of each member without a row for `place` what was meant, or that it belongs elsewhere.
void refuse_unknown_keys(Reader& reader, const JsonValue& object, const KeyTexts& rows, std::uint8_t place);

// The members of `object` that have a row for `place`, in the order of the rows: a row may count on those above it.
template <class Owner>
void read_known_keys(Reader& reader, const JsonValue& object, Keys<Owner> keys, std::uint8_t place, Owner& out) {
  for (const Key<Owner>& row : keys) {
    if ((row.places & place) == 0) continue;
    if (const JsonValue* value = find_member(object, row.name)) {
      const auto step = reader.enter(row.name);
      row.read(reader, *value, row.limits, out);
    } else if (row.required) {
      refuse_missing(reader, object, row);
    }
  }
}

template <class Owner>
void read_object(Reader& reader, const JsonValue& value, std::uint8_t place, Owner& out) {
  if (!expect_object(reader, value)) return;
  read_known_keys(reader, value, keys_of<Owner>(), place, out);
  refuse_unknown_keys(reader, value, texts_of(keys_of<Owner>()), place);
}

}  // namespace vrfd::config
