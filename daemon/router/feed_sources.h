// Notes in the feed what the core and the kernel report while it records.
#pragma once

#include "daemon/router/event_feed.h"
#include "vrf/fib.h"
#include "vrf/route_table.h"

namespace vrfd {

class Router;
struct AuditSummary;

class FeedSources final : public BestPathObserver, public FibObserver {
 public:
  explicit FeedSources(Router& router) : router_(router) {}

  void listen(bool on);
  void best_changed(const RouteTable& table, InstanceId owner, DestId dest, BestPathChange change) override;
  void settled(const Fib& fib, const Prefix& prefix, FibOutcome outcome, const std::string& error) override;
  // A comparison with the kernel found something.
  void compared(const AuditSummary& summary);

 private:
  Router& router_;
};

}  // namespace vrfd
