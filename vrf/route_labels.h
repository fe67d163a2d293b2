// Labels of an instance's exported routes, where they do not all share the instance's: one for each next hop, or one
// for each route (RFC 4364, 4.3.2). Packets that arrive with one leave without a lookup in the VRF.
//
// A route that this router itself is the end of (direct, static, a network) keeps the instance's label, and so does
// one for which no label is left or the kernel takes none; so a mode costs reachability nowhere. A label per route
// follows its prefix's best paths, with the same label; the label of a next hop stays with that next hop.
#pragma once

#include "vrf/decision.h"
#include "vrf/fib.h"
#include "vrf/label_leases.h"

namespace vrfd {

class RouteLabels final : public LabelLeases {
 public:
  // `fib` is null where labels are not programmed. `forwarder` says where the routes of the instance lead.
  RouteLabels(const VpnInstance& instance, Decision& decision, const NextHopTable& next_hops, LabelPool& pool,
              LabelOwners& owners, ForwardingTable& forwarding, MplsFib* fib, Forwarder& forwarder);

  // What `dest` of the instance's table, which has a best path, is to be announced with. Nothing: its label is on its
  // way into the kernel, and `take_ready` will name the destination.
  std::optional<Label> label_of(const RouteTable& table, DestId dest);

 private:
  ForwardingId forwarding_of(LabelSharing sharing, const RouteTable& table, DestId dest, NextHopId next_hop);

  const VpnInstance& instance_;
  Decision& decision_;
  const NextHopTable& next_hops_;
  ForwardingTable& forwarding_;
  Forwarder& forwarder_;
};

}  // namespace vrfd
