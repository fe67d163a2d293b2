// Reads UPDATE messages as cheaply as it goes: keys of prefixes and fingerprints of what came with them.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/bench/load/table.h"

namespace vrfd::bench {

struct RouteChange {
  std::uint64_t key = 0;
  std::uint32_t value = 0;  // 0: withdrawn
};

class UpdateReader {
 public:
  // Appends what the message's body changes; false when it cannot be read.
  bool read(Octets body, std::vector<RouteChange>& changes);

 private:
  bool read_attributes(Octets block);

  Octets reach_;
  Octets unreach_;
  Octets next_hop_;  // of the routes that are not in MP_REACH
  std::uint64_t sum_ = 0;
};

// The value of a route: its attributes (a sum of fingerprints, next hop included) and label.
std::uint32_t value_of(std::uint64_t attributes, std::uint32_t label);

}  // namespace vrfd::bench
