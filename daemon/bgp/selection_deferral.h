// Whether a restart of this router is over, as a state machine without clock: the restarting side of graceful restart
// (RFC 4724, 4.1).
//
// Two things wait, and not for the same. Peers that kept our old routes are told nothing until our best paths are those
// of a whole table (`selecting`). Peers that restart themselves may be silent until we speak, so they are waited for
// only while they speak; not waiting at all would tell the others a table without the routes of a peer that sets the R
// bit minutes after its start, as FRR does. What the kernel holds of the earlier run stays until everybody has had his
// say
// (`relearning`). A peer without graceful restart may never say End-of-RIB; it has had its say when it has been quiet
// for a while. Nobody is waited for beyond the deadline.
#pragma once

#include <vector>

#include "daemon/base/clock.h"

namespace vrfd::bgp {

// One configured peer and family that is waited for.
struct ExpectedTable {
  bool established = false;
  bool says_end_of_rib = false;  // the peer has offered graceful restart
  bool restarting = false;       // … with the R bit
  bool end_of_rib = false;       // received
  TimePoint last_heard{};        // the last route, or when the session came up
};

class SelectionDeferral {
 public:
  // How long a peer that may never say End-of-RIB, or not before us, must have sent nothing.
  static constexpr Duration quiet_time = std::chrono::seconds(5);

  void begin(TimePoint deadline);
  // Takes a look; true if something changed.
  bool look(const std::vector<ExpectedTable>& tables, TimePoint now);

  // Best paths are not final: say nothing to those who keep our old routes.
  bool selecting() const { return selecting_; }
  // What is left of the earlier run may yet be learned again.
  bool relearning() const { return relearning_; }
  // The restart ended without everybody.
  bool timed_out() const { return timed_out_; }
  TimePoint deadline() const { return deadline_; }

 private:
  bool selecting_ = false;
  bool relearning_ = false;
  bool timed_out_ = false;
  TimePoint deadline_{};
};

}  // namespace vrfd::bgp
