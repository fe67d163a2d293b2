// The routes of one instance into the VPN tables (RFC 4364, 4.1 and 4.3): under its route distinguisher, with its
// targets and its label, or labels of their own (route_labels.h).
//
// Exported is a destination's best path, if it did not itself come from the VPN. Targets that a CE sent are not passed
// on: who may import is for the instance to say. The next hop is left unspecified, which is this router in whatever
// session it is announced.
#pragma once

#include "vrf/decision.h"
#include "vrf/vpn_instance.h"

namespace vrfd {

// A VRF path's attributes as they go into the VPN, before the instance's export policy.
PathAttributes marked_for_export(PathAttributes attributes, const InstanceSettings& settings);

class VrfExport {
 public:
  // From the instance's routes of the VPN table's address family.
  VrfExport(VpnInstance& instance, RouteTable& vpn_table, Decision& decision, const SourceTable& sources);

  // Settings changed; everything is looked at again. What was exported under another route distinguisher goes.
  void settings_changed();
  // Follows the instance's table, at most `budget` destinations; true when it has caught up.
  bool step(std::size_t budget);
  bool caught_up() const { return cursor_.at_end(table_.limit()); }
  // Takes back everything.
  void retract();

 private:
  AttrId exported(PathId best, DestId dest);
  void announce(const Nlri& nlri, AttrId attributes, Label label);
  void withdraw(const Nlri& nlri);
  void visit(DestId dest);
  void visit_ready();
  std::optional<Label> announced_label(const Nlri& nlri) const;

  VpnInstance& instance_;
  RouteTable& table_;
  RouteTable& vpn_table_;
  Decision& decision_;
  const SourceTable& sources_;
  Journal::Cursor cursor_;
  AttributeMemo memo_;
  // Under which the present exports stand; nothing: there are none.
  std::optional<RouteDistinguisher> rd_;
};

}  // namespace vrfd
