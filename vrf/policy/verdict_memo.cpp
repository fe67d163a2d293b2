#include "vrf/policy/verdict_memo.h"

namespace vrfd {

namespace {
constexpr std::size_t fewest_slots = 64;
constexpr std::size_t most_slots = 1u << 15;
}  // namespace

void VerdictMemo::clear() { slots_.assign(fewest_slots, {}); }

// Grows rather than forget what still holds, as far as it may.
void VerdictMemo::remember(AttrId in, std::uint32_t waypoint, const Verdict& verdict) {
  const Slot slot{in, table_.generation(in), waypoint, verdict};
  while (is_current(place_of(slot)) && !same_key(place_of(slot), slot) && slots_.size() < most_slots) grow();
  place_of(slot) = slot;
}

void VerdictMemo::grow() {
  std::vector<Slot> before(slots_.size() * 2);
  before.swap(slots_);
  for (const Slot& slot : before)
    if (is_current(slot)) place_of(slot) = slot;
}

}  // namespace vrfd
