// Remembers what a set of attributes was turned into, so that a transformation runs once per set and not per route.
//
// A cache of bounded size: routes of one set mostly come one after the other, so what was forgotten costs little. Holds
// no references: an entry counts only while both sets still stand for what they stood for. The result may be `none`
// (not to be used). `scope` tells transformations of one memo apart, for instance by the kind of source.
#pragma once

#include <cstdint>
#include <vector>

#include "vrf/attribute_table.h"

namespace vrfd {

class AttributeMemo {
 public:
  explicit AttributeMemo(AttributeTable& table) : table_(table) { clear(); }

  // The result for `in`, with a reference for the caller; `compute()` makes it (with a reference) where it is not
  // remembered.
  template <class Compute>
  AttrId get(AttrId in, std::uint32_t scope, Compute compute) {
    if (const Entry& known = entries_[place_of(in, scope)]; known.in == in && known.scope == scope && current(known)) {
      table_.retain(known.out);
      return known.out;
    }
    const AttrId out = compute();
    remember({in, scope, table_.generation(in), out, out == AttrId::none ? 0 : table_.generation(out)});
    return out;
  }
  void clear() { entries_.assign(fewest_entries, {}); }

 private:
  static constexpr std::size_t fewest_entries = 16;
  static constexpr std::size_t most_entries = 1u << 15;  // 0.7 MB
  struct Entry {
    AttrId in = AttrId::none;
    std::uint32_t scope = 0;
    std::uint32_t in_generation = 0;
    AttrId out = AttrId::none;
    std::uint32_t out_generation = 0;
  };

  std::size_t place_of(AttrId in, std::uint32_t scope) const {
    return (index_of(in) ^ scope * 0x9E3779B1u) & (entries_.size() - 1);
  }
  Entry& place_of(const Entry& entry) { return entries_[place_of(entry.in, entry.scope)]; }
  bool current(const Entry& entry) const {
    return entry.in != AttrId::none && table_.is_current(entry.in, entry.in_generation) &&
           table_.is_current(entry.out, entry.out_generation);
  }
  // Grows rather than forget what still holds, as far as it may.
  void remember(const Entry& entry) {
    while (current(place_of(entry)) && entries_.size() < most_entries) grow();
    place_of(entry) = entry;
  }
  void grow() {
    std::vector<Entry> before(entries_.size() * 2);
    before.swap(entries_);
    for (const Entry& entry : before)
      if (current(entry)) place_of(entry) = entry;
  }

  AttributeTable& table_;
  std::vector<Entry> entries_;  // each place is for one key of many; the newer one stays
};

}  // namespace vrfd
