// Random histories of the routing core: routes come and go, targets and route distinguishers change, instances and
// sessions come and go, policies are refreshed, next hops die, memberships move, peers read in bits. Whatever the way,
// the end is that of a core which was told the last state only.
#include <doctest/doctest.h>

#include <random>
#include <sstream>

#include "tests/model/core_world.h"

namespace vrfd::model {
namespace {

class History {
 public:
  explicit History(unsigned seed) : random_(seed) {
    for (std::size_t number = 0; number != instances; ++number) change_instance(number, true);
    for (std::size_t number = 0; number != peers; ++number) toggle(number);
  }

  void go_on() {
    const std::size_t peer = pick(peers);
    switch (pick(16)) {
      case 0:
        return change_instance(pick(instances), chance(8));
      case 1:
        return chance(3) ? toggle(peer)
                         : box.ask_again(peer, chance(2) ? SyncKind::refresh : SyncKind::enhanced_refresh);
      case 2:
        world.peer[peer].accepts = chance(2);
        return box.judge(peer, world);
      case 3:
        world.peer[peer].outgoing = static_cast<unsigned>(pick(4));
        return box.export_by(peer, world);
      case 4:
        return change_wishes(ces + pick(vpn_peers));
      case 5: {
        const auto next_hop = static_cast<unsigned>(pick(4));
        world.reachable[next_hop] = !world.reachable[next_hop];
        return box.reach(next_hop, world.reachable[next_hop]);
      }
      case 6:
      case 7:
        return box.step(1 + pick(30));
      case 8:
      case 9:
        return box.read(peer, 1 + pick(20));
      default:
        return change_route(peer, static_cast<unsigned>(pick(prefixes)));
    }
  }

  // A core that is told the present state and nothing else.
  std::string fresh_view() const {
    Box fresh;
    for (unsigned next_hop = 0; next_hop != 4; ++next_hop) fresh.reach(next_hop, world.reachable[next_hop]);
    for (std::size_t number = 0; number != instances; ++number) fresh.set_instance(number, world.vpn[number]);
    for (std::size_t number = 0; number != peers; ++number) fresh.set_up(number, world);
    fresh.finish();
    return fresh.view();
  }

  World world;
  Box box;

 private:
  std::size_t pick(std::size_t count) { return random_() % count; }
  bool chance(unsigned one_in) { return pick(one_in) == 0; }
  std::set<unsigned> some_targets() {
    std::set<unsigned> targets;
    for (unsigned number = 1; number != 5; ++number)
      if (chance(2)) targets.insert(number);
    return targets;
  }

  void toggle(std::size_t peer) {
    world.peer[peer].up = !world.peer[peer].up;
    box.set_up(peer, world);
  }

  void change_instance(std::size_t number, bool toggles) {
    Instance& instance = world.vpn[number];
    if (toggles) instance.exists = !instance.exists;
    instance.rd = static_cast<unsigned>(10 * (number + 1) + pick(2));
    instance.imports = some_targets();
    instance.exports = some_targets();
    box.set_instance(number, instance);
    if (!toggles) return;
    for (std::size_t peer : {2 * number, 2 * number + 1}) box.set_up(peer, world);
  }

  void change_route(std::size_t peer, unsigned prefix) {
    auto& routes = world.peer[peer].routes;
    if (chance(3) && routes.contains(prefix)) {
      routes.erase(prefix);
      return box.withdraw(peer, prefix);
    }
    routes[prefix] = {.local_preference = static_cast<std::uint32_t>(100 + pick(2)),
                      .path_length = static_cast<unsigned>(1 + pick(2)),
                      .next_hop = static_cast<unsigned>(pick(4)),
                      .targets = some_targets(),
                      .label = static_cast<std::uint32_t>(16 + pick(3))};
    box.announce(peer, prefix, world);
  }

  void change_wishes(std::size_t peer) {
    world.peer[peer].says_what_it_wants = chance(2);
    world.peer[peer].wants = some_targets();
    box.want(peer, world);
  }

  std::mt19937 random_;
};

// Lines of one that the other has not.
std::string difference(const std::string& told, const std::string& fresh) {
  const auto lines = [](const std::string& text) {
    std::multiset<std::string> found;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) found.insert(line);
    return found;
  };
  const auto a = lines(told), b = lines(fresh);
  std::string text;
  for (const std::string& line : a)
    if (!b.contains(line)) text += "only after the history: " + line + "\n";
  for (const std::string& line : b)
    if (!a.contains(line)) text += "only in the fresh one: " + line + "\n";
  return text;
}

}  // namespace

TEST_CASE("whatever the history, the core ends where a fresh one begins") {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    History history(seed);
    for (unsigned round = 0; round != 4; ++round) {
      CAPTURE(round);
      for (unsigned step = 0; step != 250; ++step) history.go_on();
      history.box.finish();
      REQUIRE(difference(history.box.view(), history.fresh_view()) == "");
    }
    history.box.clear();
    REQUIRE(history.box.view() == "");
    REQUIRE(history.box.attribute_sets() == 0);
  }
}

}  // namespace vrfd::model
