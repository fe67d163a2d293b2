// Labelled unicast (RFC 8277): routes that bring the label by which their next hop wants the packets. They are the
// transport over which VPNs reach other PEs.
//
// The public instance has a table of them beside its unicast table, and two consumers between the two:
//   LabelledImport  labelled → unicast: every path, marked as transport, so that the kernel forwards by it; unicast
//   peers
//                   are not told
//   LabelledExport  unicast → labelled: this router's own routes. Networks and direct routes with implicit null,
//   packets
//                   for them end here; static ones and those of other daemons without a label, which the update group
//                   then gets, since packets for them go on (swap_labels.h)
#pragma once

#include "vrf/decision.h"
#include "vrf/journal.h"
#include "vrf/table_consumer.h"
#include "vrf/vpn_instance.h"

namespace vrfd {

class LabelledImport final : public TableConsumer {
 public:
  LabelledImport(RouteTable& labelled, VpnInstance& into, Decision& decision);
  bool step(std::size_t budget) override;
  bool caught_up() const override { return cursor_.at_end(labelled_.limit()); }
  bool holds(DestId) override { return false; }

 private:
  void visit(DestId dest);
  std::vector<PeerId> gone(DestId from, DestId dest) const;

  RouteTable& labelled_;
  RouteTable& unicast_;
  Decision& decision_;
  Journal::Cursor cursor_;
};

class LabelledExport final : public TableConsumer {
 public:
  LabelledExport(VpnInstance& from, RouteTable& labelled, Decision& decision);
  bool step(std::size_t budget) override;
  bool caught_up() const override { return cursor_.at_end(unicast_.limit()); }
  bool holds(DestId) override { return false; }

 private:
  void visit(DestId dest);

  PeerId self_;
  RouteTable& unicast_;
  RouteTable& labelled_;
  Decision& decision_;
  Journal::Cursor cursor_;
};

}  // namespace vrfd
