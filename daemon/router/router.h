// The router: configuration, instances, peers and kernel around the routing core. The only place that knows all three.
//
// One thread. Everything that walks tables is done in slices by `step`, which the application calls while it returns
// true, between I/O and timers.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "daemon/base/log.h"
#include "daemon/config/config.h"
#include "daemon/config/state_file.h"
#include "daemon/router/feed_sources.h"
#include "daemon/router/instance.h"
#include "daemon/router/jobs.h"
#include "daemon/router/kernel_side.h"
#include "daemon/router/restart.h"
#include "vrf/core.h"
#include "vrf/label_pool.h"
#include "vrf/policy/policy_table.h"

namespace boost::asio {
class io_context;
}

namespace vrfd {

class Router {
 public:
  struct Options {
    std::string state_dir;
  };

  // `port` is null where nothing is to be programmed.
  Router(boost::asio::io_context& io, const Log& log, std::unique_ptr<netlink::KernelPort> port,
         const Options& options);
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  // Makes everything as configured, or says what cannot be done and changes nothing.
  std::vector<std::string> apply(const config::Config& next);
  const config::Config& configured() const { return config_; }
  const PolicyTable& policies() const { return policies_; }

  // By name; the empty name is the public instance. Null if there is none.
  Instance* instance(const std::string& name);
  Instance* instance(InstanceId id);
  std::vector<Instance*> instances();
  // In the public instance and in all others, in order.
  void each_peer(const std::function<void(Peer&)>& visit);
  Peer* peer(PeerId id);

  Core& core() { return core_; }
  KernelSide& kernel() { return *kernel_; }
  Jobs& jobs() { return *jobs_; }
  // For `monitor`.
  EventFeed& feed() { return feed_; }
  const Log& log() const { return log_; }
  boost::asio::io_context& io() { return io_; }
  LabelPool& labels() { return label_pool_; }
  config::StateFile& state() { return state_; }
  TimePoint started() const { return started_; }
  Restart& restart() { return restart_; }
  const Restart& restart() const { return restart_; }

  // A slice of work; true while there is more.
  bool step(TimePoint now);
  // Someone gave it work: `step` shall be called. The application sets what does so.
  void wake() { wake_(); }
  void on_wake(std::function<void()> wake) { wake_ = std::move(wake); }
  std::optional<TimePoint> next_deadline() const;
  void on_timer(TimePoint now);

  // Sends what the groups of `table` have for members that can take it.
  void flush(RouteTable& table);
  // All tables of `instance`, and those of VPN routes, are to be worked off again.
  void request_work(Instance& instance);
  // `peer` came or went.
  void register_peer(Peer& peer);
  void unregister_peer(Peer& peer);
  // The way to peers (followed_links.cpp).
  void link_lost(const netlink::Link& link);
  void way_changed(NextHopId id);
  // `peer` has stale routes to be removed.
  void sweep(Peer& peer);

  // Ends all sessions, gracefully where that was agreed on, and does nothing more: what the kernel holds stays for the
  // next run.
  void stop();
  bool stopping() const { return stopping_; }

 private:
  void tell_peers(bool more);
  void flush_group(UpdateGroup& group);
  void send(UpdateGroup& group, const OutBatch& batch);
  void send_marks(UpdateGroup& group, const OutBatch& batch);
  std::vector<std::string> allocate(const config::Config& next);
  bool sweep_peers();
  void refresh_what_waits();
  void release_sources();
  void remove_instances();
  void configure_instance(const config::VpnInstance& wanted);
  std::optional<AttrId> local_attributes(InstanceId id, const Prefix& prefix, LocalRoute kind);
  std::shared_ptr<const CompiledPolicy> local_policy(const config::VpnInstance& instance, const Prefix& prefix,
                                                     LocalRoute kind) const;

  boost::asio::io_context& io_;
  const Log& log_;
  EventFeed feed_;
  FeedSources feed_sources_{*this};
  config::StateFile state_;
  Restart restart_;
  Core core_;
  LabelPool label_pool_;
  std::unique_ptr<KernelSide> kernel_;
  config::Config config_;
  PolicyTable policies_;
  std::map<std::string, std::unique_ptr<Instance>> instances_;
  std::vector<Peer*> peers_;                // by PeerId; null for other sources
  std::unordered_set<RouteTable*> untold_;  // whose peers have yet to be told of changes
  unsigned slices_untold_ = 0;
  std::vector<Peer*> sweeping_;
  std::vector<PeerId> left_;  // of peers that are gone, until no table remembers them
  std::unique_ptr<Jobs> jobs_;
  std::function<void()> wake_ = [] {};
  TimePoint started_;
  bool stopping_ = false;
};

}  // namespace vrfd
