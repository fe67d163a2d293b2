#include "vrf/policy/attribute_edits.h"

#include <algorithm>

namespace vrfd {

namespace {

template <class T>
void edit(const CommunityEdit<T>& edits, std::vector<T>& communities) {
  if (edits.replace) communities = *edits.replace;
  std::erase_if(communities, [&](const T& one) {
    return std::find(edits.remove.begin(), edits.remove.end(), one) != edits.remove.end();
  });
  communities.insert(communities.end(), edits.add.begin(), edits.add.end());
}

void edit_targets(const CommunityEdit<ExtendedCommunity>& edits, std::vector<ExtendedCommunity>& communities) {
  if (edits.replace) std::erase_if(communities, is_route_target);
  CommunityEdit<ExtendedCommunity> rest{{}, edits.remove, edits.add};
  if (edits.replace) communities.insert(communities.end(), edits.replace->begin(), edits.replace->end());
  edit(rest, communities);
}

const IpAddress& next_hop_of(const PolicySet& set, const SessionAddresses& session) {
  if (set.next_hop == NextHopEdit::self) return session.local;
  if (set.next_hop == NextHopEdit::peer) return session.remote;
  return set.next_hop_address;
}

void edit_next_hop(const PolicySet& set, const SessionAddresses& session, PathAttributes& attributes) {
  if (set.next_hop == NextHopEdit::keep) return;
  const IpAddress& next_hop = next_hop_of(set, session);
  if (next_hop.is_unspecified()) return;
  attributes.next_hop = next_hop;
  attributes.next_hop_link_local.reset();
}

}  // namespace

bool has_edits(const PolicySet& set) { return set != PolicySet{}; }

void apply(const PolicySet& set, const SessionAddresses& session, PathAttributes& attributes) {
  if (set.local_preference) attributes.local_preference = set.local_preference;
  if (set.remove_med) attributes.med.reset();
  if (set.med) attributes.med = set.med;
  if (set.origin) attributes.origin = *set.origin;
  edit_next_hop(set, session, attributes);
  if (set.prepend) prepend(attributes.as_path, set.prepend->asn, set.prepend->times);
  edit(set.communities, attributes.communities);
  edit(set.large_communities, attributes.large_communities);
  edit(set.extended_communities, attributes.extended_communities);
  edit_targets(set.route_targets, attributes.extended_communities);
  canonicalize(attributes);
}

}  // namespace vrfd
