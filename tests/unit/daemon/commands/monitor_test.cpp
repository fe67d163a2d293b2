#include "tests/unit/daemon/commands/router_bench.h"

using namespace vrfd;
using nlohmann::json;

namespace {

constexpr const char* configuration = R"({
  "as": 65000, "router_id": "10.255.0.1", "listen_port": 10179,
  "vpn_instances": {
    "red": { "rd": "65000:1", "table": 1001, "interfaces": ["e1"],
             "peers": { "192.0.2.2": { "as": 65101, "passive": true,
                                       "families": { "ipv4": { "import_policy": "any", "export_policy": "any" } } } } } },
  "policies": { "any": [{ "then": "accept" }] } })";

const std::vector<Asn> path{Asn{65101}};

struct Bench : RouterBench {
  Bench() : RouterBench(configuration) {
    commands::add_monitor_commands(methods, context);
    kernel.set_route(kernel_route(1001, "192.0.2.0/24", 1));
    settle();
  }
  Peer& ce() { return peer("red", "192.0.2.2"); }
  std::shared_ptr<BenchChannel> monitor(const json& params = json::object()) {
    auto channel = call("monitor", params);
    run_posted();
    return channel;
  }
  // A job that ends at once.
  void refresh() {
    protocol::RefreshRequest request;
    request.vpn_instance = "red";
    request.local = true;
    router.jobs().refresh(request, Clock::now());
    settle();
  }
};

std::vector<json> rows(const BenchChannel& channel) {
  std::vector<json> found;
  for (const json& line : channel.lines)
    if (line.contains("method")) found.push_back(line["params"]["row"]);
  return found;
}

std::vector<std::string> events(const BenchChannel& channel) {
  std::vector<std::string> found;
  for (const json& row : rows(channel))
    found.push_back(row["topic"].get<std::string>() + " " +
                    row[row["topic"] == "gap" ? "reason" : "event"].get<std::string>());
  return found;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("monitor: a route from the peer to the kernel and away again") {
  Bench bench;
  const auto channel = bench.monitor();
  bench.announce(bench.ce(), Family::ipv4, "10.1.0.0/16", path);
  bench.settle();
  bench.announce(bench.ce(), Family::ipv4, "10.1.0.0/16", {Asn{65101}, Asn{65109}});
  bench.settle();
  bench.withdraw(bench.ce(), Family::ipv4, "10.1.0.0/16");
  bench.settle();
  CHECK(events(*channel) == Texts{"routes added", "fib added", "routes changed", "routes withdrawn", "fib deleted"});
  const auto seen = rows(*channel);
  CHECK(seen[0]["prefix"] == "10.1.0.0/16");
  CHECK(seen[0]["vpn_instance"] == "red");
  CHECK(seen[0]["next_hop"] == "192.0.2.2");
  CHECK(seen[0]["peer"] == "192.0.2.2");
  CHECK(seen[1]["table"] == 1001);
  CHECK(seen[3]["peer"].is_null());
  for (std::size_t i = 1; i != seen.size(); ++i)
    CHECK(seen[i]["cursor"].get<std::uint64_t>() == seen[i - 1]["cursor"].get<std::uint64_t>() + 1);
}

TEST_CASE("monitor: what the kernel refuses, and only the topics asked for") {
  Bench bench;
  const auto channel = bench.monitor({{"topics", {"fib", "jobs"}}});
  bench.kernel.refuse = [](const netlink::Change& change) {
    return std::holds_alternative<netlink::ReplaceRoute>(change) ? 28 : 0;
  };
  bench.announce(bench.ce(), Family::ipv4, "10.1.0.0/16", path);
  bench.run();
  REQUIRE(events(*channel) == Texts{"fib failed"});
  CHECK(rows(*channel)[0]["error"].is_string());
  bench.refresh();
  const auto seen = events(*channel);
  CHECK(std::count(seen.begin(), seen.end(), "jobs started") == 1);
  CHECK(std::count(seen.begin(), seen.end(), "jobs finished") == 1);
  CHECK(std::count(seen.begin(), seen.end(), "routes added") == 0);
}

TEST_CASE("monitor: since a cursor, what came after it and then on") {
  Bench bench;
  const auto first = bench.monitor();
  bench.announce(bench.ce(), Family::ipv4, "10.1.0.0/16", path);
  bench.settle();
  first->is_open = false;
  const std::uint64_t cursor = rows(*first).at(0)["cursor"];
  bench.announce(bench.ce(), Family::ipv4, "10.2.0.0/16", path);
  bench.settle();
  const auto second = bench.monitor({{"since", std::to_string(cursor)}});
  CHECK(events(*second) == Texts{"fib added", "routes added", "fib added"});
  bench.refresh();
  CHECK(events(*second).size() == 5);
  CHECK(bench.monitor({{"since", "some"}})->lines[0]["error"]["data"]["code"] == "usage");
}

TEST_CASE("monitor: a gap where not all can be given") {
  Bench bench;
  EventFeed& feed = bench.router.feed();
  bench.refresh();
  const auto unrecorded = bench.monitor({{"since", std::to_string(feed.last())}});
  CHECK(events(*unrecorded) == Texts{"gap not_recorded"});
  CHECK(rows(*unrecorded)[0]["missed"].is_null());
  const auto other_run = bench.monitor({{"since", "77"}});
  CHECK(events(*other_run) == Texts{"gap restarted", "jobs started", "jobs finished"});
  const auto all = bench.monitor({{"since", "0"}});
  CHECK(events(*all) == Texts{"jobs started", "jobs finished"});

  for (std::size_t i = 0; i != EventFeed::capacity + 5; ++i) feed.add(protocol::JobEvent{.event = "started"});
  const auto late = bench.monitor({{"since", std::to_string(feed.base() + 1)}});
  const auto seen = rows(*late);
  REQUIRE(seen.size() == EventFeed::capacity + 1);
  CHECK(seen[0]["topic"] == "gap");
  CHECK(seen[0]["reason"] == "dropped");
  CHECK(seen[0]["missed"] == 6);
  CHECK(seen[1]["cursor"].get<std::uint64_t>() == seen[0]["cursor"].get<std::uint64_t>() + 1);
}

TEST_CASE("monitor: a client that does not read is sent nothing, and later a gap and the rest") {
  Bench bench;
  EventFeed& feed = bench.router.feed();
  const auto channel = bench.monitor();
  channel->is_ready = false;
  for (std::size_t i = 0; i != EventFeed::capacity + 10; ++i) feed.add(protocol::JobEvent{.event = "started"});
  bench.run_posted();
  CHECK(channel->lines.empty());
  CHECK(bench.posted.empty());
  channel->read_again();
  bench.run_posted();
  const auto seen = rows(*channel);
  REQUIRE(seen.size() == EventFeed::capacity + 1);
  CHECK(seen[0]["missed"] == 10);
}

TEST_CASE("monitor: one that went is forgotten at the next row") {
  Bench bench;
  const auto channel = bench.monitor();
  channel->is_open = false;
  bench.router.feed().add(protocol::JobEvent{.event = "started"});
  bench.run_posted();
  CHECK(channel->lines.empty());
  bench.router.feed().look(Clock::now() + 2 * EventFeed::patience);
  CHECK_FALSE(bench.router.feed().recording());
}
