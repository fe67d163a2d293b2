// What routes point to, before it is resolved: sets of legs, interned, each a 32-bit id with a count of references.
//
// A leg is a BGP next hop, under a VPN label or not, or "look again in that instance". Legs are resolved by
// NextHopTable; when a resolution changes, the next-hop objects of the legs concerned are replaced, and no route. A leg
// that leads nowhere leaves its groups; backup legs serve while no other does. Without any leg a forwarding is pending,
// with the reason, and what the kernel has is left until the routes have moved.
//
// IPv4 routes may leave through IPv6 gateways. IPv6 routes cannot use IPv4 gateways; they take a link-local address
// that leads to the same neighbour (VPNv6 over an IPv4 core, RFC 4798), which the router provides.
//
// Objects are made only for forwardings that a route needs (`object`); labels have their hops inline (`hops`).
#pragma once

#include <array>
#include <map>
#include <span>
#include <string_view>

#include "vrf/index_set.h"
#include "vrf/next_hop_objects.h"
#include "vrf/next_hop_table.h"

namespace vrfd {

// `none`: no route; `discard`: packets are dropped. Neither is counted.
enum class ForwardingId : std::uint32_t { none = 0xFFFFFFFF, discard = 0xFFFFFFFE };
constexpr std::uint32_t index_of(ForwardingId id) { return static_cast<std::uint32_t>(id); }

// Why a forwarding cannot be programmed now; `none` if it can.
enum class PendingReason : std::uint8_t {
  none,
  next_hop_unknown,      // the kernel has not been asked yet
  next_hop_unreachable,  // nothing in its tables leads there
  neighbour_unknown,     // the link-layer address of the IPv4 gateway that IPv6 routes need
  device_missing,        // the link is gone, or the instance has no VRF device
  refused,               // by the kernel
  count_of
};
constexpr std::string_view name_of(PendingReason reason) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(PendingReason::count_of)> names{
      "none", "next_hop_unknown", "next_hop_unreachable", "neighbour_unknown", "device_missing", "refused"};
  return names[static_cast<std::size_t>(reason)];
}

struct Leg {
  enum class Kind : std::uint8_t { next_hop, lookup };
  static constexpr std::uint32_t no_label = 0xFFFFFFFF;

  Kind kind = Kind::next_hop;
  AddressFamily family = AddressFamily::ipv4;  // of the routes
  bool backup = false;
  std::uint32_t target = 0;  // a NextHopId or InstanceId
  std::uint32_t label = no_label;
  auto operator<=>(const Leg&) const = default;

  static Leg via(NextHopId next_hop, AddressFamily family, std::optional<Label> vpn_label = std::nullopt) {
    return {Kind::next_hop, family, false, index_of(next_hop), vpn_label ? vpn_label->value() : no_label};
  }
  // Packets are looked up in the tables of `instance`, its local addresses among them.
  static Leg lookup(InstanceId instance, AddressFamily family) {
    return {Kind::lookup, family, false, instance.value(), no_label};
  }
};

class ForwardingTable {
 public:
  explicit ForwardingTable(const NextHopTable& next_hops) : next_hops_(next_hops) {}
  ForwardingTable(const ForwardingTable&) = delete;
  ForwardingTable& operator=(const ForwardingTable&) = delete;

  // The id of this set of legs (in any order; `none` without legs), with one reference more for the caller.
  ForwardingId intern(std::span<const Leg> legs);
  void retain(ForwardingId id) {
    if (counted(id)) ++forwardings_[index_of(id)].references;
  }
  // What nobody refers to goes with the next `emit_removals`.
  void release(ForwardingId id) {
    if (counted(id) && --forwardings_[index_of(id)].references == 0) put_to_rest(id);
  }

  // Why it cannot be programmed.
  PendingReason pending(ForwardingId id) const {
    return counted(id) ? forwardings_[index_of(id)].pending : PendingReason::none;
  }
  // Grows each time the kernel lost the routes over its group.
  std::uint8_t incarnation(ForwardingId id) const {
    return counted(id) ? forwardings_[index_of(id)].incarnation : std::uint8_t{0};
  }
  // Grows with each change of its hops.
  std::uint32_t revision(ForwardingId id) const { return counted(id) ? forwardings_[index_of(id)].revision : 0; }
  // Grows when some `pending` or `incarnation` changes; when some `revision` does.
  std::uint32_t version() const { return forgotten_ + static_cast<std::uint32_t>(changed_.size()); }
  std::uint32_t hops_version() const { return hops_version_; }
  // One of `ids` has changed since that version, or that is too long ago to tell.
  bool changed_since(std::uint32_t version, const IndexSet& ids) const;
  // The ways out as resolved, whatever became of their objects; empty where nothing resolves.
  ForwardingHops hops(ForwardingId id) const;
  // The group for routes to point to; the first call makes it. Not for `none` and `discard`.
  NextHopObjectId object(ForwardingId id);
  // The group, 0 if there is none.
  NextHopObjectId object_if_any(ForwardingId id) const;
  // The kernel's words where `pending` is `refused`.
  std::string error(ForwardingId id) const;

  // The resolution of a next hop was set anew, changed or not.
  void update(NextHopId next_hop);
  // The device that looks up in an instance; 0: it has none.
  void set_lookup_device(InstanceId instance, IfIndex device);
  // A link-local address of the neighbour with an IPv4 address on a device; nothing: there is none any more.
  void set_link_local(IfIndex device, const IpAddress& gateway, std::optional<IpAddress> link_local);
  struct Neighbour {
    IfIndex device;
    IpAddress gateway;
    auto operator<=>(const Neighbour&) const = default;
  };
  // The neighbours whose link-local address is wanted and unknown, each once.
  std::vector<Neighbour> take_wanted_link_locals() { return std::exchange(wanted_link_locals_, {}); }
  // The device is down, gone or in another VRF: objects over it are gone, until their next hops are resolved again.
  void device_gone(IfIndex device);
  // A device came (back); lookups through it are tried at once.
  void device_back(IfIndex device);

  // Appends new and changed objects. Everything that emits routes calls this first.
  void emit(FibOperations& out) {
    if (objects_.emission_waits()) objects_.emit(out);
  }
  // Appends removals of unused objects; to be called when all routes' operations have been appended.
  void emit_removals(FibOperations& out);
  void acknowledge(FibCookie cookie, TimePoint now);
  void refuse(FibCookie cookie, int error, const std::string& text, TimePoint now);
  void retry(TimePoint now) { objects_.retry(now); }
  std::optional<TimePoint> next_retry() const { return objects_.next_retry(); }
  const FibProgress& progress() const { return objects_.progress(); }

  // Somebody deleted or replaced a next-hop object.
  void object_gone(NextHopObjectId id);
  // Comparison with a dump of the kernel's next-hop objects.
  void begin_sync(SyncPurpose purpose) { objects_.begin_sync(purpose); }
  void found(const FoundObject& object) { objects_.found(object); }
  FibDifference end_sync(DumpOutcome outcome);
  // Removes the objects of an earlier run, once no route of it is left.
  void sweep() { objects_.sweep(); }
  // Objects of an earlier run that are still there.
  std::size_t leftovers() const { return objects_.leftovers(); }

  std::size_t size() const { return live_; }

 private:
  using LegId = std::uint32_t;
  using Slot = NextHopObjects::Slot;
  struct LegRecord {
    Leg leg;
    PendingReason pending = PendingReason::next_hop_unknown;
    bool lost = false;  // the kernel dropped objects of it; waits for a new resolution
    bool with_objects = false;
    ForwardingId alone = ForwardingId::none;  // the forwarding of this leg only
    ForwardingHops hops;
    std::vector<Slot> slots;  // one for each of `hops`, where the leg has objects
    std::vector<ForwardingId> users;
  };
  struct Forwarding {
    std::vector<LegId> legs;
    std::uint32_t references = 0;
    std::uint32_t revision = 0;
    Slot group = NextHopObjects::no_slot;
    PendingReason pending = PendingReason::next_hop_unknown;
    std::uint8_t incarnation = 0;
    bool resting = false;
  };
  struct LegHash {
    std::size_t operator()(const Leg& leg) const noexcept;
  };

  static bool counted(ForwardingId id) { return id < ForwardingId::discard; }
  LegId leg_id(const Leg& leg);
  ForwardingId intern_several(std::span<const Leg> legs);
  ForwardingId make(std::vector<LegId> legs);
  void put_to_rest(ForwardingId id);
  void free(ForwardingId id);
  void free_leg(LegId id);

  void resolve(LegId id);
  PendingReason wanted_hops(const Leg& leg, ForwardingHops& hops);
  PendingReason adapt_gateway(const Leg& leg, ForwardingHop& hop);
  std::vector<Slot> place(LegId id);
  void add_trusted_slots(const LegRecord& record, std::vector<Slot>& members) const;
  void regroup(ForwardingId id);
  PendingReason verdict(const Forwarding& forwarding) const;
  void judge(ForwardingId id);
  template <class Leads>
  std::vector<LegId> active_legs(const Forwarding& forwarding, Leads leads) const;
  std::vector<LegId> usable_legs(const Forwarding& forwarding) const;
  bool uses(const LegRecord& record, IfIndex device) const;
  PendingReason reason_of(const Forwarding& forwarding) const;
  void note_change(ForwardingId id);
  void regroup_users(LegId id);
  void trust_changed(Slot slot);
  void lose(const std::vector<Slot>& lost, bool until_resolved);
  template <class Selects>
  void resolve_where(Selects selects);

  const NextHopTable& next_hops_;
  NextHopObjects objects_;
  std::vector<LegRecord> legs_;
  std::vector<LegId> free_legs_;
  std::unordered_map<Leg, LegId, LegHash> leg_ids_;
  std::unordered_map<std::uint32_t, std::vector<LegId>> legs_of_next_hop_;
  std::vector<Forwarding> forwardings_;
  std::vector<ForwardingId> free_forwardings_;
  std::map<std::vector<LegId>, ForwardingId> several_;  // forwardings of more than one leg
  std::vector<ForwardingId> resting_;
  std::vector<IfIndex> lookup_devices_;
  std::map<Neighbour, std::optional<IpAddress>> link_locals_;
  std::vector<Neighbour> wanted_link_locals_;
  std::vector<ForwardingId> changed_;  // the last ones; the first of them made the version `forgotten_` + 1
  std::uint32_t forgotten_ = 0;
  std::uint32_t hops_version_ = 0;
  std::size_t live_ = 0;
  Leg last_leg_;  // interned last, alone
  ForwardingId last_ = ForwardingId::none;
};

}  // namespace vrfd
