#include "vrf/types/administrator.h"

#include "vrf/types/address.h"
#include "vrf/types/text.h"

namespace vrfd {

namespace {

std::optional<Administered> with_address(std::string_view administrator, std::string_view number) {
  auto address = IpAddress::from(administrator);
  auto assigned = parse_decimal(number, 0xFFFF);
  if (!address || !address->is_v4() || !assigned) return std::nullopt;
  return Administered{1, std::uint64_t{address->v4_value()} << 16 | *assigned};
}

std::optional<Administered> with_dotted_as(std::string_view high, std::string_view low, std::string_view number) {
  auto upper = parse_decimal(high, 0xFFFF);
  auto lower = parse_decimal(low, 0xFFFF);
  auto assigned = parse_decimal(number, 0xFFFF);
  if (!upper || !lower || !assigned) return std::nullopt;
  return Administered{2, *upper << 32 | *lower << 16 | *assigned};
}

std::optional<Administered> with_as(std::string_view administrator, std::string_view number) {
  auto asn = parse_decimal(administrator, 0xFFFFFFFF);
  if (!asn) return std::nullopt;
  const bool two_octets = *asn <= 0xFFFF;
  auto assigned = parse_decimal(number, two_octets ? 0xFFFFFFFF : 0xFFFF);
  if (!assigned) return std::nullopt;
  if (two_octets) return Administered{0, *asn << 32 | *assigned};
  return Administered{2, *asn << 16 | *assigned};
}

}  // namespace

std::optional<Administered> administered_from(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto administrator = text.substr(0, colon);
  const auto number = text.substr(colon + 1);
  const auto dot = administrator.find('.');
  if (dot == std::string_view::npos) return with_as(administrator, number);
  if (administrator.find('.', dot + 1) == std::string_view::npos)
    return with_dotted_as(administrator.substr(0, dot), administrator.substr(dot + 1), number);
  return with_address(administrator, number);
}

std::string to_string(const Administered& administered) {
  const std::uint64_t v = administered.value;
  if (administered.type == 0) return std::to_string(v >> 32) + ":" + std::to_string(v & 0xFFFFFFFF);
  const auto upper = static_cast<std::uint32_t>(v >> 16);
  const std::string name = administered.type == 1 ? to_string(IpAddress::v4(upper)) : std::to_string(upper);
  return name + ":" + std::to_string(v & 0xFFFF);
}

}  // namespace vrfd
