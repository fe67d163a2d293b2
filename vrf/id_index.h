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
      if (tag_of(slots_[at]) == tag_of(hash) && slots_[at] != gone && equal(slots_[at] & limit))
        return slots_[at] & limit;
    return none;
  }
  // `id` is not in it yet; `hash_of(number)` is the hash of a record's key.
  template <class HashOf>
  void insert(std::uint32_t hash, std::uint32_t id, HashOf hash_of) {
    if (id >= limit) throw std::length_error("more records than 2^26");
    if ((filled_ + 1) * 4 > slots_.size() * 3) make_room(hash_of);
    place(hash, id);
    ++used_;
  }
  // Leaves a mark that look-ups go past and the next one takes: closing the gap would ask for the keys of the
  // neighbours.
  void erase(std::uint32_t hash, std::uint32_t id) {
    std::size_t at = hash & mask();
    while ((slots_[at] & limit) != id) at = (at + 1) & mask();
    const bool last = slots_[(at + 1) & mask()] == none;
    slots_[at] = last ? none : gone;
    filled_ -= last;
    --used_;
  }
  std::size_t octets() const { return slots_.size() * sizeof(std::uint32_t); }

 private:
  // What stood here was erased; the number is none that is given.
  static constexpr std::uint32_t gone = limit;

  static std::uint32_t tag_of(std::uint32_t hash_or_slot) { return hash_or_slot & ~limit; }
  std::size_t mask() const { return slots_.size() - 1; }
  void place(std::uint32_t hash, std::uint32_t id) {
    std::size_t at = hash & mask();
    while (slots_[at] != none && slots_[at] != gone) at = (at + 1) & mask();
    filled_ += slots_[at] == none;
    slots_[at] = tag_of(hash) | id;
  }
  // Twice as many slots, unless half of what fills them is marks.
  template <class HashOf>
  void make_room(HashOf hash_of) {
    const bool grows = used_ * 2 > filled_;
    std::vector<std::uint32_t> before(slots_.size() * (grows ? 2 : 1), none);
    before.swap(slots_);
    filled_ = 0;
    for (std::uint32_t slot : before)
      if (slot != none && slot != gone) place(hash_of(slot & limit), slot & limit);
  }

  std::vector<std::uint32_t> slots_;
  std::size_t used_ = 0;
  std::size_t filled_ = 0;  // slots that are not `none`
};

}  // namespace vrfd
