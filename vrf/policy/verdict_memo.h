// What a policy found out about sets of attributes, remembered.
//
// A verdict belongs to a set of attributes and a waypoint (compiled_policy.h). Neither the set judged nor the set that
// came out is referenced: both are noted with their generation, and a verdict whose set has gone is no verdict. A
// cache: each place is for one key of many and the newer one stays. It grows while it fills, to 2^16 places of 28
// octets; more sets than that only means that some are judged again when they come back.
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
    const Slot& slot = slots_[home(in, waypoint)];
    return slot.in == in && slot.waypoint == waypoint && is_current(slot) ? &slot.verdict : nullptr;
  }
  void remember(AttrId in, std::uint32_t waypoint, const Verdict& verdict);
  void clear();

  std::size_t octets() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    AttrId in = AttrId::none;
    std::uint32_t generation = 0;  // 0: free
    std::uint32_t waypoint = 0;
    Verdict verdict;
  };

  bool is_current(const Slot& slot) const {
    if (slot.generation == 0 || !table_.is_current(slot.in, slot.generation)) return false;
    const Verdict& verdict = slot.verdict;
    return verdict.kind != VerdictKind::accepted || table_.is_current(verdict.attributes, verdict.generation);
  }
  static bool same_key(const Slot& a, const Slot& b) { return a.in == b.in && a.waypoint == b.waypoint; }
  std::size_t home(AttrId in, std::uint32_t waypoint) const {
    return (index_of(in) ^ waypoint * 0x85EBCA6Bu) & (slots_.size() - 1);
  }
  Slot& place_of(const Slot& slot) { return slots_[home(slot.in, slot.waypoint)]; }
  void grow();

  const AttributeTable& table_;
  std::vector<Slot> slots_;
};

}  // namespace vrfd
