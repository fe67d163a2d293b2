// Labels of an instance's exported routes, where they do not all share the instance's: one for each next hop, or one
// for each route (RFC 4364, 4.3.2). Packets that arrive with one leave without a lookup in the VRF.
//
// A route that this router itself is the end of (direct, static, a network) keeps the instance's label, and so does
// one for which no label is left or the kernel takes none; so a mode costs reachability nowhere. A label per route
// follows its prefix's best paths, with the same label; the label of a next hop stays with that next hop.
//
// The order of things: a label is in the kernel before the first route is announced with it; until then the route keeps
// its former announcement, or waits. A label that no announcement carries any more stays in the kernel for
// `LabelPool::rest`, since packets with it are on their way and peers may be slow to learn, and may not be given to
// another holder for as long. A holder that comes back meanwhile has it again. Then the label is deleted and the
// holder forgotten.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "vrf/decision.h"
#include "vrf/fib.h"
#include "vrf/label_pool.h"
#include "vrf/mpls_fib.h"
#include "vrf/vpn_instance.h"

namespace vrfd {

class RouteLabels;
// Who gave out a label, among all instances: the kernel's answers are about labels.
using RouteLabelOwners = std::unordered_map<Label, RouteLabels*>;

class RouteLabels {
 public:
  // `fib` is null where labels are not programmed: they count as installed. `forwarder` says where the routes of the
  // instance lead. In `owners` stand its labels as long as it has them.
  RouteLabels(const VpnInstance& instance, Decision& decision, const NextHopTable& next_hops, LabelPool& pool,
              RouteLabelOwners& owners, ForwardingTable& forwarding, MplsFib* fib, Forwarder& forwarder);
  // Deletes all labels at once: the instance goes.
  ~RouteLabels();
  RouteLabels(const RouteLabels&) = delete;
  RouteLabels& operator=(const RouteLabels&) = delete;

  // ---- for the export of the instance's routes
  // What `dest` of the instance's table, which has a best path, is to be announced with. Nothing: its label is on its
  // way into the kernel, and `take_ready` will name the destination.
  std::optional<Label> label_of(const RouteTable& table, DestId dest);
  // Destinations whose label arrived in the kernel, or was refused.
  std::vector<DestId> take_ready(AddressFamily family);
  // One announcement more, or less, carries the label; that of the instance is of no interest.
  void announced(Label label);
  void withdrawn(Label label);

  // ---- for who programs the kernel
  InstanceId instance() const { return instance_.id; }
  // The kernel has taken or refused an operation for the label. True if destinations are ready.
  bool settled(Label label);
  // Time passes: `now` is what labels given out from here on rest by. Labels whose time is over are deleted.
  void advance(TimePoint now);
  // Labels that no announcement carries begin to rest. To be called when all exports have caught up.
  void retire();
  std::optional<TimePoint> next_deadline() const;
  // Why routes have the instance's label instead of their own; empty if none has.
  const std::string& problem() const { return problem_; }

  // ---- rows, in order of labels
  struct Row {
    Label label;
    LabelSharing sharing = LabelSharing::route;
    std::optional<Prefix> prefix;         // of a label per route
    std::optional<IpAddress> next_hop;    // of a label per next hop
    std::size_t routes = 0;               // announced with it
    std::optional<TimePoint> resting_to;  // no route has it any more
  };
  // The first after a label, or of all; null where there is none. Valid until something changes.
  const Row* next(std::optional<Label> after) const;
  bool holds(Label label) const { return entries_.contains(label); }
  // No label but the instance's is in use or rests.
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    std::string key;
    Row row;
    bool ready = false;
    bool refused = false;
    bool idle = false;  // in `idle_`
    std::vector<std::pair<AddressFamily, DestId>> waiting;
  };
  using Entries = std::map<Label, Entry>;

  Entries::iterator entry_of(const std::string& key, Row row);
  ForwardingId forwarding_of(LabelSharing sharing, const RouteTable& table, DestId dest, NextHopId next_hop);
  void note_idle(Label label, Entry& entry);

  const VpnInstance& instance_;
  Decision& decision_;
  const NextHopTable& next_hops_;
  LabelPool& pool_;
  RouteLabelOwners& owners_;
  ForwardingTable& forwarding_;
  MplsFib* fib_;
  Forwarder& forwarder_;
  Entries entries_;
  std::array<std::vector<DestId>, address_families> ready_;
  std::vector<Label> idle_;    // perhaps carried by no announcement
  std::deque<Label> resting_;  // by the end of their rest
  std::string problem_;
  TimePoint now_;
};

}  // namespace vrfd
