#include "tests/unit/daemon/commands/router_bench.h"

using namespace vrfd;
using nlohmann::json;

namespace {

constexpr const char* configuration = R"({
  "as": 65000, "router_id": "10.255.0.1", "listen_port": 10179, "core_interfaces": ["core"],
  "groups": { "ce": { "passive": true, "families": { "ipv4": { "import_policy": "ce", "export_policy": "any" } } } },
  "peers": { "10.255.0.2": { "as": 65000, "passive": true, "families": { "vpnv4": {} } } },
  "vpn_instances": {
    "red": { "rd": "65000:1", "import_targets": ["65000:100"], "export_targets": ["65000:100"], "table": 1001,
             "interfaces": ["e1"], "networks": ["10.9.0.0/16"], "import_policy": "vpn",
             "peers": { "192.0.2.2": { "as": 65101, "group": "ce" }, "192.0.2.3": { "as": 65102, "group": "ce" } } },
    "dry": { "rd": "65000:2", "import_targets": ["65000:100"], "fib": false, "table": 1002,
             "peers": { "192.0.2.2": { "as": 65101, "group": "ce" } } } },
  "prefix_lists": { "bad": [{ "prefix": "10.66.0.0/16", "le": 32 }], "worse": [{ "prefix": "10.77.0.0/16" }] },
  "policies": { "any": [{ "then": "accept" }],
                "ce": [{ "name": "bad", "match": { "prefix_list": "bad" }, "then": "reject" }, { "then": "accept" }],
                "vpn": [{ "match": { "prefix_list": "worse" }, "then": "reject" }, { "then": "accept" }] } })";

// The link to the CEs is known to the kernel; nothing leads to the VPN peer's next hop 10.255.0.9.
struct Bench : RouterBench {
  explicit Bench(std::string_view config = configuration) : RouterBench(config) {
    commands::add_explain_commands(methods, context);
    kernel.set_route(kernel_route(1001, "192.0.2.0/24", 1));
    kernel.set_route(kernel_route(254, "10.255.0.2/32", 2, "172.16.0.2"));
    settle();
  }
  Peer& ce() { return peer("red", "192.0.2.2"); }
  Peer& other() { return peer("red", "192.0.2.3"); }
  Peer& pe() { return peer("", "10.255.0.2"); }
  json answer(const char* prefix, const char* vpn_instance = "red") {
    const auto channel = call("explain", {{"vpn_instance", vpn_instance}, {"prefix", prefix}});
    run_posted();
    REQUIRE(channel->lines.size() == 1);
    return channel->lines[0].contains("result") ? channel->lines[0]["result"] : channel->lines[0]["error"]["data"];
  }
};

const std::vector<Asn> short_path{Asn{65101}};

}  // namespace

TEST_CASE("explain: forwarded, with the path that lost") {
  Bench bench;
  bench.announce(bench.ce(), Family::ipv4, "10.1.0.0/16", short_path);
  bench.announce(bench.other(), Family::ipv4, "10.1.0.0/16", {Asn{65102}, Asn{65109}});
  bench.settle();
  const json answer = bench.answer("10.1.0.0/16");
  CHECK(answer["schema"] == "vrfd.explain/1");
  CHECK_MESSAGE(answer["verdict"] == "forwarded", answer.dump(2));
  REQUIRE(answer["paths"].size() == 2);
  CHECK(answer["paths"][0]["verdict"] == "best");
  CHECK(answer["paths"][0]["resolution"]["resolved_by"] == "192.0.2.0/24");
  CHECK(answer["paths"][1]["verdict"] == "not_best");
  CHECK(answer["paths"][1]["reason"] == "as_path_length");
  CHECK(answer["fib"]["state"] == "installed");
  CHECK(answer["fib"]["next_hops"][0]["via"] == "192.0.2.2");
  CHECK(answer["export"]["exported"] == true);
  CHECK(answer["export"]["label_state"] == "installed");
  CHECK(answer["advertised_to"] == 0);
  CHECK(answer["not_advertised_to"] == 3);
  CHECK(answer["peers"][0]["reason"] == "not_established");
}

TEST_CASE("explain and show labels: a route with a label of its own") {
  Bench bench(std::string(configuration)
                  .replace(std::string(configuration).find("\"interfaces\""), 0, R"("label_mode": "per_route", )"));
  commands::add_forwarding_commands(bench.methods, bench.context);
  for (const char* prefix : {"10.1.0.0/16", "10.2.0.0/16"})
    bench.announce(bench.ce(), Family::ipv4, prefix, short_path);
  bench.settle();
  const json one = bench.answer("10.1.0.0/16")["export"];
  const json other = bench.answer("10.2.0.0/16")["export"];
  CHECK(one["label_state"] == "installed");
  CHECK(one["label"] != other["label"]);
  const auto channel = bench.call("show_labels", json::object());
  bench.run_posted();
  std::map<std::string, json> labels;
  for (const json& line : channel->lines)
    if (line.contains("params") && !line["params"]["row"]["prefix"].is_null())
      labels[line["params"]["row"]["prefix"]] = line["params"]["row"]["label"];
  CHECK(labels == std::map<std::string, json>{{"10.1.0.0/16", one["label"]}, {"10.2.0.0/16", other["label"]}});
}

TEST_CASE("explain: what the kernel has not answered, refuses, lost, or gave to another") {
  Bench bench;
  bench.announce(bench.ce(), Family::ipv4, "10.1.0.0/16", short_path);
  bench.run();
  bench.settle();
  REQUIRE(bench.answer("10.1.0.0/16")["verdict"] == "forwarded");
  const RouteKey key{TableId{1001}, *Prefix::from("10.1.0.0/16")};

  bench.kernel.delay(true);
  bench.announce(bench.ce(), Family::ipv4, "10.2.0.0/16", short_path);
  bench.run();
  CHECK(bench.answer("10.2.0.0/16")["verdict"] == "pending");
  bench.kernel.delay(false);
  bench.kernel.run();
  bench.settle();
  CHECK(bench.answer("10.2.0.0/16")["verdict"] == "forwarded");

  bench.kernel.refuse = [](const netlink::Change& change) {
    return std::holds_alternative<netlink::ReplaceRoute>(change) ? 28 : 0;
  };
  bench.announce(bench.ce(), Family::ipv4, "10.3.0.0/16", short_path);
  bench.run();
  const json failed = bench.answer("10.3.0.0/16");
  CHECK(failed["verdict"] == "failed");
  CHECK(failed["fib"]["kernel_error"] == 28);
  CHECK(failed["fib"]["error"].is_string());

  bench.kernel.remove_route(key, 20);
  bench.router.kernel().drain(Clock::now());
  CHECK(bench.answer("10.1.0.0/16")["verdict"] == "missing");

  bench.kernel.refuse = nullptr;
  netlink::KernelRoute theirs = bench.kernel_route(1001, "10.1.0.0/16", 1, "192.0.2.3");
  theirs.metric = 20;
  theirs.protocol = 99;
  bench.kernel.set_route(theirs);
  bench.router.kernel().drain(Clock::now());
  CHECK(bench.answer("10.1.0.0/16")["verdict"] == "foreign");
}

TEST_CASE("explain: rejected by the peer's policy, and by the instance's") {
  Bench bench;
  bench.announce(bench.ce(), Family::ipv4, "10.66.1.0/24", short_path);
  bench.announce(bench.pe(), Family::vpnv4, "10.77.0.0/16", short_path, "65000:9", "65000:100", "10.255.0.2");
  bench.settle();
  const json by_peer = bench.answer("10.66.1.0/24");
  CHECK(by_peer["verdict"] == "rejected");
  CHECK(by_peer["paths"][0]["policy"] == "ce term \"bad\"");
  CHECK(by_peer["export"]["reason"] == "no_best_path");
  const json by_instance = bench.answer("10.77.0.0/16");
  CHECK(by_instance["verdict"] == "rejected");
  CHECK(by_instance["paths"][0]["policy"] == "vpn term 1");
  CHECK(by_instance["paths"][0]["source"] == "vpn");
  CHECK(by_instance["paths"][0]["rd"] == "65000:9");
}

TEST_CASE("explain: a next hop that leads nowhere, then under a label") {
  Bench bench;
  bench.announce(bench.pe(), Family::vpnv4, "10.2.0.0/16", short_path, "65000:9", "65000:100", "10.255.0.9");
  bench.settle();
  const json before = bench.answer("10.2.0.0/16");
  CHECK(before["verdict"] == "ineligible");
  CHECK(before["paths"][0]["reason"] == "next_hop_unreachable");
  CHECK(before["paths"][0]["resolution"]["state"] == "unreachable");
  netlink::KernelRoute way = bench.kernel_route(254, "10.255.0.9/32", 2, "172.16.0.2");
  way.hops[0].labels = {Label{1001}};
  bench.kernel.set_route(way);
  bench.settle();
  const json after = bench.answer("10.2.0.0/16");
  CHECK(after["verdict"] == "forwarded");
  CHECK(after["fib"]["next_hops"][0]["labels"] == json::parse("[1001, 900]"));
  CHECK(after["export"]["reason"] == "imported");
}

TEST_CASE("explain: a VPN route without a common target, and nothing at all") {
  Bench bench;
  bench.announce(bench.pe(), Family::vpnv4, "10.3.0.0/16", short_path, "65000:9", "65000:999", "10.255.0.2");
  bench.settle();
  const json foreign = bench.answer("10.3.0.0/16");
  CHECK(foreign["verdict"] == "not_imported");
  CHECK(foreign["paths"].empty());
  REQUIRE(foreign["vpn_routes"].size() == 1);
  CHECK(foreign["vpn_routes"][0]["reason"] == "no_common_target");
  CHECK(foreign["vpn_routes"][0]["targets"] == json::parse(R"(["65000:999"])"));
  CHECK(bench.answer("10.3.4.5")["prefix"] == "10.3.0.0/16");
  const json none = bench.answer("10.200.0.0/16");
  CHECK(none["verdict"] == "no_route");
  CHECK(none["prefix"].is_null());
  CHECK(none["fib"]["programmed"] == true);
  CHECK(bench.answer("10.200.0.0/16", "green")["code"] == "unknown_vpn_instance");
  CHECK(bench.answer("10.200.0.0/33")["code"] == "usage");
}

TEST_CASE("explain: routes of this router's own, and an instance that programs nothing") {
  Bench bench;
  bench.announce(bench.peer("dry", "192.0.2.2"), Family::ipv4, "10.1.0.0/16", short_path);
  bench.settle();
  const json local = bench.answer("10.9.0.0/16");
  CHECK(local["verdict"] == "local");
  CHECK(local["paths"][0]["local_kind"] == "network");
  CHECK(local["export"]["exported"] == true);
  // The same network comes into the other instance by its target.
  const json leaked = bench.answer("10.9.0.0/16", "dry");
  CHECK(leaked["verdict"] == "not_programmed");
  CHECK(leaked["paths"][0]["vpn_instance"] == "red");
}

TEST_CASE("explain: an address is its longest match that is used") {
  Bench bench;
  bench.announce(bench.ce(), Family::ipv4, "10.0.0.0/8", short_path);
  bench.announce(bench.ce(), Family::ipv4, "10.66.1.0/24", short_path);
  bench.settle();
  const json used = bench.answer("10.66.1.1");
  CHECK(used["asked"] == "10.66.1.1");
  CHECK(used["prefix"] == "10.0.0.0/8");
  CHECK(used["verdict"] == "forwarded");
  CHECK(used["unused_more_specific"] == json::parse(R"(["10.66.1.0/24"])"));
  CHECK(bench.answer("10.66.1.0/24")["verdict"] == "rejected");
}
