#include "vrf/types/asn.h"

#include "vrf/types/text.h"

namespace vrfd {

std::optional<Asn> asn_from(std::string_view text) {
  std::optional<std::uint64_t> value;
  if (auto dot = text.find('.'); dot != std::string_view::npos) {
    auto high = parse_decimal(text.substr(0, dot), 0xFFFF);
    auto low = parse_decimal(text.substr(dot + 1), 0xFFFF);
    if (high && low) value = *high << 16 | *low;
  } else {
    value = parse_decimal(text, 0xFFFFFFFF);
  }
  if (!value || *value == 0) return std::nullopt;
  return Asn{static_cast<std::uint32_t>(*value)};
}

std::string to_string(Asn asn) { return std::to_string(asn.value()); }

bool is_private(Asn asn) {
  const std::uint32_t v = asn.value();
  return (v >= 64512 && v <= 65534) || (v >= 4200000000u && v <= 4294967294u);
}

}  // namespace vrfd
