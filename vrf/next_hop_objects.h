// Next-hop objects of the kernel, wished against confirmed: single hops, and groups of them.
//
// Routes point to groups, also of one member, so that a change of hops is one message however many routes there are
// ("Can not replace a nexthop group with a nexthop"). A slot stands for one object and keeps its kernel id for life;
// ids start high, away from those that the kernel and others give out, and rest before they are used again.
//
// An object is trusted as soon as it is wished (what depends on it is sent right behind) and until the kernel refuses
// or loses it; a refused one is tried again later and trusted again only when the kernel has confirmed it.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "vrf/fib_operation.h"
#include "vrf/retry_queue.h"

namespace vrfd {

enum class ObjectKind : std::uint8_t { hop, group };

// An object as a dump shows it. `ours`: it carries our protocol number.
struct FoundObject {
  NextHopObjectId id;
  bool ours = false;
  ForwardingHop hop;
  std::vector<NextHopObjectId> members;  // not empty for a group
};

class NextHopObjects {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot no_slot = 0xFFFFFFFF;
  static constexpr std::uint32_t first_id = 0x56000000;
  static constexpr std::uint32_t last_id = 0x56FFFFFF;
  static constexpr Duration id_rest = std::chrono::minutes(1);

  // `user` is for the caller to recognise it.
  Slot add(ObjectKind kind, std::uint32_t user);
  // Wishes; nothing happens if it is so already.
  void set_hop(Slot slot, AddressFamily family, const ForwardingHop& hop);
  void set_members(Slot slot, std::vector<Slot> members);
  // Tries a refused one again at once.
  void renew(Slot slot);
  // After everything that uses it has moved away.
  void remove(Slot slot);

  NextHopObjectId id(Slot slot) const { return objects_[slot].id; }
  ObjectKind kind(Slot slot) const { return objects_[slot].kind; }
  std::uint32_t user(Slot slot) const { return objects_[slot].user; }
  bool trusted(Slot slot) const { return objects_[slot].state <= State::installed; }
  bool refused(Slot slot) const { return objects_[slot].state >= State::refused; }
  // The kernel's words, where it refused.
  std::string error(Slot slot) const;

  // Appends what is to be done: new and changed hops, then groups.
  void emit(FibOperations& out);
  // Appends the removals, groups first. The caller has appended the routes that move away before.
  void emit_removals(FibOperations& out);
  bool emission_waits() const { return !dirty_.empty(); }
  bool removals_wait() const { return !removals_.empty(); }

  // Outcomes. True if `trusted` changed with it.
  bool acknowledge(FibCookie cookie, TimePoint now);
  bool refuse(FibCookie cookie, int error, const std::string& text, TimePoint now);
  void retry(TimePoint now);
  std::optional<TimePoint> next_retry() const { return retries_.next(); }
  const FibProgress& progress() const { return progress_; }

  // The kernel has dropped the hops through `device` and groups without other members. All that lost trust.
  std::vector<Slot> device_gone(IfIndex device);
  // Somebody deleted it, or put another one in its place. All that lost trust.
  std::vector<Slot> object_gone(NextHopObjectId id);

  // Comparison with a dump. Objects of an earlier run keep their ids reserved until `sweep`.
  void begin_sync(SyncPurpose purpose);
  void found(const FoundObject& object);
  struct Synced {
    FibDifference difference;
    std::vector<Slot> lost;  // no longer trusted
  };
  Synced end_sync(DumpOutcome outcome);
  // Removes what an earlier run left, after its routes have moved or are gone.
  void sweep();
  std::size_t leftovers() const { return leftovers_.size(); }

 private:
  // Up to `installed` in the order of trust; `renewed` and `refused` wait for the kernel's confirmation.
  enum class State : std::uint8_t { wished, sent, installed, none, lost, refused, renewed, removing };
  struct Object {
    NextHopObjectId id;
    std::uint32_t user = 0;
    ObjectKind kind = ObjectKind::hop;
    State state = State::none;
    AddressFamily family = AddressFamily::ipv4;
    std::uint8_t attempts = 0;
    std::uint16_t generation = 0;
    bool dirty = false;
    bool emitted = false;  // the kernel may have it
    bool seen = false;
    ForwardingHop hop;
    std::vector<Slot> members;
  };
  struct Refusal {
    int error;
    std::string text;
  };

  Slot add(ObjectKind kind, std::uint32_t user, NextHopObjectId id);
  NextHopObjectId new_id();
  void wish(Slot slot, State state);
  void lose(Slot slot);
  void add_groups_without_members(std::vector<Slot>& lost);
  void free(Slot slot, TimePoint now);
  void emit(Slot slot, FibOperations& out);
  void emit_kind(ObjectKind kind, FibOperations& out);
  std::uint64_t cookie(Slot slot) const;
  std::vector<NextHopObjectId> member_ids(const Object& group) const;
  bool same(const Object& wished, const FoundObject& found) const;

  std::vector<Object> objects_;
  std::vector<Slot> free_slots_;
  std::unordered_map<NextHopObjectId, Slot> slots_;
  std::unordered_map<Slot, Refusal> refusals_;
  std::vector<Slot> dirty_;
  std::vector<Slot> removals_;
  RetryQueue<Slot> retries_;

  std::uint32_t next_id_ = first_id;
  struct Resting {
    NextHopObjectId id;
    TimePoint until;
  };
  std::deque<Resting> resting_;
  TimePoint latest_;                               // the last time that anybody told
  std::unordered_set<NextHopObjectId> leftovers_;  // of an earlier run
  std::unordered_set<NextHopObjectId> foreign_;    // somebody else's, in our range

  std::optional<SyncPurpose> sync_;
  FibDifference difference_;
  std::vector<Slot> different_;
  FibProgress progress_;
};

}  // namespace vrfd
