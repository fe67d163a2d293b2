// What a policy found out about sets of attributes, remembered.
//
// A verdict belongs to a set of attributes and a waypoint (compiled_policy.h). Neither the set judged nor the set that
// came out is referenced: both are noted with their generation, and a verdict whose set has gone is no verdict. Open
// addressing, at most half full; growing drops what is stale. 28 octets a slot, at most a million slots (then it starts
// afresh), so a policy's memory is bounded whatever the peers send.
#pragma once

#include <cstdint>
#include <vector>

#include "vrf/attribute_table.h"

namespace vrfd {

enum class VerdictKind : std::uint8_t { accepted, rejected, ask_route };

struct Verdict {
  VerdictKind kind = VerdictKind::rejected;
  // The deciding term, or the first one whose route conditions are to be asked.
  std::uint16_t term = 0;
  // accepted: what comes out.
  AttrId attributes = AttrId::none;
  std::uint32_t generation = 0;
  // ask_route: where it goes on if `term` holds; the waypoints of the terms after it follow.
  std::uint32_t waypoint = 0;
};

class VerdictMemo {
 public:
  explicit VerdictMemo(const AttributeTable& table) : table_(table) { clear(); }

  // Nothing if it has to be judged (again).
  const Verdict* find(AttrId in, std::uint32_t waypoint) const {
    const std::uint32_t generation = table_.generation(in);
    for (std::size_t at = home(in, waypoint);; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.generation == 0) return nullptr;
      if (slot.in != in || slot.waypoint != waypoint) continue;
      return slot.generation == generation && is_current(slot.verdict) ? &slot.verdict : nullptr;
    }
  }
  void remember(AttrId in, std::uint32_t waypoint, const Verdict& verdict);
  void clear();

  std::size_t size() const { return used_; }
  std::size_t octets() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    AttrId in = AttrId::none;
    std::uint32_t generation = 0;  // 0: free
    std::uint32_t waypoint = 0;
    Verdict verdict;
  };

  bool is_current(const Verdict& verdict) const {
    return verdict.kind != VerdictKind::accepted || table_.is_current(verdict.attributes, verdict.generation);
  }
  std::size_t home(AttrId in, std::uint32_t waypoint) const {
    return ((index_of(in) * 0x9E3779B1u) ^ (waypoint * 0x85EBCA6Bu)) & mask_;
  }
  void place(const Slot& slot);
  void grow();

  const AttributeTable& table_;
  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
  std::size_t used_ = 0;
};

}  // namespace vrfd
