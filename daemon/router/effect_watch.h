// Waits until what a job did has reached its end: the routing core has nothing left to do and the kernel has answered
// everything that was sent to it until then. Also counts what changed meanwhile, per instance and in the kernel.
#pragma once

#include <map>

#include "daemon/protocol/job_answer.h"
#include "vrf/fib.h"
#include "vrf/route_table.h"

namespace vrfd {

class Router;

class EffectWatch {
 public:
  // Counts from now on.
  explicit EffectWatch(Router& router);
  // True when everything that was caused before the first call has arrived in the kernel.
  bool arrived();
  // How far the kernel is with it.
  protocol::JobProgress progress(std::uint64_t job) const;
  // Fills the rows of instances and the kernel's counts.
  void report(protocol::JobAnswer& answer) const;

 private:
  Router& router_;
  std::map<std::string, RouteTable::Changes> before_;
  FibCounters fib_before_;
  std::uint64_t settled_before_;
  std::optional<std::uint64_t> awaited_;  // the kernel's operations up to here
};

}  // namespace vrfd
