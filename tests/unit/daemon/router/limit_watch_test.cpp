#include "daemon/router/limit_watch.h"

#include <doctest/doctest.h>

using namespace vrfd;

TEST_CASE("a rise to the threshold and over the limit is told once each") {
  const config::MaximumPrefixes limit{.limit = 100, .warning_percent = 80};
  LimitWatch watch;
  CHECK_FALSE(watch.update(limit, 80));
  CHECK(watch.update(limit, 81) == LimitState::warning);
  CHECK_FALSE(watch.update(limit, 100));
  CHECK(watch.update(limit, 101) == LimitState::over);
  CHECK_FALSE(watch.update(limit, 500));
  CHECK_FALSE(watch.update(limit, 100));
  CHECK(watch.state() == LimitState::warning);
  CHECK(watch.update(limit, 101) == LimitState::over);
}

TEST_CASE("a count that swings about the threshold is told again only after it fell well below") {
  const config::MaximumPrefixes limit{.limit = 100, .warning_percent = 80};
  LimitWatch watch;
  CHECK(watch.update(limit, 81) == LimitState::warning);
  CHECK_FALSE(watch.update(limit, 79));
  CHECK_FALSE(watch.update(limit, 81));
  CHECK_FALSE(watch.update(limit, 75));
  CHECK(watch.state() == LimitState::within);
  CHECK(watch.update(limit, 81) == LimitState::warning);
}

TEST_CASE("the text names family, count and limit") {
  CHECK(limit_text(Family::vpnv6, 4, {.limit = 3}) == "vpnv6: 4 prefixes, the limit is 3");
}
