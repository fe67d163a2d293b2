// The life of labels that routes are announced with: from the pool into the kernel, then into announcements, and out
// again in the opposite order.
//
// A label is in the kernel before the first route is announced with it; until then the route keeps its former
// announcement, or waits. A label that no announcement carries any more stays in the kernel for `LabelPool::rest`,
// since packets with it are on their way and peers may be slow to learn, and may not be given to another holder for as
// long. A holder that comes back meanwhile has it again. Then the label is deleted and the holder forgotten.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "vrf/label_pool.h"
#include "vrf/mpls_fib.h"
#include "vrf/vpn_instance.h"

namespace vrfd {

class LabelLeases;
// Who gave out a label: the kernel's answers are about labels.
using LabelOwners = std::unordered_map<Label, LabelLeases*>;

class LabelLeases {
 public:
  LabelLeases(const LabelLeases&) = delete;
  LabelLeases& operator=(const LabelLeases&) = delete;
  // Deletes all labels at once.
  ~LabelLeases();

  // Destinations of the family's table whose label arrived in the kernel, or was refused.
  std::vector<DestId> take_ready(Family family);
  // One announcement more, or less, carries the label; labels of others are of no interest.
  void announced(Label label);
  void withdrawn(Label label);

  // ---- for who programs the kernel
  // The kernel has taken or refused an operation for the label. True if destinations are ready.
  bool settled(Label label);
  // Time passes: `now` is what labels given out from here on rest by. Labels whose time is over are deleted.
  void advance(TimePoint now);
  // Labels that no announcement carries begin to rest. To be called when all who announce have caught up.
  void retire();
  std::optional<TimePoint> next_deadline() const;
  // Why routes go without a label of their own; empty if none does.
  const std::string& problem() const { return problem_; }

  // ---- rows, in order of labels
  struct Row {
    Label label;
    LabelSharing sharing = LabelSharing::route;
    std::optional<Prefix> prefix{};         // of a label per route
    std::optional<IpAddress> next_hop{};    // of a label per next hop
    std::optional<Label> outgoing{};        // what it is swapped for there
    std::size_t routes = 0;                 // announced with it
    std::optional<TimePoint> resting_to{};  // no route has it any more
  };
  // The first after a label, or of all; null where there is none. Valid until something changes.
  const Row* next(std::optional<Label> after) const;
  bool holds(Label label) const { return entries_.contains(label); }
  // No label is in use or rests.
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }

 protected:
  // `fib` is null where labels are not programmed: they count as installed. In `owners` stand its labels as long as it
  // has them.
  LabelLeases(LabelPool& pool, LabelOwners& owners, MplsFib* fib) : pool_(pool), owners_(owners), fib_(fib) {}

  enum class State : std::uint8_t {
    ready,
    waits,    // on its way into the kernel; `take_ready` will name the destination
    refused,  // by the kernel, or no label is left
  };
  struct Lease {
    State state = State::refused;
    Label label;
  };
  // The label of the holder `key`, a new one if it has none. It leads to what `forwarding` gives, with a reference,
  // from now on; not called where labels are not programmed. `dest` waits for it, if it must.
  template <class Forwarding>
  Lease lease(const std::string& key, const Row& row, Family family, DestId dest, Forwarding forwarding) {
    const auto at = entry_of(key, row);
    if (at == entries_.end()) return {};
    if (fib_ != nullptr) fib_->set(at->first, forwarding());
    return {state_of(at->first, at->second, family, dest), at->first};
  }
  const Row* find(Label label) const;
  // From now on labels are programmed there; those that are in use must be leased again.
  void move_to(MplsFib* fib);
  bool programs_in(const MplsFib* fib) const { return fib_ == fib; }

 private:
  struct Entry {
    std::string key;
    Row row;
    bool ready = false;
    bool refused = false;
    bool idle = false;  // in `idle_`
    std::vector<std::pair<Family, DestId>> waiting{};
  };
  using Entries = std::map<Label, Entry>;

  Entries::iterator entry_of(const std::string& key, Row row);
  State state_of(Label label, Entry& entry, Family family, DestId dest);
  void note_idle(Label label, Entry& entry);

  LabelPool& pool_;
  LabelOwners& owners_;
  MplsFib* fib_;
  Entries entries_;
  std::array<std::vector<DestId>, family_count> ready_;
  std::vector<Label> idle_;    // perhaps carried by no announcement
  std::deque<Label> resting_;  // by the end of their rest
  std::string problem_;
  TimePoint now_;
};

}  // namespace vrfd
