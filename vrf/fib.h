// The kernel's routing table of one instance and family: what is wished, what was sent, what the kernel has confirmed.
//
// A cursor on the route table says where to look; the forwarder says what a destination shall point to. Each
// destination has eight octets here. A route counts as installed only when the kernel has confirmed the last operation
// sent for it
// (`generation`). What the kernel refuses is tried again, with the error kept; what it may have lost (a group that was
// dropped with its link, a dump that does not show it) is sent again by a walk over the records, not over the routes.
//
// Everything emitted is idempotent and stays in order; operations on next-hop objects are emitted before the routes
// that need them. Every operation must be settled with `acknowledge` or `refuse`.
#pragma once

#include "vrf/forwarding_table.h"
#include "vrf/index_set.h"
#include "vrf/route_table.h"

namespace vrfd {

// Decides what the routes of a destination become in the kernel.
class Forwarder {
 public:
  virtual ~Forwarder() = default;
  // With a reference for the caller; `none` where there shall be no route.
  virtual ForwardingId desired(const RouteTable& table, DestId dest) = 0;
};

// As `show fib` has them.
enum class FibState : std::uint8_t { installed, pending, failed, foreign, missing };
constexpr std::string_view name_of(FibState state) {
  constexpr std::array<std::string_view, 5> names{"installed", "pending", "failed", "foreign", "missing"};
  return names[static_cast<std::size_t>(state)];
}

struct FibRow {
  Prefix prefix;
  FibState state = FibState::pending;
  bool discard = false;
  bool different = false;                      // there, but otherwise than wished
  PendingReason reason = PendingReason::none;  // `none` while pending: sent, not confirmed yet
  ForwardingHops hops;
  int error = 0;  // an errno
  std::string text;
  std::optional<TimePoint> retry_at;
};

// A route of the table in a dump, of our metric: others are no business of ours. `ours`: it carries our protocol
// number.
struct FoundRoute {
  Prefix prefix;
  bool ours = false;
  RouteType type = RouteType::unicast;
  NextHopObjectId object;
};

// What the kernel did, and confirmed, or refused.
enum class FibOutcome : std::uint8_t { added, replaced, deleted, failed };

class Fib;

// Told of outcomes while `listening`. What had been overtaken by then is not told.
class FibObserver {
 public:
  virtual ~FibObserver() = default;
  // `error` is the kernel's text where it failed.
  virtual void settled(const Fib& fib, const Prefix& prefix, FibOutcome outcome, const std::string& error) = 0;
  bool listening = false;
};

struct FibCounters {
  std::uint64_t added = 0;
  std::uint64_t replaced = 0;
  std::uint64_t deleted = 0;
  std::uint64_t failed = 0;
  std::uint64_t acked = 0;
};

class Fib {
 public:
  // Starts with everything that `routes` holds. `routes` and `forwarding` must outlive it.
  Fib(FibOwner owner, TableId table, RouteTable& routes, ForwardingTable& forwarding, Forwarder& forwarder);
  ~Fib();
  Fib(const Fib&) = delete;
  Fib& operator=(const Fib&) = delete;

  FibOwner owner() const { return owner_; }
  TableId table() const { return table_; }
  const RouteTable& routes() const { return routes_; }

  // Appends at most about `budget` route operations, looking at no more than that many destinations; true if there is
  // more to do.
  bool step(std::size_t budget, FibOperations& out);
  // Some forwarding that it uses can, or cannot, be programmed now: the next step looks which of its routes that
  // concerns.
  bool concerned();
  // Looks at all destinations again; what is right already emits nothing.
  void review() { cursor_.rewind(); }

  void set_observer(FibObserver* observer) { observer_ = observer; }
  void acknowledge(FibCookie cookie);
  // What an operation that has yet to be settled is about; nothing if it is about nothing any more.
  std::optional<Prefix> prefix_of(FibCookie cookie);
  void refuse(FibCookie cookie, int error, const std::string& text, TimePoint now);
  // Makes the next step send what is due.
  void retry(TimePoint now);
  std::optional<TimePoint> next_retry() const;
  const FibProgress& progress() const { return progress_; }
  const FibCounters& counters() const { return counters_; }

  // Somebody deleted our route; took its place.
  void route_gone(const Prefix& prefix);
  void route_taken(const Prefix& prefix);
  // The table may have lost everything (its VRF device was made anew): all is sent again.
  void table_lost();

  // Comparison with a dump. What was sent or confirmed since `begin_sync` is not judged.
  void begin_sync(SyncPurpose purpose);
  bool syncing() const { return sync_.has_value(); }
  void found(const FoundRoute& route);
  FibDifference end_sync(DumpOutcome outcome);

  // The table goes: deletes what it holds, wishes nothing any more.
  void withdraw_all();
  // After `withdraw_all`: everything is deleted and confirmed.
  bool drained() const;

  // Rows: destinations with a record, from `from` on; `no_index` after the last one.
  DestId next(DestId from) const;
  FibRow row(DestId dest) const;
  std::size_t wished() const { return wished_; }
  std::size_t installed() const { return installed_; }

 private:
  enum class State : std::uint8_t { absent, pending, sent, installed, failed, foreign, missing, different };
  // `in_kernel`: a replace was emitted since the last delete, so that the kernel may have the route. `replaces`: it may
  // have had one before.
  struct Entry {
    ForwardingId forwarding = ForwardingId::none;
    std::uint16_t generation = 0;
    std::uint8_t incarnation = 0;
    State state : 4 = State::absent;
    bool in_kernel : 1 = false;
    bool again : 1 = false;
    bool replaces : 1 = false;
  };
  static_assert(sizeof(Entry) == 8);
  struct Failure {
    int error = 0;
    std::string text;
    std::uint8_t attempts = 0;
    TimePoint retry_at;
  };
  // A delete on its way, apart from the destination, whose index may soon stand for another prefix.
  struct Deletion {
    Prefix prefix;
    std::uint16_t generation = 0;
    std::uint8_t attempts = 0;
  };

  void visit(DestId dest, FibOperations& out);
  void program(DestId dest, Entry& entry, FibOperations& out);
  void withdraw(DestId dest, Entry& entry, FibOperations& out);
  void repair(DestId dest, FibOperations& out);
  void note_use(ForwardingId id);
  void visit_some(std::size_t& budget, FibOperations& out);
  void send_due(std::size_t& budget, FibOperations& out);
  void walk(std::size_t& budget, FibOperations& out);
  void emit_strays(std::size_t& budget, FibOperations& out);
  void emit_delete(const Prefix& prefix, FibOperations& out);
  void emit_deletion(std::uint32_t slot, FibOperations& out);
  Deletion* deletion_of(FibCookie cookie);
  void free_deletion(std::uint32_t slot);
  std::uint64_t cookie(std::uint32_t index, std::uint16_t generation) const;
  void set_state(Entry& entry, State state);
  void tell(const Prefix& prefix, FibOutcome outcome, const std::string& error) const;
  void send_again(DestId dest);
  DestId find(const Prefix& prefix) const;
  bool wishes(const Prefix& prefix) const;
  bool lost(const Entry& entry) const { return entry.incarnation != forwarding_.incarnation(entry.forwarding); }
  bool as_wished(const Entry& entry, const FoundRoute& route) const;
  FibState shown(const Entry& entry) const;
  void judge(DestId dest, const FoundRoute& route);

  FibOwner owner_;
  FibObserver* observer_ = nullptr;
  TableId table_;
  RouteTable& routes_;
  ForwardingTable& forwarding_;
  Forwarder& forwarder_;
  Journal::Cursor cursor_;
  PerDestination<Entry> entries_;
  std::vector<DestId> due_;  // to be sent again: `again` is set

  std::unordered_map<DestId, Failure> failures_;
  RetryQueue<DestId> retries_;
  std::vector<Deletion> deletions_;
  std::vector<std::uint32_t> free_deletions_;
  RetryQueue<std::uint32_t> deletion_retries_;
  std::vector<std::uint32_t> due_deletions_;

  DestId walk_ = no_index;     // the next record to repair
  std::uint32_t version_ = 0;  // of the forwarding table, up to which nothing is to be repaired
  IndexSet used_;              // the forwardings of the records, and some that were; not whole during a walk
  bool removing_ = false;
  std::vector<Prefix> strays_;  // found in the kernel, not wished

  std::optional<SyncPurpose> sync_;
  IndexSet judged_;
  FibDifference difference_;

  FibProgress progress_;
  FibCounters counters_;
  std::size_t wished_ = 0;
  std::size_t installed_ = 0;
};

}  // namespace vrfd
