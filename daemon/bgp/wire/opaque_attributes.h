// Attributes that vrfd passes on or drops without using them, but whose form it checks: what is broken is better
// stopped here than at a router further on that does use it. Only the framing of the type-length-values is looked at,
// and the few fields whose wrong values their RFC calls malformed.
#pragma once

#include "daemon/bgp/wire/attribute_table.h"

namespace vrfd::bgp {

Finding check_pmsi_tunnel(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding check_tunnel_encapsulation(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding check_aigp(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding check_link_state(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding check_only_to_customer(ByteView value, const SessionContext& context, AttributeDraft& draft);
Finding check_prefix_sid(ByteView value, const SessionContext& context, AttributeDraft& draft);

}  // namespace vrfd::bgp
