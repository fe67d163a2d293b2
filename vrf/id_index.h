// A hash index: from a key's hash to the number of the record that has the key. The records are somebody else's.
//
// Open addressing, linear probing, at most three quarters full; 4 octets a slot. A slot is a record's number and six
// bits of its hash, so that one in 64 of the records that are not it gets looked at, each a cache miss.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace vrfd {

class IdIndex {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  // Numbers are below this.
  static constexpr std::uint32_t limit = (1u << 26) - 1;

  explicit IdIndex(std::size_t slots = 64) : slots_(slots, none) {}

  // Loads the slot that a look-up begins at.
  void prefetch(std::uint32_t hash) const { __builtin_prefetch(&slots_[hash & mask()]); }
  // The number that a look-up would first compare with; `none` if there is none.
  std::uint32_t candidate(std::uint32_t hash) const {
    return find(hash, [](std::uint32_t) { return true; });
  }
  // The number for which `equal(number)` holds; `none` if there is none.
  template <class Equal>
  std::uint32_t find(std::uint32_t hash, Equal equal) const {
    for (std::size_t at = hash & mask(); slots_[at] != none; at = (at + 1) & mask())
      if (tag_of(slots_[at]) == tag_of(hash) && equal(slots_[at] & limit)) return slots_[at] & limit;
    return none;
  }
  // `id` is not in it yet; `hash_of(number)` is the hash of a record's key.
  template <class HashOf>
  void insert(std::uint32_t hash, std::uint32_t id, HashOf hash_of) {
    if (id >= limit) throw std::length_error("more records than 2^26");
    if ((used_ + 1) * 4 > slots_.size() * 3) grow(hash_of);
    place(hash, id);
    ++used_;
  }
  // Closes the gap by moving later entries of the probe sequence back, so that look-ups need no tombstones.
  template <class HashOf>
  void erase(std::uint32_t hash, std::uint32_t id, HashOf hash_of) {
    std::size_t hole = hash & mask();
    while ((slots_[hole] & limit) != id) hole = (hole + 1) & mask();
    for (std::size_t at = (hole + 1) & mask(); slots_[at] != none; at = (at + 1) & mask()) {
      const std::size_t home = hash_of(slots_[at] & limit) & mask();
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = none;
    --used_;
  }
  std::size_t octets() const { return slots_.size() * sizeof(std::uint32_t); }

 private:
  static std::uint32_t tag_of(std::uint32_t hash_or_slot) { return hash_or_slot & ~limit; }
  std::size_t mask() const { return slots_.size() - 1; }
  void place(std::uint32_t hash, std::uint32_t id) {
    std::size_t at = hash & mask();
    while (slots_[at] != none) at = (at + 1) & mask();
    slots_[at] = tag_of(hash) | id;
  }
  template <class HashOf>
  void grow(HashOf hash_of) {
    std::vector<std::uint32_t> before(slots_.size() * 2, none);
    before.swap(slots_);
    for (std::uint32_t slot : before)
      if (slot != none) place(hash_of(slot & limit), slot & limit);
  }

  std::vector<std::uint32_t> slots_;
  std::size_t used_ = 0;
};

}  // namespace vrfd
