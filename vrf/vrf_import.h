// VPN routes into VRFs by route target (RFC 4364, 4.3.1): for one VPN family, all instances.
//
// Import is a function from a VPN destination to the paths of a prefix in each instance that a target of the paths
// names. It keeps per destination only which instances it last went into (a number that stands for a set of them), so
// that a path, a target or an instance that goes takes along exactly what it brought. Which instances want a set of
// attributes is remembered per set. An imported path keeps its source; its path identifier is made of the index of its
// route distinguisher, so that one prefix may come from several, and of its place among the paths that the source has
// under that one (RFC 7911).
#pragma once

#include <map>
#include <unordered_map>

#include "vrf/decision.h"
#include "vrf/vpn_instance.h"

namespace vrfd {

class VrfImport {
 public:
  VrfImport(RouteTable& vpn_table, InstanceList& instances, Decision& decision);

  // The instance came, went, or has other targets, or another import policy: all VPN routes are looked at, and those
  // that it imported, or imports now, are imported again.
  void review(InstanceId instance);
  // Follows the VPN table, at most `budget` destinations; true when it has caught up.
  bool step(std::size_t budget);
  bool caught_up() const { return cursor_.at_end(vpn_table_.limit()) && reviewed_.empty(); }

  // Instances that import routes with these attributes.
  std::vector<InstanceId> importers(AttrId attributes);

 private:
  // A number for a set of instances; 0 is the empty set.
  using SetId = std::uint32_t;
  using InstanceSet = std::vector<InstanceId>;

  using Index = std::unordered_map<RouteTarget, InstanceSet>;
  // Made anew when it is asked for after a change, since changes come in crowds.
  const Index& index();
  SetId set_of(AttrId attributes);
  SetId importers_of(DestId dest);
  SetId intern(InstanceSet set);
  void import(DestId dest);
  void review_next();
  InstanceSet reviewed_among(SetId before, SetId after) const;
  void import_into(VpnInstance& instance, DestId dest);
  bool drop_unwanted(VpnInstance& instance, DestId vpn_dest, DestId dest, std::uint32_t rd);
  bool wants(const VpnInstance& instance, const Path& path);
  std::uint32_t count_wanted(const VpnInstance& instance, DestId vpn_dest, PeerId source, std::uint64_t end);
  bool bring(VpnInstance& instance, PathId from, DestId dest, std::uint32_t path_id);

  RouteTable& vpn_table_;
  InstanceList& instances_;
  Decision& decision_;
  Journal::Cursor cursor_;
  InstanceSet reviewed_;    // those that are under review
  DestId review_next_ = 0;  // how far that has come
  Index index_;
  bool index_is_old_ = false;
  PerDestination<SetId> imported_;
  std::vector<InstanceSet> sets_;
  std::map<InstanceSet, SetId> set_ids_;
  struct Remembered {
    std::uint32_t generation = 0;
    SetId set = 0;
  };
  std::vector<Remembered> by_attributes_;  // by AttrId
};

}  // namespace vrfd
