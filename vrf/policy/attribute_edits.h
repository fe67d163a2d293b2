// What a term's `set` does to path attributes.
#pragma once

#include <compare>

#include "vrf/policy/definition.h"
#include "vrf/types/attributes.h"

namespace vrfd {

// The two ends of the session that a policy runs for; unspecified where there is none or the policy does not ask.
struct SessionAddresses {
  IpAddress local;
  IpAddress remote;
  auto operator<=>(const SessionAddresses&) const = default;
};

// Whether `set` changes anything.
bool has_edits(const PolicySet& set);

// Edits extended communities first and the route targets among them then. A new next hop drops the link-local one.
// NextHopEdit::self and ::peer without a session leave the next hop alone. The result is canonical if the input was.
void apply(const PolicySet& set, const SessionAddresses& session, PathAttributes& attributes);

}  // namespace vrfd
