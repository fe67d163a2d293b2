#include "vrf/policy/verdict_memo.h"

#include <algorithm>

namespace vrfd {

namespace {
constexpr std::size_t fewest_slots = 64;
constexpr std::size_t most_slots = 1u << 20;
}  // namespace

void VerdictMemo::clear() {
  slots_.assign(fewest_slots, {});
  mask_ = fewest_slots - 1;
  used_ = 0;
}

void VerdictMemo::remember(AttrId in, std::uint32_t waypoint, const Verdict& verdict) {
  if ((used_ + 1) * 2 > slots_.size()) grow();
  place({in, table_.generation(in), waypoint, verdict});
}

void VerdictMemo::place(const Slot& slot) {
  std::size_t at = home(slot.in, slot.waypoint);
  while (slots_[at].generation != 0 && (slots_[at].in != slot.in || slots_[at].waypoint != slot.waypoint))
    at = (at + 1) & mask_;
  if (slots_[at].generation == 0) ++used_;
  slots_[at] = slot;
}

// Keeps what is current, in as many slots as leave room for as much again.
void VerdictMemo::grow() {
  std::vector<Slot> before;
  before.swap(slots_);
  std::erase_if(before, [&](const Slot& slot) {
    return slot.generation == 0 || !table_.is_current(slot.in, slot.generation) || !is_current(slot.verdict);
  });
  clear();
  std::size_t count = fewest_slots;
  while (count < before.size() * 4) count *= 2;
  if (count > most_slots) return;
  slots_.assign(count, {});
  mask_ = count - 1;
  for (const Slot& slot : before) place(slot);
}

}  // namespace vrfd
