// A consumer of a route table besides the routing core's own import, export and update groups.
#pragma once

#include <cstddef>

#include "vrf/route_table.h"

namespace vrfd {

class TableConsumer {
 public:
  virtual ~TableConsumer() = default;
  // Follows the table, at most `budget` destinations; true when it has caught up, or is held up.
  virtual bool step(std::size_t budget) = 0;
  // It cannot go on for a reason that is not the table's; whoever ends that calls Core::resume().
  virtual bool held_up() const { return false; }
  virtual bool caught_up() const = 0;
  // The index of `dest` must not be given out again yet.
  virtual bool holds(DestId dest) = 0;
};

}  // namespace vrfd
