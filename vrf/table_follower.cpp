#include "vrf/table_follower.h"

namespace vrfd {

TableFollower::TableFollower(RouteTable& table) : table_(table) {
  cursor_.attach(table_.journal());
  cursor_.rewind();
}

bool TableFollower::step(std::size_t budget) {
  for (; budget != 0; --budget) {
    const DestId dest = cursor_.next(table_.limit());
    if (dest == Journal::end) return true;
    visit(dest);
  }
  return caught_up();
}

}  // namespace vrfd
