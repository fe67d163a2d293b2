#include "daemon/bgp/stale_routes.h"

#include <doctest.h>

namespace vrfd::bgp {
namespace {

using namespace std::chrono_literals;
using Action = StaleRoutes::Action;
using State = StaleRoutes::State;

constexpr TimePoint start{};
const StaleRoutes::Terms graceful{.restart_time = 120s, .stale_time = 300s, .long_lived_time = 0s};
const StaleRoutes::Terms both{.restart_time = 120s, .stale_time = 300s, .long_lived_time = 3600s};
const StaleRoutes::Terms long_lived_alone{.restart_time = 0s, .stale_time = 300s, .long_lived_time = 3600s};

TEST_CASE("without an agreement everything goes with the session") {
  StaleRoutes routes;
  CHECK(routes.session_down(std::nullopt, start) == Action::drop_all);
  CHECK(routes.state() == State::none);
  CHECK_FALSE(routes.deadline());
  CHECK(routes.session_up(true) == Action::none);
}

TEST_CASE("routes stay for the restart time, and until End-of-RIB of the new session (RFC 4724, 4.2)") {
  StaleRoutes routes;
  CHECK(routes.session_down(graceful, start) == Action::keep);
  CHECK(routes.deadline() == start + 120s);
  CHECK(routes.expired(start + 119s) == Action::none);
  CHECK(routes.end_of_rib() == Action::none);
  CHECK(routes.session_up(true) == Action::none);
  CHECK(routes.state() == State::resyncing);
  CHECK(routes.deadline() == start + 300s);
  CHECK(routes.end_of_rib() == Action::drop_stale);
  CHECK(routes.end_of_rib() == Action::none);
  CHECK(routes.state() == State::none);
}

TEST_CASE("a peer that does not come back, has lost its forwarding, or never says End-of-RIB") {
  StaleRoutes routes;
  routes.session_down(graceful, start);
  CHECK(routes.expired(start + 120s) == Action::drop_stale);
  CHECK(routes.state() == State::none);
  routes.session_down(graceful, start);
  CHECK(routes.session_up(false) == Action::drop_stale);
  CHECK(routes.state() == State::none);
  routes.session_down(graceful, start);
  routes.session_up(true);
  CHECK(routes.expired(start + 299s) == Action::none);
  CHECK(routes.expired(start + 300s) == Action::drop_stale);
}

TEST_CASE("the configuration bounds what the peer asks for") {
  StaleRoutes routes;
  routes.session_down(StaleRoutes::Terms{.restart_time = 4095s, .stale_time = 60s, .long_lived_time = 0s}, start);
  CHECK(routes.deadline() == start + 60s);
}

TEST_CASE("a session that ends before End-of-RIB keeps what came in it; what was stale before goes") {
  StaleRoutes routes;
  routes.session_down(graceful, start);
  routes.session_up(true);
  CHECK(routes.session_down(graceful, start + 10s) == Action::keep);
  CHECK(routes.deadline() == start + 130s);
  CHECK(routes.session_down(std::nullopt, start + 20s) == Action::drop_all);
}

TEST_CASE("after the restart time the long-lived time runs, also while the peer sends again (RFC 9494, 4.3)") {
  StaleRoutes routes;
  routes.session_down(both, start);
  CHECK(routes.expired(start + 120s) == Action::depreference);
  CHECK(routes.state() == State::long_lived);
  CHECK(routes.deadline() == start + 120s + 3600s);
  CHECK(routes.session_up(true) == Action::none);
  CHECK(routes.deadline() == start + 120s + 3600s);
  CHECK(routes.end_of_rib() == Action::drop_stale);

  routes.session_down(both, start);
  routes.expired(start + 120s);
  CHECK(routes.expired(start + 120s + 3600s) == Action::drop_stale);
  CHECK(routes.state() == State::none);
}

TEST_CASE("without a restart time the long-lived time begins at once") {
  StaleRoutes routes;
  CHECK(routes.session_down(long_lived_alone, start) == Action::depreference);
  CHECK(routes.state() == State::long_lived);
}

TEST_CASE("the operator's word ends it") {
  StaleRoutes routes;
  CHECK(routes.give_up() == Action::none);
  routes.session_down(both, start);
  CHECK(routes.give_up() == Action::drop_stale);
  CHECK_FALSE(routes.deadline());
}

}  // namespace
}  // namespace vrfd::bgp
