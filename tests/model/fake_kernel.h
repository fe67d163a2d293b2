// A kernel that lives in maps, behind the same port as the real one, for tests of the routing side.
//
// It keeps the rules that matter: objects before what uses them, groups of single objects only, devices up and with
// carrier, a deleted object takes its routes along, IPv4 routes and objects over a dead link vanish silently, IPv6
// routes and labels with a notification. Single-threaded: everything asked for is done when `run` is called, or at once
// unless delayed. It can refuse, delay, forget what it did and lose its notifications.
#pragma once

#include <deque>
#include <functional>
#include <map>

#include "netlink/file_descriptor.h"
#include "netlink/kernel_port.h"

namespace vrfd::netlink {

class FakeKernel final : public KernelPort {
 public:
  FakeKernel();

  // ---- what a test does to it
  // The errno for a change, 0 to let it pass; asked before anything else.
  std::function<int(const Change&)> refuse;
  // Answers, dumps and outcomes wait for `run`.
  void delay(bool on);
  // Does up to `count` of what waits.
  void run(std::size_t count = SIZE_MAX);
  void set_room(std::size_t room) { room_ = room; }
  // Adds or changes a link and what depends on it; announced.
  void set_link(const Link& link);
  void remove_link(IfIndex index);
  void set_address(const Address& address);
  void remove_address(const Address& address);
  // Who answers for an address; announced.
  void set_neighbour(const Neighbour& neighbour);
  // A route of somebody else; announced. `key` and metric decide what it replaces.
  void set_route(const KernelRoute& route);
  // Somebody else deletes a route; announced unless `silently`.
  void remove_route(const RouteKey& key, std::uint32_t metric, bool silently = false);
  void remove_next_hop(NextHopObjectId id, bool silently = false);
  // Notifications from now on are lost; ending it announces an overrun.
  void lose_notifications(bool on);
  void set_support(KernelSupport support) { support_ = std::move(support); }

  // ---- what a test looks at
  struct RouteSlot {
    RouteKey key;
    std::uint32_t metric = 0;
    auto operator<=>(const RouteSlot&) const = default;
  };
  const std::map<RouteSlot, KernelRoute>& routes() const { return routes_; }
  const std::map<NextHopObjectId, NextHopObject>& next_hops() const { return next_hops_; }
  const std::map<Label, MplsRoute>& labels() const { return labels_; }
  const std::map<IfIndex, Link>& all_links() const { return links_; }
  // Those that were written, by path.
  const std::map<std::string, std::uint64_t>& sysctls() const { return sysctls_; }
  using NeighbourKey = std::pair<IfIndex, IpAddress>;
  const std::map<NeighbourKey, Neighbour>& neighbours() const { return neighbours_; }
  // Those that somebody asked the kernel to find, the last one last.
  const std::vector<NeighbourKey>& probed() const { return probed_; }
  const KernelRoute* route(TableId table, std::string_view prefix) const;
  // A route's hops, those of its next-hop objects filled in.
  ForwardingHops hops_of(const KernelRoute& route) const;

  // ---- the port
  std::size_t room() const override { return room_; }
  bool submit(std::vector<Operation>& operations) override;
  void flush_table(Cookie cookie, TableId table) override;
  void lookup(Cookie cookie, IfIndex vrf_device, const IpAddress& destination) override;
  void dump_routes(Cookie cookie, const RouteSelection& selection) override;
  void dump_labels(Cookie cookie, std::uint8_t protocol) override;
  void dump_next_hops(Cookie cookie, std::uint8_t protocol) override;
  void dump_links(Cookie cookie) override;
  void dump_addresses(Cookie cookie) override;
  void dump_neighbours(Cookie cookie, IfIndex device) override;
  void dump_rules(Cookie cookie) override;
  int fd() const override { return ready_.fd(); }
  void drain(KernelEvents& events) override;
  KernelCounters counters() const override { return counters_; }
  Result<std::vector<Link>> links() override;
  Result<VrfDevice> ensure_vrf(const VrfDeviceRequest& request, std::vector<Link>& links) override;
  Result<void> remove_vrf(IfIndex device) override;
  Result<void> enslave(IfIndex link, IfIndex device) override;
  Result<void> release(IfIndex link) override;
  Result<void> ensure_rules() override { return {}; }
  std::vector<SysctlFault> apply_sysctls(std::span<const Sysctl> sysctls, bool write) override;
  KernelSupport support() override { return support_; }

 private:
  void later(std::function<void()> work);
  void tell(KernelEvent event);
  void notify(KernelEvent event);

  void execute(const Operation& operation);
  int apply(const ReplaceRoute& change);
  int apply(const DeleteRoute& change);
  int apply(const ReplaceNextHop& change);
  int apply(const ReplaceNextHopGroup& change);
  int apply(const DeleteNextHop& change);
  int apply(const ReplaceLabel& change);
  int apply(const DeleteLabel& change);
  int apply(const ReplaceNeighbour& change);
  int apply(const DeleteNeighbour& change);
  int apply(const ProbeNeighbour& change);

  bool usable(const ForwardingHops& hops) const;
  bool is_live(IfIndex device) const;
  void drop_object(NextHopObjectId id);
  // What goes when a link dies or changes its VRF.
  void drop_over(IfIndex device);
  const KernelRoute* best_match(TableId table, const IpAddress& destination) const;
  Result<void> set_master(IfIndex link, IfIndex device);
  template <class Object, class Map, class Keep>
  void dump(Cookie cookie, const Map& map, Keep keep);

  std::map<RouteSlot, KernelRoute> routes_;
  std::map<NextHopObjectId, NextHopObject> next_hops_;
  std::map<Label, MplsRoute> labels_;
  std::map<IfIndex, Link> links_;
  std::vector<Address> addresses_;
  std::map<NeighbourKey, Neighbour> neighbours_;
  std::vector<NeighbourKey> probed_;
  std::map<std::string, std::uint64_t> sysctls_;
  KernelEvents events_;
  std::deque<std::function<void()>> waiting_;
  Signal ready_;
  KernelCounters counters_;
  KernelSupport support_{.vrf = true, .mpls = true, .encapsulation = true, .missing = {}};
  std::size_t room_ = SIZE_MAX;
  std::uint32_t next_index_ = 1000;
  bool delayed_ = false;
  bool losing_ = false;
};

}  // namespace vrfd::netlink
