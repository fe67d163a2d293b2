// Path attributes, one row each: what they look like, what RFC 7606 says where they do not, how they are read and
// written. Adding an attribute is adding a row and its test.
//
// MP_REACH_NLRI and MP_UNREACH_NLRI have rows for their flags and their place; what is in them are routes, which
// `update_sections` finds.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "daemon/bgp/wire/message.h"

namespace vrfd::bgp {

namespace flag {
inline constexpr std::uint8_t optional = 0x80;
inline constexpr std::uint8_t transitive = 0x40;
inline constexpr std::uint8_t partial = 0x20;
inline constexpr std::uint8_t extended_length = 0x10;
}  // namespace flag

namespace attribute {
inline constexpr std::uint8_t origin = 1;
inline constexpr std::uint8_t as_path = 2;
inline constexpr std::uint8_t next_hop = 3;
inline constexpr std::uint8_t mp_reach_nlri = 14;
inline constexpr std::uint8_t mp_unreach_nlri = 15;
inline constexpr std::uint8_t only_to_customer = 35;
}  // namespace attribute

// What the attributes of one UPDATE say before they are put together.
struct AttributeDraft {
  PathAttributes& attributes;
  std::optional<IpAddress> next_hop;  // NEXT_HOP
  std::optional<AsPath> as4_path;
  std::optional<Aggregator> as4_aggregator;
};

// What a row found wrong with a value; without text, nothing. `verdict` ok stands for the row's own.
struct Finding {
  const char* text = nullptr;
  Verdict verdict = Verdict::ok;
};

struct LengthRule {
  std::size_t minimum = 0;
  std::size_t maximum = std::numeric_limits<std::size_t>::max();
  std::size_t multiple = 1;
  constexpr bool allows(std::size_t size) const { return size >= minimum && size <= maximum && size % multiple == 0; }
};

// Whether the value is kept: read into a field, carried on unread, or needed for nothing.
enum class Keep : std::uint8_t { field, opaque, nowhere };

struct AttributeRow {
  std::uint8_t type;
  std::string_view name;
  std::uint8_t flags;  // the optional and transitive bits it must have
  LengthRule length;
  Verdict malformed;     // a wrong length or value
  Verdict wrong_flags;   // RFC 7606, 3 (c)
  Verdict repeated;      // RFC 7606, 3 (g); the first one counts
  std::uint8_t subcode;  // of a NOTIFICATION, should the session have to go
  bool internal_only;    // discarded from external peers whatever it holds
  Keep keep;
  Finding (*read)(ByteView value, const SessionContext& context, AttributeDraft& draft);
  // Appends the value; false if there is none to write. Null for what has no field.
  bool (*write)(const PathAttributes& attributes, const SessionContext& context, Bytes& value);
};

// In ascending order of type.
std::span<const AttributeRow> attribute_rows();
// Null for a type that has no row.
const AttributeRow* attribute_row(std::uint8_t type);
// "AS_PATH"; "attribute 99" for what has no row.
std::string attribute_name(std::uint8_t type);

}  // namespace vrfd::bgp
