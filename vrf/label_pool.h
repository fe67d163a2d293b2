// Which MPLS labels are given out, to whom, and which rest.
//
// A holder is named by a key that survives a restart ("vpn-instance red"). A label once given to a key is kept for it
// as long as nobody else needs it, also across a restart by `load` and `remembered`: other PEs have it in their tables.
// A released label rests before somebody else may have it (`LabelPool::rest`), since packets that carry it are still on
// their way and peers may be slow to learn.
//
// A pool is a value: what many changes together lead to can be tried on a copy, which then takes the pool's place or is
// thrown away.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "vrf/types/label.h"
#include "vrf/types/result.h"
#include "vrf/types/time.h"

namespace vrfd {

// Both ends belong to it.
struct LabelRange {
  Label first{1000};
  Label last{label_limit - 1};
  bool operator==(const LabelRange&) const = default;
};

class LabelPool {
 public:
  static constexpr Duration rest = std::chrono::minutes(5);

  explicit LabelPool(LabelRange range = {}) : range_(range), next_(range.first) {}

  // The key's label, its old one if that is free. Fails when no label is left.
  Result<Label> allocate(const std::string& key, TimePoint now);
  // Exactly `label`, in or out of the range; fails if another key holds it. A label that the key held before is
  // released.
  Result<Label> reserve(const std::string& key, Label label, TimePoint now);
  void release(const std::string& key, TimePoint now);
  std::optional<Label> label_of(const std::string& key) const;
  // Whose it is; nothing if it is free or rests.
  const std::string* holder(Label label) const;

  // Labels given out stay as they are, though they may lie outside of the new range.
  void set_range(LabelRange range);
  LabelRange range() const { return range_; }
  std::size_t used() const { return holders_.size(); }

  // What an earlier run gave out. A key gets its label back when it asks; a label that stands twice goes to the first.
  void load(const std::vector<std::pair<std::string, Label>>& remembered);
  // Keys with their labels, those too that do not hold them at present.
  std::vector<std::pair<std::string, Label>> remembered() const;
  // A key that holds nothing, and whose label others may have when it has rested.
  void forget(const std::string& key);
  // All such keys.
  void forget_unused();
  // A label that an earlier run gave out and nobody remembers: peers may still use it.
  void let_rest(Label label, TimePoint now);
  // Grows with each change of what is remembered.
  std::uint64_t version() const { return version_; }

 private:
  struct Resting {
    Label label;
    TimePoint until;
  };

  bool in_range(Label label) const { return label >= range_.first && label <= range_.last; }
  bool is_free(Label label) const { return !holders_.contains(label) && !owners_.contains(label); }
  std::optional<Label> fresh();
  std::optional<Label> rested(TimePoint now);
  void give(const std::string& key, Label label);

  LabelRange range_;
  Label next_;  // none of the range was given out from here on, but by `reserve` and `load`
  std::unordered_map<Label, std::string> holders_;
  std::unordered_map<std::string, Label> labels_;  // of holders, and remembered
  std::unordered_map<Label, std::string> owners_;  // of remembered labels that are not held
  std::unordered_map<Label, TimePoint> resting_until_;
  std::deque<Resting> resting_;
  std::uint64_t version_ = 0;
};

}  // namespace vrfd
