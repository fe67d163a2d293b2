// The routing core as a whole: tables, instances, import and export between them, update groups, next hops. Pure: no
// socket, no clock; it is told what peers and the kernel say and gives out what to send and to program.
//
// Work that walks tables is done in slices: `step` takes a budget of destinations and returns; a table with something
// to do is in the queue once.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "vrf/adj_rib_in.h"
#include "vrf/labelled_unicast.h"
#include "vrf/target_interests.h"
#include "vrf/update_group.h"
#include "vrf/vrf_export.h"
#include "vrf/vrf_import.h"

namespace vrfd {

class Core {
 public:
  explicit Core(NextHopRules rules);
  ~Core();

  AttributeTable& attributes() { return attributes_; }
  SourceTable& sources() { return sources_; }
  NextHopTable& next_hops() { return next_hops_; }
  Decision& decision() { return decision_; }
  RdTable& rds() { return rds_; }

  // ---- instances; the public one is always there
  VpnInstance& add_instance(InstanceSettings settings);
  // Other targets, policies, label or route distinguisher: what follows from them is worked out in later steps.
  void change_instance(InstanceId id, InstanceSettings settings);
  // Its peers and consumers are gone already. What it exported is withdrawn.
  void remove_instance(InstanceId id);
  VpnInstance* instance(InstanceId id) {
    return id.value() < instances_.size() ? instances_[id.value()].get() : nullptr;
  }
  const InstanceList& instances() const { return instances_; }
  // Of the public instance for VPN families and route target memberships.
  RouteTable& table(InstanceId id, Family family);
  VrfImport& import(AddressFamily family) { return *imports_[index_of(family)]; }

  // ---- routes of this router's own; `attributes` is borrowed
  void set_local_route(InstanceId id, const Prefix& prefix, LocalRoute kind, AttrId attributes);
  void remove_local_route(InstanceId id, const Prefix& prefix, LocalRoute kind);

  // ---- which VPN routes are wanted (RFC 4684)
  TargetInterests& interests() { return *interests_; }
  // What this router itself wants, by the family rtc.
  void set_own_memberships(const std::set<Prefix>& memberships);
  // The VPN routes that `peer` is told of are from now on those that it wants, whatever else its rules say.
  void change_wanted(RouteTable& vpn_table, PeerId peer);

  // Labelled unicast routes of the public instance are forwarded by and announced from now on.
  void use_labelled(AddressFamily family);
  bool uses_labelled() const { return labelled_[0].import || labelled_[1].import; }

  // ---- update groups
  // Who gives out labels for labelled routes that leave with this router as next hop; before the first group.
  void set_swap_labels(SwapLabels& labels) { swap_labels_ = &labels; }
  // Routes whose label arrived in the kernel go out.
  void swap_labels_ready();
  // All labels are to be asked for again.
  void swap_labels_changed();
  using Groups = std::vector<std::unique_ptr<UpdateGroup>>;
  // `peer` is told of the table's routes under these rules from the beginning.
  UpdateGroup& join(RouteTable& table, PeerId peer, const ExportRules& rules);
  void leave(RouteTable& table, PeerId peer);
  // The rules of these peers, all of one table, are now `rules_of` each; only differences are announced.
  void change_rules(RouteTable& table, const std::vector<PeerId>& peers,
                    const std::function<ExportRules(PeerId)>& rules_of);
  UpdateGroup* group_of(RouteTable& table, PeerId peer);
  Groups& groups(RouteTable& table) { return work_of(table).groups; }

  // ---- consumers
  void attach(RouteTable& table, TableConsumer& consumer);
  void detach(RouteTable& table, TableConsumer& consumer);

  // Told of the best paths of all instances, the public one included; of VPN routes it is not.
  void observe(BestPathObserver& observer);

  // ---- next hops that became reachable, unreachable, nearer or farther
  void next_hop_changed(NextHopId id) { changed_next_hops_.insert(id); }

  // Does about `budget` destinations' worth of work. `touched` is called for tables whose groups may have something to
  // send. True while there is more to do at once.
  bool step(std::size_t budget, const std::function<void(RouteTable&)>& touched);
  bool has_work() const;
  // What held consumers up is over.
  void resume();
  // Nothing is left to do, at once or later.
  bool idle() const { return !has_work() && held_up_.empty(); }
  // Every consumer of `table` has seen all of its changes.
  bool caught_up(RouteTable& table);
  void request_work(RouteTable& table) { table.request_work(); }

 private:
  struct TableWork {
    InstanceId owner;
    VrfImport* import = nullptr;
    VrfExport* vrf_export = nullptr;
    Groups groups;
    std::vector<TableConsumer*> consumers;
  };
  struct Revalidation {
    std::unordered_set<NextHopId> next_hops;
    std::vector<RouteTable*> tables;
    DestId dest = 0;
  };

  // A route of an instance's own, in one of its tables.
  struct OwnRoute {
    Prefix prefix;
    std::uint32_t path_id;  // tells several for one prefix apart
  };
  void originate(RouteTable& table, const VpnInstance& instance, const OwnRoute& route, AttrId attributes);
  void take_back(RouteTable& table, const VpnInstance& instance, const OwnRoute& route);

  TableWork& work_of(RouteTable& table) { return work_.at(&table); }
  void register_table(RouteTable& table, InstanceId owner);
  bool work_off(RouteTable& table, std::size_t budget);
  bool is_held_up(RouteTable& table);
  void collect(RouteTable& table, std::size_t budget);
  void merge_groups(TableWork& work);
  void split_group(RouteTable& table, UpdateGroup& group, const std::vector<PeerId>& peers, const ExportRules& rules);
  void begin_revalidation();
  void revalidate(std::size_t budget);
  bool uses_changed_next_hop(RouteTable& table, DestId dest, InstanceId owner);
  void review_imports(InstanceId id);

  AttributeTable attributes_;
  RdTable rds_;
  SourceTable sources_;
  NextHopTable next_hops_;
  Decision decision_;
  std::array<std::unique_ptr<RouteTable>, address_families> vpn_tables_;
  struct Labelled {
    std::unique_ptr<RouteTable> table;
    std::unique_ptr<LabelledImport> import;  // null while no peer speaks the family
    std::unique_ptr<LabelledExport> from_unicast;
  };
  std::array<Labelled, address_families> labelled_;
  std::unique_ptr<RouteTable> membership_table_;
  std::unique_ptr<TargetInterests> interests_;
  std::set<Prefix> own_memberships_;
  InstanceList instances_;
  std::array<std::unique_ptr<VrfImport>, address_families> imports_;
  std::unordered_map<const RouteTable*, std::unique_ptr<VrfExport>> exports_;
  std::unordered_map<const RouteTable*, TableWork> work_;
  std::vector<RouteTable*> queue_;
  std::set<RouteTable*> held_up_;  // with a consumer that is
  std::unordered_set<NextHopId> changed_next_hops_;
  Revalidation revalidation_;
  BestPathObserver* observer_ = nullptr;
  SwapLabels* swap_labels_ = nullptr;
};

}  // namespace vrfd
