// Remembers what a set of attributes was turned into, so that a transformation runs once per set and not per route.
//
// Holds no references: an entry counts only while both sets still stand for what they stood for. The result may be
// `none` (not to be used). `scope` tells transformations of one memo apart, for instance by the kind of source.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "vrf/attribute_table.h"

namespace vrfd {

class AttributeMemo {
 public:
  explicit AttributeMemo(AttributeTable& table) : table_(table) {}

  // The result for `in`, with a reference for the caller; `compute()` makes it (with a reference) where it is not
  // remembered.
  template <class Compute>
  AttrId get(AttrId in, std::uint32_t scope, Compute compute) {
    const std::uint64_t key = std::uint64_t{scope} << 32 | index_of(in);
    if (const auto at = entries_.find(key); at != entries_.end() && current(in, at->second)) {
      table_.retain(at->second.out);
      return at->second.out;
    }
    const AttrId out = compute();
    if (entries_.size() > most_entries_per_set * (table_.size() + spare_entries)) entries_.clear();
    entries_[key] = {out, table_.generation(in), out == AttrId::none ? 0 : table_.generation(out)};
    return out;
  }
  void clear() { entries_.clear(); }

 private:
  static constexpr std::size_t most_entries_per_set = 4;
  static constexpr std::size_t spare_entries = 1024;
  struct Entry {
    AttrId out;
    std::uint32_t in_generation;
    std::uint32_t out_generation;
  };
  bool current(AttrId in, const Entry& entry) const {
    return table_.generation(in) == entry.in_generation && table_.is_current(entry.out, entry.out_generation);
  }

  AttributeTable& table_;
  boost::unordered_flat_map<std::uint64_t, Entry> entries_;
};

}  // namespace vrfd
