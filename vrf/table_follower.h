// A consumer that looks at each destination that changed, one by one, and keeps nothing of the table's.
#pragma once

#include "vrf/journal.h"
#include "vrf/table_consumer.h"

namespace vrfd {

class TableFollower : public TableConsumer {
 public:
  bool step(std::size_t budget) final;
  bool caught_up() const final { return cursor_.at_end(table_.limit()); }
  bool holds(DestId) final { return false; }

 protected:
  // Begins with everything that is in the table.
  explicit TableFollower(RouteTable& table);
  // `dest` is perhaps not in use any more.
  virtual void visit(DestId dest) = 0;
  RouteTable& table() { return table_; }
  const RouteTable& table() const { return table_; }

 private:
  RouteTable& table_;
  Journal::Cursor cursor_;
};

}  // namespace vrfd
