// The routes in an NLRI field, in the forms of the families (RFC 4271, 4.3; RFC 4364, 4.3.4; RFC 4659, 2;
// RFC 4684, 4; RFC 8277, 2.2; RFC 7911, 3):
//
//   [path identifier, 4] length in bits, 1 · [label, 3] · [route distinguisher, 8] · prefix, as many octets as it needs
//
// A VPN route has exactly one label, since vrfd does not offer the multiple labels capability; so the S bit says
// nothing on reception and is set on transmission. Before labelled unicast some peers put several all the same: where
// the route is too long for one label, or several were agreed on, they are read up to the S bit, and the first is kept;
// what becomes of such a route is for the caller. In a withdrawal the label is meaningless: 0 here, 0x800000 there. A
// route target membership of a length that RFC 4684 has no meaning for is left out.
#pragma once

#include <span>
#include <vector>

#include "daemon/bgp/wire/capability.h"
#include "vrf/types/family.h"
#include "vrf/types/nlri.h"

namespace vrfd::bgp {

enum class NlriUse : std::uint8_t { announce, withdraw };

struct NlriForm {
  Family family{};
  bool path_ids = false;
  NlriUse use = NlriUse::announce;
  bool several_labels = false;  // agreed on, for labelled unicast (RFC 8277, 2.1)
};

enum class NlriReading : std::uint8_t {
  good,
  several_labels,  // before some route of labelled unicast
  // A length is too long or too short for the family, or runs past the end: nothing after it can be found (RFC 7606,
  // 5.3).
  malformed,
};

// Appends the routes of `octets`.
NlriReading decode_nlri(ByteView octets, const NlriForm& form, std::vector<AnnouncedNlri>& routes);

// The longest encoded route of any family.
inline constexpr std::size_t nlri_limit = 4 + 1 + 3 + 8 + 16;

// Appends as many of `routes` as fit into `space` octets; returns how many those are.
std::size_t encode_nlri(std::span<const AnnouncedNlri> routes, const NlriForm& form, std::size_t space, Bytes& out);

}  // namespace vrfd::bgp
