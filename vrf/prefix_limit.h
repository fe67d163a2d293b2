// At most so many destinations of a table may have a best path: the `maximum_prefixes` of a VPN instance.
//
// What was there first stays. A destination beyond the limit is refused, that is, it has no best path and its paths are
// ineligible (PathReason::maximum_prefixes); it waits and comes in, the lowest index first, when another one leaves. So
// going over the limit deletes nothing, and nothing is deleted and added again. Cost: two bits a destination.
#pragma once

#include <cstdint>

#include "vrf/index_set.h"

namespace vrfd {

class PrefixLimit {
 public:
  explicit PrefixLimit(std::uint32_t most) : most_(most) {}

  std::uint32_t most() const { return most_; }
  // Another limit. What is in stays in, also where that is more than the new limit.
  void set_most(std::uint32_t most) { most_ = most; }

  // `index` has a path that could be the best one. False: it is over the limit, and waits.
  bool admit(std::uint32_t index) {
    if (admitted_.has(index)) return true;
    if (admitted_.count() >= most_) {
      refused_.add(index);
      return false;
    }
    refused_.remove(index);
    admitted_.add(index);
    return true;
  }
  // `index` has no such path. True if that makes room.
  bool leave(std::uint32_t index) {
    refused_.remove(index);
    return admitted_.remove(index);
  }
  // Who comes in next; IndexSet::end if nobody waits or there is no room.
  std::uint32_t next() const { return admitted_.count() < most_ ? refused_.next(0) : IndexSet::end; }

  bool is_refused(std::uint32_t index) const { return refused_.has(index); }
  std::size_t admitted() const { return admitted_.count(); }
  std::size_t refused() const { return refused_.count(); }

 private:
  std::uint32_t most_;
  IndexSet admitted_;
  IndexSet refused_;
};

}  // namespace vrfd
