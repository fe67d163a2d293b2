// `show next-hops`. How many routes lead over each is counted when it is asked for, in slices as RouteStream: a count
// that is kept would have to be touched by every change of every path.
#pragma once

#include <memory>
#include <unordered_map>

#include "daemon/commands/context.h"

namespace vrfd::commands {

class NextHopList : public std::enable_shared_from_this<NextHopList> {
 public:
  NextHopList(Context& context, control::Responder responder);
  void go_on();

 private:
  // Counts on in a table; true when it has no more.
  bool count(RouteTable& table, InstanceId owner, std::size_t& budget);
  void answer();

  Context& context_;
  control::Responder responder_;
  std::vector<std::pair<std::string, Family>> tables_;  // by instance
  std::size_t table_ = 0;
  DestId next_ = 0;
  std::unordered_map<std::uint32_t, std::uint64_t> routes_;  // by NextHopId
};

}  // namespace vrfd::commands
