// Forms of single keys of peers.
#pragma once

#include "daemon/config/name.h"

namespace vrfd::config {

// false, true or one of two words.
struct RemovePrivateAsForm {
  static void read(Reader& reader, const JsonValue& value, const Limits&, RemovePrivateAs& out) {
    if (value.kind == JsonValue::Kind::boolean) {
      out = value.boolean ? RemovePrivateAs::yes : RemovePrivateAs::no;
    } else if (value.kind == JsonValue::Kind::text && value.text == "all") {
      out = RemovePrivateAs::all;
    } else if (value.kind == JsonValue::Kind::text && value.text == "replace") {
      out = RemovePrivateAs::replace;
    } else {
      reader.refuse(value, "true, false, \"all\" or \"replace\"");
    }
  }
  static Json schema(const Limits&) { return {{"enum", {true, false, "all", "replace"}}}; }
};

// RFC 4271, 4.2: zero or at least three seconds.
struct HoldTime {
  static void read(Reader& reader, const JsonValue& value, const Limits&, std::uint32_t& out) {
    const bool number = value.kind == JsonValue::Kind::integer;
    if (number && (value.integer == 0 || (value.integer >= 3 && value.integer <= 65535))) {
      out = static_cast<std::uint32_t>(value.integer);
    } else {
      reader.refuse(value, "0 or a whole number from 3 to 65535");
    }
  }
  static Json schema(const Limits&) { return or_schema({{"const", 0}}, Number::schema({3, 65535})); }
};

// true, or a text that tells the peer why (RFC 9003).
struct ShutdownForm {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, Peer& peer) {
    if (value.kind == JsonValue::Kind::boolean) {
      peer.shutdown = value.boolean;
      peer.shutdown_message.clear();
    } else if (value.kind == JsonValue::Kind::text) {
      peer.shutdown = true;
      Text::read(reader, value, limits, peer.shutdown_message);
    } else {
      reader.refuse(value, "true, false or a text for the peer");
    }
  }
  static Json schema(const Limits& limits) { return or_schema({{"type", "boolean"}}, Text::schema(limits)); }
  static bool same(const Peer& a, const Peer& b) {
    return a.shutdown == b.shutdown && a.shutdown_message == b.shutdown_message;
  }
};

struct UpdateSourceForm {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, UpdateSource& out) {
    out = {};
    if (value.kind == JsonValue::Kind::null) return;
    if (value.kind == JsonValue::Kind::text) out.address = IpAddress::from(value.text);
    if (!out.address) DeviceName::read(reader, value, limits, out.interface);
  }
  static Json schema(const Limits&) { return {{"type", {"string", "null"}}}; }
};

struct LocalAsForm {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, LocalAs& out) {
    if (value.kind == JsonValue::Kind::object) {
      read_object(reader, value, anywhere, out);
    } else {
      AsNumber::read(reader, value, limits, out.asn);
    }
  }
  static Json schema(const Limits& limits) {
    return or_schema(AsNumber::schema(limits), object_schema<LocalAs>(anywhere));
  }
};

struct SiteOfOrigin {
  static void read(Reader& reader, const JsonValue& value, const Limits&, ExtendedCommunity& out) {
    std::optional<ExtendedCommunity> site;
    if (value.kind == JsonValue::Kind::text) site = site_of_origin_from(value.text);
    if (site) {
      out = *site;
    } else {
      reader.refuse(value, "a site of origin like \"65000:1\", \"10.0.0.1:1\", \"4200000000:1\" or \"1.2:3\"");
    }
  }
  static Json schema(const Limits&) { return {{"type", "string"}}; }
};

// Merged with the group's, family by family and key by key; false takes a family away again.
struct FamiliesForm {
  static void read(Reader& reader, const JsonValue& value, const Limits&, Families& out) {
    if (!expect_object(reader, value)) return;
    for (const JsonMember& member : value.members) {
      const auto step = reader.enter(member.key);
      const auto family = family_from(member.key);
      if (!family) {
        reader.refuse_at(member.offset, "unknown family \"" + member.key + "\"", family_names());
      } else if (member.value.kind == JsonValue::Kind::boolean && !member.value.boolean) {
        out.erase(*family);
      } else {
        read_object(reader, member.value, anywhere, out[*family]);
      }
    }
  }
  static Json schema(const Limits&) {
    Json properties = Json::object();
    for (const FamilyRow& row : families) properties[std::string(row.name)] = Json{{"$ref", "#/$defs/family"}};
    return properties_schema(std::move(properties), Json::array());
  }
};

}  // namespace vrfd::config
