// What a peer does with its configuration while its session is up, and after.
#include "tests/unit/daemon/commands/router_bench.h"
#include "vrf/types/text.h"

using namespace vrfd;
using nlohmann::json;

namespace {

std::string configuration(const std::string& top = R"("as": 65000)", const std::string& peer = R"("as": 65101)",
                          const std::string& families = R"("ipv4": {}, "ipv6": {})") {
  return "{" + top + R"(, "router_id": "10.255.0.1", "listen_port": 10179, "ebgp_requires_policy": false,
    "vpn_instances": { "red": { "rd": "65000:1", "table": 1001, "interfaces": ["e1"],
      "peers": { "192.0.2.2": { "passive": true, )" +
         peer + R"(, "families": {)" + families + "} } } } } }";
}

struct Bench : RouterBench {
  explicit Bench(const std::string& config = configuration()) : RouterBench(config) {
    commands::add_job_commands(methods, context);
    commands::add_pending_commands(methods, context);
    kernel.set_route(kernel_route(1001, "192.0.2.0/24", 1));
    settle();
  }
  Peer& ce() { return peer("red", "192.0.2.2"); }
  bgp::SessionUser& session() { return ce(); }

  void come_up() {
    bgp::SessionContext agreed;
    agreed.peer_as = ce().configured().as;
    for (const auto& [family, settings] : ce().configured().families) agreed.families.add(family);
    bgp::Open open;
    open.asn = ce().configured().as;
    open.router_id = *IpAddress::from("192.0.2.2");
    const bgp::Endpoints ends{*IpAddress::from("192.0.2.1"), *IpAddress::from("192.0.2.2")};
    session().established({agreed, open, open, ends, std::chrono::seconds(90)});
    settle();
  }
  void apply(const std::string& config) {
    const auto parsed = config::parse(config);
    REQUIRE_MESSAGE(parsed.has_value(), (parsed ? "" : to_string(parsed.error())));
    REQUIRE(router.apply(*parsed).empty());
    settle();
  }
  json pending() { return call("show_pending", json::object())->lines.at(0)["result"]["pending"]; }
  std::size_t routes(Family family) {
    return ce().family(family) != nullptr ? ce().family(family)->in.counts().received : 0;
  }
};

}  // namespace

TEST_CASE("a family that left the configuration goes on until the session ends") {
  Bench bench;
  bench.come_up();
  bench.announce(bench.ce(), Family::ipv6, "2001:db8::/32", {Asn{65101}});
  bench.apply(configuration(R"("as": 65000)", R"("as": 65101)", R"("ipv4": {})"));
  REQUIRE(bench.pending().size() == 1);
  CHECK(bench.pending()[0]["change"] == "families");
  CHECK(bench.routes(Family::ipv6) == 1);
  bgp::Update update;
  update.withdrawn = {{Family::ipv6, {{{{}, *Prefix::from("2001:db8::/32")}, 0, {}}}, {}, {}, false}};
  bench.session().update(update);
  CHECK(bench.routes(Family::ipv6) == 0);
  bench.announce(bench.ce(), Family::ipv6, "2001:db8::/32", {Asn{65101}});
  bench.session().down({.at = Clock::now(), .notification = {}, .message = "", .graceful = true});
  bench.settle();
  CHECK(bench.ce().family(Family::ipv6) == nullptr);
  CHECK(bench.router.core().table(bench.instance("red").id(), Family::ipv6).size() == 0);
}

TEST_CASE("a refresh of a session that goes meanwhile, and of a family that has gone with it, says so") {
  Bench bench;
  bench.come_up();
  for (unsigned i = 0; i != 6000; ++i)
    bench.announce(bench.ce(), Family::ipv6, ("2001:db8:" + hex(i, 4) + "::/48").c_str(), {Asn{65101}});
  bench.settle();
  const auto channel = bench.call(
      "refresh_bgp", {{"vpn_instance", "red"}, {"family", "ipv6"}, {"selector", "all"}, {"direction", "import"}});
  CHECK(channel->lines.empty());
  const auto without = config::parse(configuration(R"("as": 65000)", R"("as": 65101)", R"("ipv4": {})"));
  REQUIRE(bench.router.apply(*without).empty());
  bench.session().down({.at = Clock::now(), .notification = {}, .message = ""});
  bench.settle();
  REQUIRE(channel->lines.size() == 1);
  CHECK(channel->lines[0]["result"]["peers"][0]["reason"] == "session_lost");
}

TEST_CASE("what OPEN says stays in force for the session, and is listed with its reset") {
  Bench bench;
  bench.come_up();
  const PeerId id = bench.ce().id();

  SUBCASE("another AS of this router") {
    bench.apply(configuration(R"("as": 65009)"));
    CHECK(bench.ce().export_rules(Family::ipv4).local_as == Asn{65000});
    CHECK(bench.pending().at(0)["change"] == "as");
    bench.come_up();
    CHECK(bench.ce().export_rules(Family::ipv4).local_as == Asn{65009});
  }
  SUBCASE("another AS of the peer, which makes it internal") {
    bench.apply(configuration(R"("as": 65000)", R"("as": 65000)"));
    CHECK(bench.ce().import_rules(Family::ipv4).external);
    CHECK(bench.pending().at(0)["change"] == "as");
    bench.come_up();
    CHECK_FALSE(bench.ce().import_rules(Family::ipv4).external);
  }
  SUBCASE("this router's own move makes it internal") {
    bench.apply(configuration(R"("as": 65101)"));
    CHECK(bench.ce().import_rules(Family::ipv4).external);
    bench.come_up();
    CHECK_FALSE(bench.ce().import_rules(Family::ipv4).external);
  }
  CHECK(bench.ce().id() == id);
  CHECK(bench.pending().empty());
}

TEST_CASE("an instance that leaves its VRF device, or gets one, goes on with its peers") {
  Bench bench;
  REQUIRE(bench.ce().session().state() == bgp::SessionState::active);
  REQUIRE(bench.router.kernel().instance(bench.instance("red").id())->device != IfIndex{});
  std::string without = configuration();
  without.insert(without.find(R"("table")"), R"("fib": false, )");
  bench.apply(without);
  CHECK(bench.router.kernel().instance(bench.instance("red").id())->device == IfIndex{});
  CHECK(bench.ce().session().state() == bgp::SessionState::active);
  bench.apply(configuration());
  CHECK(bench.router.kernel().instance(bench.instance("red").id())->device != IfIndex{});
  CHECK(bench.ce().session().state() == bgp::SessionState::active);
}

TEST_CASE("a reset names every family of the session") {
  Bench bench;
  bench.come_up();
  bench.announce(bench.ce(), Family::ipv4, "10.0.0.0/8", {Asn{65101}});
  bench.settle();
  const auto channel =
      bench.call("reset_bgp", {{"vpn_instance", "red"}, {"family", "ipv6"}, {"selector", "all"}, {"dry_run", true}});
  bench.settle();
  REQUIRE(channel->lines.size() == 1);
  const json job = channel->lines[0]["result"];
  REQUIRE(job["peers"].size() == 2);
  CHECK(job["peers"][0]["family"] == "ipv6");
  CHECK(job["peers"][1]["family"] == "ipv4");
  REQUIRE(job["vpn_instances"].size() == 1);
  CHECK(job["vpn_instances"][0]["withdrawn"] == 1);
}

TEST_CASE("who waits for a job is told how far it is, and no longer than he asked for") {
  Bench bench;
  bench.come_up();
  bench.announce(bench.ce(), Family::ipv4, "10.0.0.0/8", {Asn{65101}});
  bench.settle();
  bench.kernel.delay(true);
  bench.announce(bench.ce(), Family::ipv4, "11.0.0.0/8", {Asn{65101}});
  bench.run();
  const json request{{"vpn_instance", "red"}, {"family", "ipv4"}, {"selector", "all"}, {"direction", "import"}};
  json brief = request;
  brief["timeout_s"] = 0.5;
  const auto patient = bench.call("refresh_bgp", request);
  const auto hasty = bench.call("refresh_bgp", brief);
  bench.run();
  CHECK(patient->lines.empty());
  bench.router.step(Clock::now() + std::chrono::milliseconds(300));
  REQUIRE(patient->lines.size() == 1);
  const json progress = patient->lines[0]["params"]["progress"];
  CHECK(progress["stage"] == "fib");
  CHECK(progress["done"] < progress["total"]);
  bench.router.step(Clock::now() + std::chrono::seconds(1));
  CHECK(hasty->lines.back()["result"]["state"] == "timed_out");
  bench.kernel.delay(false);
  bench.settle();
  CHECK(patient->lines.back()["result"]["state"] == "done");
}
