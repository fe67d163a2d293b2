#include "daemon/bgp/selection_deferral.h"

#include <doctest.h>

namespace vrfd::bgp {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{};
constexpr ExpectedTable away{};
constexpr ExpectedTable whole{
    .established = true, .says_end_of_rib = true, .restarting = false, .end_of_rib = true, .last_heard = {}};
constexpr ExpectedTable sending{.established = true, .says_end_of_rib = true};
constexpr ExpectedTable restarting{.established = true, .says_end_of_rib = true, .restarting = true};

SelectionDeferral begun() {
  SelectionDeferral deferral;
  deferral.begin(start + 120s);
  return deferral;
}

TEST_CASE("a first start waits for nobody") {
  SelectionDeferral deferral;
  CHECK_FALSE(deferral.look({away}, start));
  CHECK_FALSE(deferral.selecting());
  CHECK_FALSE(deferral.relearning());
}

TEST_CASE("a restart is over when all have said End-of-RIB (RFC 4724, 4.1)") {
  SelectionDeferral deferral = begun();
  CHECK_FALSE(deferral.look({whole, sending}, start));
  CHECK_FALSE(deferral.look({whole, away}, start));
  CHECK(deferral.selecting());
  CHECK(deferral.look({whole, whole}, start));
  CHECK_FALSE(deferral.selecting());
  CHECK_FALSE(deferral.relearning());
  CHECK_FALSE(deferral.timed_out());
}

TEST_CASE("nobody is waited for beyond the deadline") {
  SelectionDeferral deferral = begun();
  CHECK_FALSE(deferral.look({away}, start + 119s));
  CHECK(deferral.look({away}, start + 120s));
  CHECK_FALSE(deferral.selecting());
  CHECK_FALSE(deferral.relearning());
  CHECK(deferral.timed_out());
}

TEST_CASE("two that restart wait for each other while they speak, and keep what they may learn again") {
  SelectionDeferral deferral = begun();
  const TimePoint quiet = start + SelectionDeferral::quiet_time;
  CHECK_FALSE(deferral.look({whole, restarting}, quiet - 1s));
  CHECK(deferral.look({whole, restarting}, quiet));
  CHECK_FALSE(deferral.selecting());
  CHECK(deferral.relearning());
  CHECK_FALSE(deferral.look({whole, restarting}, quiet + 1s));
  CHECK(deferral.look({whole, whole}, quiet + 2s));
  CHECK_FALSE(deferral.relearning());
}

TEST_CASE("a peer that says it restarts has been heard with its End-of-RIB") {
  SelectionDeferral deferral = begun();
  ExpectedTable table = restarting;
  CHECK_FALSE(deferral.look({whole, table}, start));
  table.end_of_rib = true;
  CHECK(deferral.look({whole, table}, start + 1s));
  CHECK_FALSE(deferral.selecting());
}

TEST_CASE("a peer that never says End-of-RIB has been heard when it is quiet") {
  SelectionDeferral deferral = begun();
  const ExpectedTable plain{.established = true, .last_heard = start + 3s};
  CHECK_FALSE(deferral.look({plain}, start + 7s));
  CHECK(deferral.look({plain}, start + 3s + SelectionDeferral::quiet_time));
  CHECK_FALSE(deferral.relearning());
}

}  // namespace
}  // namespace vrfd::bgp
