// The kernel's label table: what happens to packets that arrive with one of our labels, wished against confirmed.
//
// A label leads to a forwarding: a lookup in an instance (the label of a VPN instance), a next hop under another label
// (swap), or without one (pop). MPLS routes cannot use next-hop objects, so their hops are inline and are sent again
// when the forwarding's hops change. Rules of confirmation, refusal and comparison are those of Fib.
#pragma once

#include <map>

#include "vrf/fib.h"

namespace vrfd {

// A label route in a dump. `ours`: it carries our protocol number.
struct FoundLabel {
  Label label;
  bool ours = false;
  ForwardingHops hops;
};

struct LabelRow {
  Label label;
  FibState state = FibState::pending;
  PendingReason reason = PendingReason::none;
  ForwardingHops hops;
  int error = 0;  // an errno
  std::string text;
  std::optional<TimePoint> retry_at;
};

class MplsFib {
 public:
  explicit MplsFib(ForwardingTable& forwarding) : forwarding_(forwarding) {}
  ~MplsFib();
  MplsFib(const MplsFib&) = delete;
  MplsFib& operator=(const MplsFib&) = delete;

  // Takes the caller's reference of `forwarding` over; `none` removes the label.
  void set(Label label, ForwardingId forwarding);
  void remove(Label label) { set(label, ForwardingId::none); }
  // Whether the kernel has confirmed it.
  bool installed(Label label) const;

  // Appends what is to be done, at most `budget` operations; true if there is more.
  bool step(std::size_t budget, FibOperations& out);
  void acknowledge(FibCookie cookie);
  void refuse(FibCookie cookie, int error, const std::string& text, TimePoint now);
  void retry(TimePoint now);
  std::optional<TimePoint> next_retry() const { return retries_.next(); }
  const FibProgress& progress() const { return progress_; }
  const FibCounters& counters() const { return counters_; }

  // Somebody deleted our route, or the kernel did; somebody took its place.
  void label_gone(Label label);
  void label_taken(Label label);

  void begin_sync(SyncPurpose purpose);
  void found(const FoundLabel& route);
  FibDifference end_sync(DumpOutcome outcome);

  // Rows in order: the first one at or after `from`.
  std::optional<LabelRow> row(Label from) const;
  std::size_t size() const { return entries_.size(); }

 private:
  // `absent`: deleted, or about to be.
  enum class State : std::uint8_t { absent, pending, sent, installed, failed, foreign, missing, different };
  struct Entry {
    ForwardingId forwarding = ForwardingId::none;
    std::uint32_t revision = 0;
    std::uint16_t generation = 0;
    std::uint8_t attempts = 0;
    State state = State::pending;
    bool in_kernel = false;
    bool due = false;
    bool judged = false;
    int error = 0;
    ForwardingHops hops;  // as sent last
    std::string text;
    TimePoint retry_at;
  };
  using Entries = std::map<Label, Entry>;

  void touch(Label label, Entry& entry);
  void note_changed_hops();
  void send(Label label, FibOperations& out);
  void send_delete(Label label, Entry& entry, FibOperations& out);
  Entry* answered(FibCookie cookie);
  void judge(Label label, Entry& entry, const FoundLabel& route);

  ForwardingTable& forwarding_;
  Entries entries_;
  std::vector<Label> due_;
  RetryQueue<Label> retries_;
  std::uint32_t hops_version_ = 0;
  std::optional<SyncPurpose> sync_;
  FibDifference difference_;
  FibProgress progress_;
  FibCounters counters_;
};

}  // namespace vrfd
