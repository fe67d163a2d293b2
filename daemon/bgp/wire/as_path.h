// AS_PATH and AS4_PATH (RFC 4271, 4.3; RFC 5065, 3; RFC 6793). Two-octet sessions carry AS_TRANS where a number does
// not fit, and the real path beside it; `merge_as4_path` puts the two together.
#pragma once

#include "vrf/types/attributes.h"

namespace vrfd::bgp {

enum class AsnSize : std::uint8_t { two = 2, four = 4 };

// What is wrong with the octets, or null and the path in `path`: an unknown segment type, an empty segment, one that
// runs past the end (RFC 7606, 7.2) or AS 0 (RFC 7607).
const char* decode_as_path(ByteView octets, AsnSize size, AsPath& path);
// Segments of more than 255 are split; numbers that do not fit become AS_TRANS.
void encode_as_path(const AsPath& path, AsnSize size, Bytes& out);

bool has_confederation_segment(const AsPath& path);
void remove_confederation_segments(AsPath& path);
// Some number does not fit into two octets.
bool needs_four_octets(const AsPath& path);

// RFC 6793, 4.2.3: the leading part of `path` that is longer than `as4_path`, then `as4_path`; `path` alone if it is
// the shorter one.
AsPath merge_as4_path(const AsPath& path, const AsPath& as4_path);

}  // namespace vrfd::bgp
