#include "vrf/export_rules.h"

#include <algorithm>

#include "vrf/only_to_customer.h"

namespace vrfd {

namespace {

constexpr std::uint32_t default_local_preference = 100;

bool has(const std::vector<Community>& communities, Community community) {
  return std::find(communities.begin(), communities.end(), community) != communities.end();
}

// RFC 1997. Nobody is in a confederation here, so its border is that of the AS.
bool stays_in_as(const std::vector<Community>& communities) {
  return has(communities, no_export) || has(communities, no_export_subconfed);
}

bool next_hop_becomes_self(const ExportRules& rules, PathClass path) {
  if (path == PathClass::local) return true;
  if (tells_source(rules)) return true;
  // Within an AS the label that comes with a route stays with it, and with its next hop.
  if (row_of(rules.family).labelled) return swaps_label(rules, path);
  if (rules.next_hop_unchanged) return false;
  if (rules.external || path == PathClass::imported) return true;
  return rules.next_hop_self && path == PathClass::external;
}

void remove_private_asns(AsPath& path, const ExportRules& rules) {
  const auto all_private = [](const AsSegment& s) { return std::all_of(s.asns.begin(), s.asns.end(), is_private); };
  if (rules.remove_private == RemovePrivate::only_private_paths && !std::all_of(path.begin(), path.end(), all_private))
    return;
  for (AsSegment& segment : path) {
    if (rules.remove_private == RemovePrivate::replace)
      std::replace_if(segment.asns.begin(), segment.asns.end(), is_private, rules.local_as);
    else
      std::erase_if(segment.asns, is_private);
  }
  std::erase_if(path, [](const AsSegment& s) { return s.asns.empty(); });
}

// What crosses an AS border (RFC 4271, 5.1.2 and 5.1.5; RFC 5065, 4.1; RFC 4456, 8).
void leave_as(PathAttributes& attributes, const ExportRules& rules) {
  std::erase_if(attributes.as_path, [](const AsSegment& s) {
    return s.type == SegmentType::confed_sequence || s.type == SegmentType::confed_set;
  });
  if (rules.remove_private != RemovePrivate::no) remove_private_asns(attributes.as_path, rules);
  if (rules.as_override)
    for (AsSegment& segment : attributes.as_path)
      std::replace(segment.asns.begin(), segment.asns.end(), rules.peer_as, rules.local_as);
  if (rules.real_as) prepend(attributes.as_path, *rules.real_as);
  prepend(attributes.as_path, rules.local_as);
  attributes.local_preference.reset();
  attributes.originator_id.reset();
  attributes.cluster_list.clear();
}

void filter_communities(PathAttributes& attributes, const ExportRules& rules) {
  if (!rules.send_communities) attributes.communities.clear();
  if (!rules.send_large_communities) attributes.large_communities.clear();
  if (row_of(rules.family).vpn) return;
  if (!rules.send_extended_communities)
    std::erase_if(attributes.extended_communities, [](ExtendedCommunity c) { return !is_route_target(c); });
  if (!rules.send_route_targets) std::erase_if(attributes.extended_communities, is_route_target);
  if (rules.external)
    std::erase_if(attributes.extended_communities, [](ExtendedCommunity c) { return !is_transitive(c); });
}

}  // namespace

PathClass class_of(const Source& source, bool imported) {
  if (imported) return PathClass::imported;
  switch (source.kind) {
    case SourceKind::local:
      return PathClass::local;
    case SourceKind::external:
      return PathClass::external;
    case SourceKind::internal:
      break;
  }
  return source.route_reflector_client ? PathClass::internal_client : PathClass::internal;
}

bool is_reflected(const ExportRules& rules, PathClass path) {
  return !rules.external && (path == PathClass::internal || path == PathClass::internal_client);
}

bool swaps_label(const ExportRules& rules, PathClass path) {
  if (!row_of(rules.family).labelled || path == PathClass::local || rules.next_hop_unchanged) return false;
  return rules.external || (rules.next_hop_self && path == PathClass::external);
}

bool tells_source(const ExportRules& rules) {
  return row_of(rules.family).membership && !rules.external && rules.route_reflector_client;
}

bool may_announce(const ExportRules& rules, PathClass path) {
  if (rules.external && rules.requires_policy && !rules.policy) return false;
  if (!is_reflected(rules, path)) return true;
  return path == PathClass::internal_client || rules.route_reflector_client;
}

std::optional<PathAttributes> originated_default(const ExportRules& rules) {
  if (!rules.default_originate || !may_announce(rules, PathClass::local)) return std::nullopt;
  PathAttributes attributes;
  attributes.origin = Origin::igp;
  return before_policy(rules, PathClass::local, attributes) ? std::optional(attributes) : std::nullopt;
}

bool before_policy(const ExportRules& rules, PathClass path, PathAttributes& attributes) {
  if (has(attributes.communities, no_advertise)) return false;
  if (rules.external && stays_in_as(attributes.communities)) return false;
  if (!rules.long_lived && has(attributes.communities, llgr_stale)) return false;
  if (next_hop_becomes_self(rules, path)) {
    attributes.next_hop = IpAddress();
    attributes.next_hop_link_local.reset();
  }
  if (path == PathClass::imported) {
    // Of the provider's reflectors; in a customer's AS they would mean others.
    attributes.originator_id.reset();
    attributes.cluster_list.clear();
  }
  if (rules.external && path != PathClass::local) attributes.med.reset();
  if (!rules.external && !attributes.local_preference) attributes.local_preference = default_local_preference;
  return true;
}

bool after_policy(const ExportRules& rules, PathAttributes& attributes) {
  const auto& extended = attributes.extended_communities;
  if (rules.wanted.wanted && !rules.wanted.wanted->wants(extended)) return false;
  if (rules.site_of_origin && std::find(extended.begin(), extended.end(), *rules.site_of_origin) != extended.end())
    return false;
  if (rules.role && !may_leave(*rules.role, attributes)) return false;
  if (rules.role) mark_sent(*rules.role, rules.local_as, attributes);
  if (rules.external) leave_as(attributes, rules);
  if (tells_source(rules)) attributes.originator_id.reset();  // reflected as if from here
  filter_communities(attributes, rules);
  canonicalize(attributes);
  return true;
}

void reflect(std::uint32_t router_id, std::uint32_t cluster_id, PathAttributes& attributes) {
  if (!attributes.originator_id) attributes.originator_id = IpAddress::v4(router_id);
  attributes.cluster_list.insert(attributes.cluster_list.begin(), IpAddress::v4(cluster_id));
}

}  // namespace vrfd
