// An MPLS label: 20 bits (RFC 3032). 0 to 15 are reserved; 3 (implicit null) never stands on the wire of a packet.
#pragma once

#include <optional>

#include "vrf/types/strong.h"

namespace vrfd {

using Label = Strong<struct LabelTag, std::uint32_t>;

inline constexpr Label implicit_null{3};
inline constexpr Label first_unreserved_label{16};
inline constexpr std::uint32_t label_limit = 1u << 20;

inline std::optional<Label> label_from(std::uint64_t value) {
  if (value >= label_limit) return std::nullopt;
  return Label{static_cast<std::uint32_t>(value)};
}

}  // namespace vrfd
