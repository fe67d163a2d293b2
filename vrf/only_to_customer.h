// Route leaks found and prevented by the Only to Customer attribute (RFC 9234, 5). It is kept among the attributes that
// nothing else looks into. Roles are this side's, towards the peer in question; unicast families only.
#pragma once

#include <optional>

#include "vrf/types/attributes.h"
#include "vrf/types/role.h"

namespace vrfd {

inline constexpr std::uint8_t only_to_customer_type = 35;

// The AS in the attribute; nothing if the route has none.
std::optional<Asn> only_to_customer(const PathAttributes& attributes);

// Ingress: a route with these attributes from a peer in `peer_as` has been leaked (5, rules 1 and 2).
bool is_leak(Role role, Asn peer_as, const PathAttributes& attributes);
// Ingress: marks what may go to customers only from here on (5, rule 3).
void mark_received(Role role, Asn peer_as, PathAttributes& attributes);

// Egress: whether the route may go to the peer (5, rule 2 of those for sending).
bool may_leave(Role role, const PathAttributes& attributes);
// Egress: marks what the peer may give to its customers only; `own_as` as the peer sees it (5, rule 1).
void mark_sent(Role role, Asn own_as, PathAttributes& attributes);

}  // namespace vrfd
