// Between the routing core and the kernel: the one place that knows both.
//
// Downwards: lookups of next hops, next-hop objects, routes, labels, VRF devices. Upwards: answers, and what others do
// to links, addresses, routes and devices. The kernel is the truth about the kernel: what it silently drops is found by
// looking again (a dump compared with what is wished) whenever a link, a device or lost notifications make it likely.
//
// What an earlier run left in the kernel is adopted: it is looked at before the first route is programmed, so that no
// id of a next-hop object is used twice, and stays as it is while routes are learned again and replaced in place.
// `end_adoption` removes what was not.
//
// Without a port (`"fib": false`) everything is taken as reachable and nothing is programmed.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "daemon/base/log.h"
#include "daemon/config/config.h"
#include "daemon/router/core_neighbours.h"
#include "daemon/router/forwarder.h"
#include "daemon/router/interface_table.h"
#include "daemon/router/local_routes.h"
#include "netlink/kernel_port.h"
#include "vrf/core.h"
#include "vrf/label_pool.h"
#include "vrf/mpls_fib.h"
#include "vrf/route_labels.h"
#include "vrf/swap_labels.h"

namespace vrfd {

enum class DeviceState : std::uint8_t { none, up, down, missing, conflict };

// What the kernel side keeps of an instance.
struct KernelInstance {
  InstanceId id;
  TableId table;
  bool programs = true;  // `"fib": false` of the instance: routes stay in BGP
  IfIndex device;        // of the VRF; 0 for the public instance, and while there is none
  std::string device_name;
  DeviceState state = DeviceState::none;
  std::string problem;  // why there is no device
};

// Remembers, across restarts, which VRF devices are of vrfd's own making.
class DeviceMemory {
 public:
  virtual ~DeviceMemory() = default;
  virtual bool made(const std::string& vpn_instance, IfIndex device) const = 0;
  virtual void remember(const std::string& vpn_instance, IfIndex device) = 0;
  virtual void forget(const std::string& vpn_instance) = 0;
};

// Which kernel routes `import_routes` means.
constexpr LocalRoute local_route_of(config::RouteSource source) {
  switch (source) {
    case config::RouteSource::direct:
      return LocalRoute::direct;
    case config::RouteSource::static_:
      return LocalRoute::static_;
    case config::RouteSource::kernel:
      break;
  }
  return LocalRoute::kernel;
}

struct AuditSummary {
  FibDifference difference;
  std::size_t examined = 0;
  std::size_t repaired = 0;
  struct Row {
    InstanceId instance;
    TableId table;
    std::string what;  // a prefix, or "label 100"
    std::string kind;  // missing stale different foreign
  };
  std::vector<Row> rows;  // the first of them
};

class KernelSide {
 public:
  // `device_changed` is called when the VRF device of an instance came (with another index), or went.
  using DeviceChanged = std::function<void(InstanceId)>;
  // `addresses_changed`: an address or a link came or went; sessions may have other addresses of their own.
  KernelSide(Core& core, LabelPool& labels, const Log& log, std::unique_ptr<netlink::KernelPort> port,
             DeviceMemory& devices, DeviceChanged device_changed, std::function<void()> addresses_changed);
  ~KernelSide();

  bool programs() const { return port_ != nullptr; }
  int fd() const { return port_ ? port_->fd() : -1; }
  const netlink::KernelSupport& support() const { return support_; }

  // ---- what an earlier run left
  // It has been looked at. Nothing is programmed, and no session shall begin, before.
  bool looked_around() const { return looked_around_; }
  // There was something: the kernel has gone on forwarding.
  bool found_leftovers() const { return found_leftovers_; }
  // What is in the kernel's tables has been read, and no next hop waits for an answer.
  bool settled() const;
  // Everything that will be learned again has been: the rest goes.
  void end_adoption(TimePoint now);
  // The table and the device of an instance that went while vrfd was not there.
  void remove_remains(const std::string& vpn_instance, TableId table, IfIndex device);

  // ---- configuration
  // Sysctls, rules; again after each change.
  void configure(const config::Config& config);
  // set_instance() with this would give up the instance's device for another one, and the sessions over it.
  bool leaves_device(InstanceId id, const config::VpnInstance& config, TableId table) const;
  // Makes the device, binds the interfaces, programs the table. Again when the configuration of the instance changed.
  void set_instance(InstanceId id, const config::VpnInstance& config, TableId table, std::optional<Label> label);
  // Releases interfaces, deletes routes, label and (if vrfd made it) device.
  void remove_instance(InstanceId id);

  const KernelInstance* instance(InstanceId id) const;
  const Fib* fib(InstanceId id, AddressFamily family) const;
  const MplsFib& labels() const { return mpls_; }
  // What its routes are to be announced with: the label that set_instance() was given, once the kernel has it; until
  // then the one before, which stays in the kernel for `LabelPool::rest` after that.
  std::optional<Label> announced_label(InstanceId id) const;
  // Of the instance's routes, where they do not share its label; else null.
  const RouteLabels* route_labels(InstanceId id) const;
  // Of VPN routes that are passed on at an AS border.
  const SwapLabels& swap_labels() const { return swap_labels_; }
  const ForwardingTable& forwarding() const { return forwarding_; }

  // What a kernel route of the instance, or a configured network, is originated with (with a reference); nothing: it is
  // not. To be set before the first instance.
  void set_local_attributes(LocalRoutes::Attributes attributes) { local_attributes_ = std::move(attributes); }

  // Whom to tell of a link that carries no more, and of a next hop that became reachable or unreachable.
  void on_way_changed(std::function<void(const netlink::Link&)> link_lost,
                      std::function<void(NextHopId)> next_hop_changed) {
    link_lost_ = std::move(link_lost);
    next_hop_changed_ = std::move(next_hop_changed);
  }

  // Whom to tell what the kernel did with routes, and of comparisons that found something.
  void observe(FibObserver& outcomes, std::function<void(const AuditSummary&)> compared);

  // Looks at the settings that forwarding needs, which others may have changed; `repair` sets them, where vrfd may.
  void check_settings(bool repair);
  // What is not as it must be, a sentence each: sysctls, kernel options, devices.
  std::vector<std::string> problems() const;

  // ---- work
  // Hands operations, lookups and dumps to the port; at most a slice. True while there is more.
  bool step(TimePoint now);
  // The port's fd is readable.
  void drain(TimePoint now);
  std::optional<TimePoint> next_deadline() const;
  void on_timer(TimePoint now);

  // ---- waiting for effects
  // Of all FIBs, labels and objects, those of tables that are gone included.
  FibProgress progress() const;
  FibCounters counters() const;
  const char* sync_state() const;  // off awaiting syncing synced
  std::uint64_t overruns() const;

  // Dumps everything of ours and compares; calls back when done.
  void audit(bool repair, std::function<void(AuditSummary)> done);

  // ---- links and addresses as last seen
  std::string interface_name(IfIndex index) const;  // "if7" where the name is not known
  std::optional<IfIndex> interface_index(const std::string& name) const;
  // Where the own address of a session of the instance is, which may be bound to an interface.
  AddressScope scope_of(InstanceId id, const std::string& interface) const;
  // Global (or, with `link_local`, link-local) addresses of the interface that has `address`.
  std::vector<IpAddress> addresses_beside(const IpAddress& address, const AddressScope& scope, AddressFamily family,
                                          bool link_local) const;
  // Those of `interface` to send from, the best one first.
  std::vector<IpAddress> addresses_of(const std::string& interface, AddressFamily family) const;
  // The interface that has `address`.
  std::optional<IfIndex> interface_of(const IpAddress& address, const AddressScope& scope) const {
    return interfaces_.with(address, scope);
  }

 private:
  // Where the routes of an instance lead. As long as it has no VRF device, its table may be somebody else's: the routes
  // wait for the device.
  class DeviceForwarder final : public Forwarder {
   public:
    DeviceForwarder(Core& core, ForwardingTable& forwarding, const KernelInstance& instance)
        : forwarding_(forwarding), routes_(core, forwarding, instance.id), instance_(instance) {}
    ForwardingId desired(const RouteTable& table, DestId dest) override;

   private:
    ForwardingTable& forwarding_;
    InstanceForwarder routes_;
    const KernelInstance& instance_;
  };
  // An instance with what programs its tables.
  struct Programmed {
    KernelInstance view;
    config::VpnInstance config;
    std::optional<Label> label;
    std::optional<Label> announced;  // the one before, until the kernel has `label`
    bool made_device = false;        // by vrfd, now or in an earlier run
    // The unreachable default was made, or seen, since the comparison began.
    std::array<bool, address_families> has_last_resort{};
    std::unique_ptr<DeviceForwarder> forwarder;
    std::unique_ptr<InstanceForwarder> label_forwarder;
    std::unique_ptr<RouteLabels> labels;
    std::array<std::unique_ptr<Fib>, address_families> fibs;
    std::array<std::unique_ptr<FibConsumer>, address_families> consumers;
    std::unique_ptr<LocalRoutes> local;
    std::optional<TimePoint> retry_device_at;
    Duration pause{};
  };
  struct Dump {
    enum class Subject : std::uint8_t {
      routes,
      labels,
      objects,
      links,
      addresses,
      neighbours,
      left_neighbours,
      rules,
      left_objects,
      left_labels
    } subject;
    InstanceId instance;
    AddressFamily family = AddressFamily::ipv4;
    IfIndex device{};  // of neighbours
  };
  struct Audit {
    bool repair = false;
    std::function<void(AuditSummary)> done;
  };

  // Instances and devices (instance_device.cpp).
  Programmed* find(InstanceId id);
  FibOwner new_owner();
  void attach_tables(Programmed& instance);
  void detach_tables(Programmed& instance);
  void review_tables(Programmed& instance);
  Result<netlink::VrfDevice> ensure_vrf(const Programmed& instance);
  bool remove_left_device();
  static bool moves(const Programmed& instance, const config::VpnInstance& config, TableId table);
  void move_out(Programmed& instance, TableId next);
  // What is in its table is its own; without a VRF device it may be somebody else's.
  static bool reads_table(const Programmed& instance);
  void ensure_device(Programmed& instance, TimePoint now);
  void lack_device(Programmed& instance, const std::string& problem, TimePoint now);
  void begin_with_device(Programmed& instance, bool adopted);
  void remove_device(Programmed& instance);
  void lose_device(Programmed& instance, TimePoint now);
  void bind_interfaces(Programmed& instance);
  void release_interfaces(const Programmed& instance, const std::vector<std::string>& kept);
  void set_label(Programmed& instance, std::optional<Label> label);
  bool waits_for_label(const Programmed& instance) const;
  void announce_label(Programmed& instance);
  void drop_label(Label label);
  void drop_labels(Programmed& instance);
  void look_after_changed_labels(TimePoint now);
  // Labels of routes (kernel_labels.cpp).
  void share_labels(Programmed& instance);
  void drop_route_labels(Programmed& instance);
  void look_after_route_labels(TimePoint now);
  void look_after_swap_labels(TimePoint now);
  void label_settled(Label label);
  Programmed* instance_of(TableId table);
  Programmed* instance_of_link(const netlink::Link& link);

  // The start (kernel_adoption.cpp).
  void look_around();
  void end_look(const Dump& dump, const netlink::DumpDone& done, TimePoint now);
  void note_leftover(bool ours) { found_leftovers_ |= ours; }
  void sweep_objects();

  // IPv6 over an IPv4 core (kernel_neighbours.cpp).
  void look_after_neighbours(TimePoint now);
  void take(const Dump& dump, const std::vector<netlink::Neighbour>& neighbours);

  // Comparison with dumps (kernel_sync.cpp).
  void schedule_sync(TimePoint now);
  void begin_sync(SyncPurpose purpose);
  void end_dump(const Dump& dump, const netlink::DumpDone& done, TimePoint now);
  void end_sync(TimePoint now);
  void begin_audit();
  void add(const FibDifference& difference, InstanceId instance, std::string_view what);
  void check_last_resort(Programmed& instance, AddressFamily family, TimePoint now);
  void dump_interfaces();
  netlink::Cookie remember(Dump dump);

  // Events (kernel_events.cpp).
  void on(netlink::KernelEvent& event, TimePoint now);
  void acknowledge(netlink::Cookie cookie, TimePoint now);
  void refuse(const netlink::Refused& refused, TimePoint now);
  Fib* fib_of(FibOwner owner);
  bool is_public(const Fib& fib);
  bool resolves(const netlink::KernelRoute& route);
  void answer(const netlink::LookupAnswer& given);
  void take(Programmed& instance, AddressFamily family, const std::vector<netlink::KernelRoute>& routes);
  void on_change(const netlink::TableFlushed& flushed, TimePoint now);
  void on_change(const netlink::RouteChanged& changed, TimePoint now);
  void on_change(const netlink::RouteGone& gone, TimePoint now);
  void on_change(const netlink::LabelChanged& changed, TimePoint now);
  void on_change(const netlink::LabelGone& gone, TimePoint now);
  void on_change(const netlink::NextHopChanged& changed, TimePoint now);
  void on_change(const netlink::NextHopGone& gone, TimePoint now);
  void on_change(const netlink::LinkChanged& changed, TimePoint now);
  void on_change(const netlink::LinkGone& gone, TimePoint now);
  void on_change(const netlink::AddressChanged& changed, TimePoint now);
  void on_change(const netlink::AddressGone& gone, TimePoint now);
  void on_change(const netlink::NeighbourChanged& changed, TimePoint now);
  void on_change(const netlink::NeighbourGone& gone, TimePoint now);
  void on_change(const netlink::RuleChanged& changed, TimePoint now);
  void on_change(const netlink::RuleGone& gone, TimePoint now);
  void on_change(const netlink::Overrun& overrun, TimePoint now);
  void link_changed(const netlink::Link& link, TimePoint now);
  void device_usable(const netlink::Link& link);
  void device_unusable(const netlink::Link& link, TimePoint now);

  void shut_out_labels(const std::vector<std::string>& former, const std::vector<std::string>& core_interfaces);
  void start_lookups();
  void submit();

  Core& core_;
  LabelPool& label_pool_;
  const Log& log_;
  std::unique_ptr<netlink::KernelPort> port_;
  DeviceMemory& devices_;
  DeviceChanged device_changed_;
  std::function<void()> addresses_changed_;
  std::function<void(const netlink::Link&)> link_lost_ = [](const netlink::Link&) {};
  std::function<void(NextHopId)> next_hop_changed_ = [](NextHopId) {};
  LocalRoutes::Attributes local_attributes_;
  FibObserver* observer_ = nullptr;
  std::function<void(const AuditSummary&)> compared_ = [](const AuditSummary&) {};
  netlink::KernelSupport support_;
  netlink::SysctlWishes sysctl_wishes_;
  bool manages_sysctls_ = true;
  bool needs_rules_ = false;
  std::vector<netlink::SysctlFault> sysctl_faults_;
  std::string rules_problem_;
  ForwardingTable forwarding_;
  MplsFib mpls_;
  CoreNeighbours neighbours_;
  std::vector<netlink::Operation> neighbour_operations_;  // not yet submitted
  InterfaceTable interfaces_;
  std::optional<std::vector<netlink::Link>> links_at_hand_;  // the kernel's, as listed in this turn of the event loop
  LabelOwners label_owners_;                                 // before those who give out labels, which sign off
  SwapLabels swap_labels_;
  std::map<InstanceId, Programmed> instances_;
  std::vector<Fib*> owners_;  // by number; null where that FIB is gone
  std::size_t last_owner_ = 0;
  std::size_t with_route_labels_ = 0;       // of those
  std::vector<InstanceId> changed_labels_;  // that the kernel has yet to take
  struct RestingLabel {
    Label label;
    InstanceId instance;
    std::optional<TimePoint> until;  // once all announcements carry the next one
  };
  std::vector<RestingLabel> resting_labels_;  // of instances, in order
  struct LeftDevice {
    std::string vpn_instance;
    IfIndex device;
  };
  std::vector<LeftDevice> left_devices_;  // of instances that are gone
  FibOperations operations_;              // emitted, not yet submitted
  std::size_t submitted_ = 0;             // of those, from the front
  std::uint32_t forwarding_version_ = 0;
  bool objects_moved_ = false;  // the kernel has taken next-hop objects, over which others may resolve

  std::map<netlink::Cookie, Dump> dumps_;
  netlink::Cookie last_dump_ = 0;
  std::optional<TimePoint> sync_at_;
  std::optional<TimePoint> sync_by_;
  std::optional<SyncPurpose> syncing_;
  bool synced_once_ = false;
  bool looked_around_ = false;
  bool found_leftovers_ = false;
  std::size_t lookups_under_way_ = 0;
  bool adopting_ = false;          // comparisons leave what is stale
  bool objects_to_sweep_ = false;  // once the routes over them have moved
  std::vector<Audit> audits_;      // that wait for their turn
  std::vector<Audit> auditing_;    // that the sync under way is for
  AuditSummary summary_;
  // Of tables that are gone.
  FibProgress past_progress_;
  FibCounters past_counters_;
};

}  // namespace vrfd
