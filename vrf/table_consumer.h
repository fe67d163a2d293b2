// A consumer of a route table besides the routing core's own import, export and update groups.
#pragma once

#include <cstddef>

#include "vrf/route_table.h"

namespace vrfd {

class TableConsumer {
 public:
  virtual ~TableConsumer() = default;
  // Follows the table, at most `budget` destinations; true when it has caught up.
  virtual bool step(std::size_t budget) = 0;
  virtual bool caught_up() const = 0;
  // The index of `dest` must not be given out again yet.
  virtual bool holds(DestId dest) = 0;
};

}  // namespace vrfd
