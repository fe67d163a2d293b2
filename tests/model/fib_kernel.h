// The part of Linux that keeps routes, labels and next-hop objects, as far as the core can tell.
#pragma once

#include <map>
#include <set>

#include "vrf/fib_operation.h"

namespace vrfd {

// Rules as the real one has them: objects before what needs them, groups of hops only, a device that is up; a deleted
// group takes its routes along.
class FibKernel {
 public:
  std::map<NextHopObjectId, ReplaceHop> hops;
  std::map<NextHopObjectId, std::set<NextHopObjectId>> groups;
  std::map<RouteKey, ReplaceRoute> routes;
  std::map<Label, ForwardingHops> labels;
  std::set<IfIndex> up;
  std::set<RouteKey> refused;  // whose last change was, so that an old route may stand there
  std::size_t routes_lost_with_objects = 0;

  int apply(FibChange& change) {
    return std::visit([this](auto& c) { return apply(c); }, change);
  }
  int refuse(FibChange& change) {
    if (const auto* replace = std::get_if<ReplaceRoute>(&change)) return refuse(replace->key);
    if (const auto* removal = std::get_if<DeleteRoute>(&change)) return refuse(removal->key);
    return 16;
  }

  void drop_device(IfIndex device) {
    up.erase(device);
    for (auto at = hops.begin(); at != hops.end();) {
      const auto hop = at++;
      if (hop->second.hop.device == device) drop_hop(hop->first);
    }
  }
  void drop_hop(NextHopObjectId id) {
    hops.erase(id);
    for (auto at = groups.begin(); at != groups.end();) {
      const auto group = at++;
      group->second.erase(id);
      if (group->second.empty()) drop_group(group->first);
    }
  }
  void drop_group(NextHopObjectId id) {
    groups.erase(id);
    std::erase_if(routes, [&](const auto& route) { return route.second.object == id; });
  }

 private:
  int refuse(const RouteKey& key) {
    refused.insert(key);
    return 22;
  }
  int apply(ReplaceRoute& route) {
    if (route.type == RouteType::unicast && !groups.contains(route.object)) return refuse(route.key);
    routes[route.key] = route;
    refused.erase(route.key);
    return 0;
  }
  int apply(DeleteRoute& route) {
    routes.erase(route.key);
    return 0;
  }
  int apply(std::unique_ptr<const ReplaceHop>& hop) {
    if (!up.contains(hop->hop.device)) return 100;
    if (hop->family == AddressFamily::ipv6 && hop->hop.via && hop->hop.via->is_v4()) return 22;
    if (groups.contains(hop->id)) return 22;
    hops[hop->id] = *hop;
    return 0;
  }
  int apply(ReplaceGroup& group) {
    if (group.members.empty() || hops.contains(group.id)) return 22;
    for (NextHopObjectId member : group.members)
      if (!hops.contains(member)) return 22;
    groups[group.id] = {group.members.begin(), group.members.end()};
    return 0;
  }
  int apply(DeleteObject& object) {
    for (const auto& [key, route] : routes)
      if (route.object == object.id && !refused.contains(key)) ++routes_lost_with_objects;
    if (groups.contains(object.id)) drop_group(object.id);
    if (hops.contains(object.id)) drop_hop(object.id);
    return 0;
  }
  int apply(ReplaceLabel& label) {
    labels[label.label] = label.hops;
    return 0;
  }
  int apply(DeleteLabel& label) {
    labels.erase(label.label);
    return 0;
  }
};

}  // namespace vrfd
