// The restart of this router: what is remembered for it, how it begins, and when it is over (RFC 4724, 4.1).
//
// It is a restart if the kernel holds something of an earlier run; without a kernel, if peers had sessions then. Until
// it is over the OPENs say so (R bit), what the kernel holds stays, and peers that kept our old routes are not told new
// ones before all are there. Waited for are the peers that were up in the earlier run, so that one that is dead for
// long delays nothing.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "daemon/bgp/selection_deferral.h"
#include "daemon/config/state_file.h"
#include "daemon/router/kernel_side.h"
#include "daemon/router/session_rules.h"

namespace vrfd {

class Peer;
class Router;

class Restart final : public DeviceMemory {
 public:
  Restart(Router& router, config::StateFile& state) : router_(router), state_(state) {}

  // The kernel has been looked at and there is a configuration: sessions may begin.
  bool begun() const { return begun_; }
  // What OPENs say of it.
  PeerSurroundings::Restart said() const { return {deferral_.relearning(), preserved_}; }
  // For `show status`: done selecting relearning.
  const char* state() const;
  // `peer` has kept our old routes and shall not be told new ones yet.
  bool holds_back(const Peer& peer) const;

  void session_up(const Peer& peer);
  void session_down(const Peer& peer);

  // Begins when it can; ends when everybody has been heard.
  void step(TimePoint now);
  std::optional<TimePoint> next_deadline() const;

  bool made(const std::string& vpn_instance, IfIndex device) const override;
  void remember(const std::string& vpn_instance, IfIndex device) override;
  void forget(const std::string& vpn_instance) override;
  // Writes what has changed.
  void save();

 private:
  void begin(TimePoint now);
  void look(TimePoint now);
  void finish(TimePoint now);
  void remove_remains();
  std::vector<bgp::ExpectedTable> expected();
  bool is_expected(const Peer& peer) const;
  void save_soon();

  Router& router_;
  config::StateFile& state_;
  bgp::SelectionDeferral deferral_;
  bool begun_ = false;
  bool preserved_ = false;
  std::optional<std::set<std::string>> up_before_;
  TimePoint next_look_{};
  std::optional<TimePoint> save_at_;
  std::uint64_t saved_labels_ = 0;  // version of the label pool
};

}  // namespace vrfd
