// Route target memberships (RFC 4684, 4): the routes of the family rtc, by which a router says which VPN routes it
// wants.
//
//   origin AS, 32 bits · route target, 64 bits
//
// Like an address it may be cut short: /0 wants everything, /32 every target, /33 to /95 those that begin alike, /96
// one. So it is kept as a Prefix of that many bits (in an IPv6 address), and everything that holds routes can hold it.
#pragma once

#include "vrf/types/asn.h"
#include "vrf/types/community.h"
#include "vrf/types/prefix.h"

namespace vrfd {

inline constexpr unsigned membership_bits = 96;
inline constexpr unsigned membership_origin_bits = 32;

// Wants everything.
Prefix everything_membership();
Prefix membership_of(Asn origin, RouteTarget target);
// Of a length that RFC 4684 knows: 0, 32 to 96.
bool is_membership(const Prefix& prefix);
// The bits of the route target, those that are not there zero; and how many are.
std::uint64_t target_bits(const Prefix& membership);
unsigned target_length(const Prefix& membership);
// "65000:rt:65000:100"; shorter ones "default", "65000:*", "65000:0x0002fde800000000/48".
std::string membership_text(const Prefix& membership);

}  // namespace vrfd
