// A peer that comes and goes, gracefully or not, against a table that remembers for each route under which session it
// came: whatever happens, no route outlives what was agreed on, and none goes that may stay.
#include "daemon/bgp/stale_routes.h"

#include <doctest.h>

#include <map>
#include <random>
#include <utility>

namespace vrfd::bgp {
namespace {

using namespace std::chrono_literals;
using Action = StaleRoutes::Action;

class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {}

  void turn() {
    now_ += std::chrono::seconds(pick(40));
    while (routes_.deadline() && *routes_.deadline() <= now_) carry_out(routes_.expired(*routes_.deadline()));
    switch (pick(6)) {
      case 0:
        return lose();
      case 1:
        return come_back();
      case 2:
        return end_of_rib();
      default:
        return announce();
    }
  }

  void check() const {
    const bool kept = routes_.state() != StaleRoutes::State::none;
    for (const auto& [prefix, route] : table_) {
      // A route of an earlier session is there only while something is kept, and never beyond its time.
      CHECK((route.session == session_ || kept));
      if (route.session != session_ || !up_) CHECK(now_ <= route.until);
      CHECK((!route.depreferenced || route.stale));
    }
    if (up_) CHECK((!kept || routes_.state() == StaleRoutes::State::resyncing));
    if (kept) CHECK(*routes_.deadline() > now_);
  }

 private:
  struct Route {
    unsigned session = 0;
    bool stale = false;
    bool depreferenced = false;
    TimePoint until = TimePoint::max();
  };

  unsigned pick(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  void lose() {
    if (!std::exchange(up_, false)) return;
    std::optional<StaleRoutes::Terms> terms;
    if (pick(4) != 0)
      terms = StaleRoutes::Terms{.restart_time = std::chrono::seconds(pick(3) * 60 + 30),
                                 .stale_time = 200s,
                                 .long_lived_time = std::chrono::seconds(pick(2) * 400)};
    const TimePoint limit = terms ? now_ + 200s + terms->long_lived_time : now_;
    carry_out(routes_.session_down(terms, now_));
    for (auto& [prefix, route] : table_) route.until = std::min(route.until, limit);
  }

  void come_back() {
    if (std::exchange(up_, true)) return;
    ++session_;
    carry_out(routes_.session_up(pick(3) != 0));
  }

  void end_of_rib() {
    if (!up_) return;
    carry_out(routes_.end_of_rib());
    for (const auto& [prefix, route] : table_) CHECK(route.session == session_);
  }

  void announce() {
    if (up_) table_[pick(20)] = Route{.session = session_};
  }

  void carry_out(Action action) {
    if (action == Action::keep) std::erase_if(table_, [](const auto& entry) { return entry.second.stale; });
    if (action == Action::drop_all) table_.clear();
    if (action == Action::drop_stale) std::erase_if(table_, [](const auto& entry) { return entry.second.stale; });
    if (action == Action::keep || action == Action::depreference)
      for (auto& [prefix, route] : table_) route.stale = true;
    if (action == Action::depreference)
      for (auto& [prefix, route] : table_) route.depreferenced = true;
  }

  std::mt19937_64 random_;
  TimePoint now_{};
  bool up_ = false;
  unsigned session_ = 0;
  StaleRoutes routes_;
  std::map<unsigned, Route> table_;
};

TEST_CASE("a peer that comes and goes leaves nothing behind beyond its time") {
  for (std::uint64_t seed = 1; seed != 60; ++seed) {
    World world(seed);
    for (int i = 0; i != 400; ++i) {
      world.turn();
      world.check();
    }
  }
}

}  // namespace
}  // namespace vrfd::bgp
