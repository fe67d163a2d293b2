// Autonomous system numbers: four octets (RFC 6793), written as asplain or asdot (RFC 5396).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vrf/types/strong.h"

namespace vrfd {

using Asn = Strong<struct AsnTag, std::uint32_t>;

// Stands for a four-octet AS number where only two octets fit (RFC 6793, 9).
inline constexpr Asn as_trans{23456};

// "65000" or "1.10"; 1 to 4294967295 (AS 0 is never a speaker, RFC 7607).
std::optional<Asn> asn_from(std::string_view text);
std::string to_string(Asn asn);
// 64512–65534 and 4200000000–4294967294 (RFC 6996).
bool is_private(Asn asn);

}  // namespace vrfd
