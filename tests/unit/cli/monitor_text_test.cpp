#include "cli/monitor_text.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "daemon/protocol/monitor_row.h"

using namespace vrfd;
using namespace vrfd::protocol;

namespace {

template <class Event>
std::string line_of(const Event& event) {
  return cli::monitor_line(cli::Json::parse(monitor_row(7, "NOW", event)));
}

}  // namespace

TEST_CASE("a row of each topic is one readable line") {
  CHECK(
      line_of(PeerEvent{.event = "down", .peer = "192.0.2.2", .vpn_instance = "red", .as = 65101, .reason = "local"}) ==
      "NOW peers down 192.0.2.2 as 65101 vpn-instance red reason: local cursor 7");
  CHECK(line_of(RouteEvent{.event = "added",
                           .family = "ipv4",
                           .prefix = "10.0.0.0/8",
                           .next_hop = "192.0.2.9",
                           .peer = "192.0.2.2",
                           .rd = "65000:1"}) ==
        "NOW routes added from 192.0.2.2 10.0.0.0/8 next-hop 192.0.2.9 rd 65000:1 cursor 7");
  CHECK(line_of(FibEvent{.event = "failed", .table = 1001, .prefix = "10.0.0.0/8", .error = "no space"}) ==
        "NOW fib failed 10.0.0.0/8 table 1001 error: no space cursor 7");
  CHECK(line_of(FibEvent{.event = "audit", .audit = FibAuditCounts{.missing = 2, .repaired = 2}}) ==
        "NOW fib audit missing=2 foreign=0 different=0 repaired=2 cursor 7");
  CHECK(line_of(JobEvent{.event = "finished",
                         .job = 3,
                         .kind = "refresh",
                         .direction = "import",
                         .state = "done",
                         .elapsed_ms = 12}) == "NOW jobs finished 3 refresh import done ms 12 cursor 7");
  CHECK(line_of(GapEvent{.missed = 5, .reason = "dropped"}) == "NOW gap rows missed: 5 dropped");
}
