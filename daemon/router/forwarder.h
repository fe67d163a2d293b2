// What a destination's best paths become in the kernel: the rule from routes to forwarding.
#pragma once

#include "vrf/core.h"
#include "vrf/fib.h"

namespace vrfd {

// For the tables of one instance.
class InstanceForwarder final : public Forwarder {
 public:
  InstanceForwarder(Core& core, ForwardingTable& forwarding, InstanceId instance)
      : core_(core), forwarding_(forwarding), instance_(instance) {}

  ForwardingId desired(const RouteTable& table, DestId dest) override;

 private:
  // Nothing for a path of this router's own: the kernel has that route, or is not to have one.
  std::optional<Leg> leg_of(const RouteTable& table, PathId path) const;
  void add_backup(const RouteTable& table, DestId dest);

  Core& core_;
  ForwardingTable& forwarding_;
  InstanceId instance_;
  std::vector<Leg> legs_;  // kept for its memory
};

// Lets the core drive a FIB as one of a table's consumers; operations go to `out`, which holds it up when it is full.
// Until `may_begin` it does nothing, and then somebody must ask for the table to be worked off.
class FibConsumer final : public TableConsumer {
 public:
  FibConsumer(Fib& fib, FibOperations& out, const bool& may_begin) : fib_(fib), out_(out), may_begin_(may_begin) {}
  bool step(std::size_t budget) override;
  bool caught_up() const override { return !more_; }
  bool held_up() const override { return held_up_; }
  // Deletions know their prefix, not the destination.
  bool holds(DestId) override { return false; }

 private:
  Fib& fib_;
  FibOperations& out_;
  const bool& may_begin_;
  bool more_ = true;
  bool held_up_ = false;
};

}  // namespace vrfd
