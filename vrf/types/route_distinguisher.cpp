#include "vrf/types/route_distinguisher.h"

#include "vrf/types/administrator.h"
#include "vrf/types/text.h"

namespace vrfd {

namespace {
constexpr std::uint64_t value_mask = 0xFFFFFFFFFFFF;
}

std::optional<RouteDistinguisher> RouteDistinguisher::from(std::string_view text) {
  auto administered = administered_from(text);
  if (!administered) return std::nullopt;
  return RouteDistinguisher{std::uint64_t{administered->type} << 48 | administered->value};
}

std::string to_string(RouteDistinguisher rd) {
  const std::uint64_t type = rd.octets() >> 48;
  if (type > 2) return "0x" + hex(rd.octets(), 16);
  // A type 2 below 65536 would read back as type 0: dotted text keeps it what it is.
  const std::uint64_t value = rd.octets() & value_mask;
  if (type == 2 && value >> 32 == 0)
    return "0." + std::to_string(value >> 16 & 0xFFFF) + ":" + std::to_string(value & 0xFFFF);
  return to_string(Administered{static_cast<std::uint8_t>(type), value});
}

}  // namespace vrfd
