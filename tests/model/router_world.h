// A whole router over a kernel that outlives it, both moved by a test: what is told to it, what others do to the
// kernel, and restarts. What the kernel holds in the end can be compared with what a fresh start makes of the same
// world.
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "daemon/router/router.h"
#include "tests/model/fake_kernel.h"

namespace vrfd::model {

inline constexpr unsigned core_links = 2;
inline constexpr unsigned sites = 3;
inline constexpr unsigned loopbacks = 3;  // of other PEs
inline constexpr unsigned vpn_peers = 2;

// One VPN route of one peer.
struct VpnRoute {
  unsigned target = 0;
  unsigned loopback = 0;
  unsigned label = 0;
  bool operator==(const VpnRoute&) const = default;
};

struct ConfiguredInstance {
  std::set<unsigned> import_targets;
  std::set<unsigned> interfaces;  // sites
  bool operator==(const ConfiguredInstance&) const = default;
};

// Everything that decides what the kernel must hold.
struct RouterWorld {
  struct RouteKey {
    unsigned peer = 0;
    unsigned rd = 0;
    unsigned prefix = 0;
    auto operator<=>(const RouteKey&) const = default;
  };
  std::map<unsigned, ConfiguredInstance> instances;
  std::map<RouteKey, VpnRoute> routes;
  std::set<unsigned> core_up{0, 1};
  // By loopback: the core link that leads there.
  std::map<unsigned, unsigned> way;
};

class RouterBox {
 public:
  // A fresh system in that world.
  explicit RouterBox(const RouterWorld& world);
  ~RouterBox();

  // ---- the world changes
  void configure(const RouterWorld& world);
  void announce(const RouterWorld::RouteKey& key, const VpnRoute& route);
  void withdraw(const RouterWorld::RouteKey& key);
  void set_core_link(unsigned link, bool up);
  // The other daemon that knows the core sets the ways over the links that are up.
  void set_ways(const RouterWorld& world);

  // ---- what others do, and what is made good
  void delete_vrf_device(unsigned instance);
  void set_vrf_device(unsigned instance, bool up);
  void take_site_out(unsigned site);
  void delete_route(unsigned choice);
  void delete_object(unsigned choice);
  void flush_table(unsigned instance);
  void lose_notifications(bool on) { kernel_.lose_notifications(on); }
  void delay(bool on) { kernel_.delay(on); }
  void answer(std::size_t count) { kernel_.run(count); }
  void refuse(std::function<int(const netlink::Change&)> refusal) { kernel_.refuse = std::move(refusal); }

  // ---- the router
  // It dies and starts again in `world`; the kernel keeps what it has.
  void restart(const RouterWorld& world);
  // Some work, and `ahead` of time.
  void run(unsigned rounds, Duration ahead = {});
  // All work, retries and deferrals included.
  void finish();

  // What the kernel holds of vrfd's, one line each.
  std::vector<std::string> held() const;

 private:
  void start(const RouterWorld& world);
  std::string name_of(IfIndex index) const;
  std::string text_of(const netlink::KernelRoute& route) const;
  std::string text_of(const netlink::Link& link) const;
  IfIndex device_of(unsigned instance) const;

  netlink::FakeKernel kernel_;
  std::string folder_;
  boost::asio::io_context io_;
  Log log_;
  std::unique_ptr<Router> router_;
  Duration ahead_{};  // of the clock
};

}  // namespace vrfd::model
