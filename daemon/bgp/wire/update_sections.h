// Where the parts of an UPDATE lie (RFC 4271, 4.3; RFC 4760, 3 and 4): found in one pass over the attribute headers,
// without reading attribute values or routes.
//
// `attribute_blocks` are the octets that decide the value of the path attributes: all but MP_REACH_NLRI and
// MP_UNREACH_NLRI. Many UPDATEs of a session carry the same ones, so that a caller can know them again by
// `attribute_key` and leave out `decode_attributes`.
#pragma once

#include <array>
#include <optional>
#include <variant>

#include "daemon/bgp/wire/message.h"

namespace vrfd::bgp {

struct RawAttribute {
  std::uint8_t flags = 0;
  std::uint8_t type = 0;
  ByteView value;
  ByteView whole;  // with its header
};

// Steps through attributes; ends at the end or where a header or a value runs past it.
class AttributeWalk {
 public:
  explicit AttributeWalk(ByteView attributes) : rest_(attributes) {}
  bool next(RawAttribute& attribute);
  bool truncated() const { return truncated_; }
  // The type of the attribute whose value runs past the end.
  std::optional<std::uint8_t> overrun() const { return overrun_; }

 private:
  ByteView rest_;
  bool truncated_ = false;
  std::optional<std::uint8_t> overrun_;
};

// MP_REACH_NLRI or MP_UNREACH_NLRI. Without `family` it is of a family that was not negotiated and must be ignored
// (RFC 4760, 6).
struct MpSection {
  std::optional<Family> family;
  std::uint16_t afi = 0;
  std::uint8_t safi = 0;
  ByteView next_hop;  // only of MP_REACH_NLRI
  ByteView nlri;
  ByteView whole;  // the attribute with its header
};

struct UpdateSections {
  ByteView withdrawn;
  ByteView attributes;
  ByteView nlri;
  std::optional<MpSection> reach;
  std::optional<MpSection> unreach;
  std::array<ByteView, 3> attribute_blocks;
  bool repeated_mp = false;       // an MP attribute stands there twice; the first is the one above
  bool overrun_mp = false;        // the value of an MP attribute runs past the end
  bool other_attributes = false;  // there is more than MP_UNREACH_NLRI

  // Some NLRI field announces routes, even if of a family that is ignored (RFC 7606, 5.2).
  bool announces() const { return !nlri.empty() || (reach && !reach->nlri.empty()); }
};

// A Notification where the routes cannot be found: lengths that contradict each other, a broken MP_REACH_NLRI or
// MP_UNREACH_NLRI (RFC 7606, 3 and 5.3). `body` comes without the header.
std::variant<UpdateSections, Notification> split_update(ByteView body, const SessionContext& context);

// Replaces `key` by octets that are equal exactly for the UPDATEs of one session whose attributes decode alike.
void attribute_key(const UpdateSections& sections, Bytes& key);

}  // namespace vrfd::bgp
