#include "vrf/record_pool.h"

#include <cstring>

namespace vrfd {

RecordPool::Ref RecordPool::allocate(std::size_t octets) {
  const std::size_t wanted = granules_of(octets);
  used_ += wanted;
  if (wanted < freed_.size() && freed_[wanted] != none) {
    const Ref ref = freed_[wanted];
    std::memcpy(&freed_[wanted], at(ref), sizeof(Ref));
    return ref;
  }
  const std::size_t room = chunks_.size() * chunk_granules - next_;
  if (room < wanted) {
    if (room != 0) put_aside(next_, room);
    next_ = static_cast<Ref>(chunks_.size() * chunk_granules);
    chunks_.push_back(std::make_unique_for_overwrite<Granule[]>(chunk_granules));
  }
  const Ref ref = next_;
  next_ += static_cast<Ref>(wanted);
  return ref;
}

void RecordPool::free(Ref ref, std::size_t octets) {
  const std::size_t granules = granules_of(octets);
  used_ -= granules;
  if (used_ != 0) return put_aside(ref, granules);
  chunks_.clear();
  freed_.clear();
  next_ = 0;
}

void RecordPool::put_aside(Ref ref, std::size_t granules) {
  if (granules >= freed_.size()) freed_.resize(granules + 1, none);
  std::memcpy(at(ref), &freed_[granules], sizeof(Ref));
  freed_[granules] = ref;
}

}  // namespace vrfd
