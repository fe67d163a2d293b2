// Random histories of a whole router: VPN routes, targets, instances, core links, what others do to devices, tables and
// next-hop objects, lost notifications, late answers, refusals, restarts. In the end the kernel holds what a fresh
// start in the same world makes it hold.
#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <random>

#include "tests/model/router_world.h"

namespace vrfd::model {
namespace {

constexpr unsigned most_instances = 3;

class History {
 public:
  explicit History(std::uint32_t seed) : random_(seed), box_(begun()) {}

  void go(unsigned steps) {
    for (unsigned i = 0; i != steps; ++i) {
      happen();
      if (roll(3) != 0) box_.run(1, std::chrono::milliseconds(roll(400)));
    }
    // Who sets a device down wants it down, so the same has to set it up.
    for (unsigned number = 1; number <= most_instances; ++number) box_.set_vrf_device(number, true);
    box_.finish();
  }
  std::vector<std::string> held() const { return box_.held(); }
  std::vector<std::string> expected() const {
    RouterBox fresh(world_);
    fresh.finish();
    return fresh.held();
  }

 private:
  unsigned roll(unsigned sides) { return std::uniform_int_distribution<unsigned>(0, sides - 1)(random_); }
  unsigned instance() { return 1 + roll(most_instances); }

  const RouterWorld& begun() {
    for (unsigned loopback = 0; loopback != loopbacks; ++loopback) world_.way[loopback] = loopback % core_links;
    world_.instances[1] = {{0}, {0}};
    return world_;
  }

  void happen() {
    switch (roll(21)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        return announce();
      case 5:
      case 6:
        return withdraw();
      case 7:
        return other_targets();
      case 8:
        return add_or_remove_instance();
      case 9:
        return core_link();
      case 10:
        return other_way();
      case 11:
        return box_.delete_vrf_device(instance());
      case 12:
        return box_.set_vrf_device(instance(), roll(2) == 0);
      case 13:
        return box_.take_site_out(roll(sites));
      case 14:
        return box_.delete_route(roll(100));
      case 15:
        return box_.delete_object(roll(100));
      case 16:
        return box_.flush_table(instance());
      case 17:
        return box_.lose_notifications(roll(2) == 0);
      case 18:
        return late_answers();
      case 19:
        return refusals();
      default:
        return restart();
    }
  }

  void announce() {
    const RouterWorld::RouteKey key{roll(vpn_peers), roll(2), roll(6)};
    world_.routes[key] = {roll(3), roll(loopbacks), roll(2)};
    box_.announce(key, world_.routes[key]);
  }
  void withdraw() {
    if (world_.routes.empty()) return;
    auto at = world_.routes.begin();
    std::advance(at, roll(static_cast<unsigned>(world_.routes.size())));
    box_.withdraw(at->first);
    world_.routes.erase(at);
  }
  void other_targets() {
    const auto at = world_.instances.find(instance());
    if (at == world_.instances.end()) return;
    const unsigned target = roll(3);
    if (at->second.import_targets.erase(target) == 0) at->second.import_targets.insert(target);
    box_.configure(world_);
  }
  // Instance n has the site before it.
  void add_or_remove_instance() {
    const unsigned number = instance();
    if (world_.instances.erase(number) == 0) world_.instances[number] = {{roll(3)}, {number - 1}};
    box_.configure(world_);
  }
  void core_link() {
    const unsigned link = roll(core_links);
    const bool up = world_.core_up.erase(link) == 0;
    if (up) world_.core_up.insert(link);
    box_.set_core_link(link, up);
    if (roll(2) == 0) box_.run(1);
    box_.set_ways(world_);
  }
  void other_way() {
    const unsigned loopback = roll(loopbacks);
    if (roll(4) == 0)
      world_.way.erase(loopback);
    else
      world_.way[loopback] = roll(core_links);
    box_.set_ways(world_);
  }
  void late_answers() {
    if (roll(2) == 0) return box_.delay(roll(2) == 0);
    box_.answer(roll(10));
  }
  // Of every fifth change or so, for a while.
  void refusals() {
    if (roll(2) == 0) return box_.refuse(nullptr);
    box_.refuse(
        [random = std::mt19937(roll(1000))](const netlink::Change&) mutable { return random() % 5 == 0 ? ENOMEM : 0; });
  }
  void restart() {
    if (roll(2) == 0) withdraw_unheard();
    box_.restart(world_);
  }
  // What a peer took back while the router was not there.
  void withdraw_unheard() {
    if (!world_.routes.empty()) world_.routes.erase(world_.routes.begin());
  }

  std::mt19937 random_;
  RouterWorld world_;
  RouterBox box_;
};

}  // namespace

TEST_CASE("whatever happened, the kernel holds what a fresh start makes it hold") {
  for (std::uint32_t seed = 0; seed != 500; ++seed) {
    CAPTURE(seed);
    History history(seed);
    history.go(50);
    const auto expected = history.expected();
    const auto held = history.held();
    CHECK(held.size() == expected.size());
    for (const std::string& line : expected)
      CHECK_MESSAGE(std::find(held.begin(), held.end(), line) != held.end(), "missing: ", line);
    for (const std::string& line : held)
      CHECK_MESSAGE(std::find(expected.begin(), expected.end(), line) != expected.end(), "not expected: ", line);
    if (held != expected) return;
  }
}

}  // namespace vrfd::model
