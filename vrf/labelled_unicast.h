// Labelled unicast (RFC 8277): routes that bring the label by which their next hop wants the packets. They are the
// transport over which VPNs reach other PEs.
//
// The public instance has a table of them beside its unicast table, and two consumers between the two:
//   LabelledImport  labelled → unicast: of each source one path, marked as transport, so that the kernel forwards by
//                   it; unicast peers are not told
//   LabelledExport  unicast → labelled: this router's own routes. Networks and direct routes with implicit null,
//                   packets for them end here; static ones and those of other daemons without a label, which the
//                   update group then gets, since packets for them go on (swap_labels.h)
#pragma once

#include "vrf/decision.h"
#include "vrf/table_follower.h"
#include "vrf/vpn_instance.h"

namespace vrfd {

// Follows the labelled table.
class LabelledImport final : public TableFollower {
 public:
  LabelledImport(RouteTable& labelled, VpnInstance& into, Decision& decision);

 private:
  void visit(DestId dest) override;
  bool stands_behind(DestId from, PathId path) const;
  std::vector<PeerId> gone(DestId from, DestId dest) const;

  RouteTable& unicast_;
  Decision& decision_;
};

// Follows the unicast table.
class LabelledExport final : public TableFollower {
 public:
  LabelledExport(VpnInstance& from, RouteTable& labelled, Decision& decision);

 private:
  void visit(DestId dest) override;

  PeerId self_;
  RouteTable& labelled_;
  Decision& decision_;
};

}  // namespace vrfd
