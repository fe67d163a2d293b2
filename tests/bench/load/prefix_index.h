// Numbers for prefixes, shared by all receivers: a table with open addressing whose slots can be fetched ahead of use.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/bench/load/mixing.h"

namespace vrfd::bench {

class PrefixIndex {
 public:
  PrefixIndex() : slots_(1024) {}

  void prefetch(std::uint64_t key) const { __builtin_prefetch(&slots_[place(key)]); }

  std::uint32_t find_or_add(std::uint64_t key) {
    for (std::size_t at = place(key);; at = (at + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[at];
      if (slot.key == key) return slot.number;
      if (slot.key == 0) return add(slot, key);
    }
  }

  std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t number = 0;
  };

  std::size_t place(std::uint64_t key) const { return mix(key, 0) & (slots_.size() - 1); }

  std::uint32_t add(Slot& slot, std::uint64_t key) {
    const auto number = static_cast<std::uint32_t>(size_++);
    slot = {key, number};
    if (size_ * 2 > slots_.size()) grow();
    return number;
  }

  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key == 0) continue;
      std::size_t at = place(slot.key);
      while (slots_[at].key != 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace vrfd::bench
