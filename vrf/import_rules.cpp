#include "vrf/import_rules.h"

#include <algorithm>

#include "vrf/only_to_customer.h"

namespace vrfd {

namespace {

bool loops(const ImportRules& rules, const AttributeSet& received, Asn own) {
  return received.path_contains(own) && occurrences(received.as_path(), own) > rules.allow_as_in;
}

// What only some peers' configurations ask for.
PathReason special_defect(const ImportRules& rules, const AttributeSet& received) {
  if (rules.real_as && loops(rules, received, *rules.real_as)) return PathReason::as_path_loop;
  const auto extended = received.extended_communities();
  // The route has been at this site before and came back to it by a way of the site's own (RFC 4364, 7).
  if (rules.site_of_origin && std::find(extended.begin(), extended.end(), *rules.site_of_origin) != extended.end())
    return PathReason::site_of_origin_loop;
  if (rules.role && is_leak(*rules.role, rules.peer_as, received.value())) return PathReason::route_leak;
  return PathReason::none;
}

}  // namespace

PathReason defect(const ImportRules& rules, const AttributeSet& received) {
  if (rules.external && rules.enforce_first_as && received.first_as() != rules.peer_as)
    return PathReason::foreign_first_as;
  if (!received.next_hop().is_unicast()) return PathReason::invalid_next_hop;
  if (loops(rules, received, rules.local_as)) return PathReason::as_path_loop;
  const auto originator = received.originator_id();
  if (originator && originator->v4_value() == rules.router_id) return PathReason::originator_loop;
  const auto clusters = received.cluster_list();
  if (std::find(clusters.begin(), clusters.end(), rules.cluster_id) != clusters.end()) return PathReason::cluster_loop;
  if (!rules.real_as && !rules.site_of_origin && !rules.role) return PathReason::none;
  return special_defect(rules, received);
}

bool edits_before_policy(const ImportRules& rules) { return rules.prepend_local_as || rules.role.has_value(); }

void edit_before_policy(const ImportRules& rules, PathAttributes& attributes) {
  if (rules.prepend_local_as) prepend(attributes.as_path, rules.local_as);
  if (rules.role) mark_received(*rules.role, rules.peer_as, attributes);
}

bool edits_after_policy(const ImportRules& rules) { return rules.site_of_origin.has_value(); }

void edit_after_policy(const ImportRules& rules, PathAttributes& attributes) {
  if (rules.site_of_origin) attributes.extended_communities.push_back(*rules.site_of_origin);
  canonicalize(attributes);
}

}  // namespace vrfd
