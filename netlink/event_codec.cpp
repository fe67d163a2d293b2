#include "netlink/event_codec.h"

#include <linux/rtnetlink.h>

#include "netlink/address_codec.h"
#include "netlink/hop_codec.h"
#include "netlink/link_codec.h"
#include "netlink/mpls_codec.h"
#include "netlink/neighbour_codec.h"
#include "netlink/nexthop_codec.h"
#include "netlink/route_codec.h"
#include "netlink/rule_codec.h"

namespace vrfd::netlink {

namespace {

using Decoded = Result<std::optional<KernelEvent>>;

const std::optional<KernelEvent> nothing;

template <class Event, class Object>
Decoded event_of(Result<Object> decoded) {
  if (!decoded) return decoded.error();
  return std::optional<KernelEvent>(Event{std::move(*decoded)});
}

Decoded route_changed(const Message& message) {
  if (family_number_of(message.body) == mpls_family) return event_of<LabelChanged>(decode_label(message.body));
  if (!family_from_number(family_number_of(message.body)) || is_cached_route(message.body)) return nothing;
  auto route = decode_route(message.body);
  if (!route) return route.error();
  return std::optional<KernelEvent>(RouteChanged{std::move(*route), (message.flags & NLM_F_REPLACE) != 0});
}

Decoded route_gone(const Message& message) {
  if (family_number_of(message.body) == mpls_family) return event_of<LabelGone>(decode_label(message.body));
  if (!family_from_number(family_number_of(message.body)) || is_cached_route(message.body)) return nothing;
  return event_of<RouteGone>(decode_route(message.body));
}

template <class Event>
Decoded link_event(ByteView body) {
  if (is_bridge_port_message(body)) return nothing;
  return event_of<Event>(decode_link(body));
}

// Bridges and proxies tell of theirs the same way.
template <class Event>
Decoded neighbour_event(ByteView body) {
  if (!family_from_number(family_number_of(body))) return nothing;
  return event_of<Event>(decode_neighbour(body));
}

template <class Event>
Decoded rule_event(ByteView body) {
  if (!family_from_number(family_number_of(body))) return nothing;
  return event_of<Event>(decode_rule(body));
}

}  // namespace

Decoded decode_event(const Message& message) {
  switch (message.type) {
    case RTM_NEWROUTE:
      return route_changed(message);
    case RTM_DELROUTE:
      return route_gone(message);
    case RTM_NEWNEXTHOP:
      return event_of<NextHopChanged>(decode_next_hop(message.body));
    case RTM_DELNEXTHOP:
      return event_of<NextHopGone>(decode_next_hop(message.body));
    case RTM_NEWLINK:
      return link_event<LinkChanged>(message.body);
    case RTM_DELLINK:
      return link_event<LinkGone>(message.body);
    case RTM_NEWADDR:
      return event_of<AddressChanged>(decode_address(message.body));
    case RTM_DELADDR:
      return event_of<AddressGone>(decode_address(message.body));
    case RTM_NEWNEIGH:
      return neighbour_event<NeighbourChanged>(message.body);
    case RTM_DELNEIGH:
      return neighbour_event<NeighbourGone>(message.body);
    case RTM_NEWRULE:
      return rule_event<RuleChanged>(message.body);
    case RTM_DELRULE:
      return rule_event<RuleGone>(message.body);
    default:
      return nothing;
  }
}

}  // namespace vrfd::netlink
