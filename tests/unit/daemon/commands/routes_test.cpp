// show bgp … routes and show next-hops, on a router with two CEs and two VPN peers.
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
             "interfaces": ["e1"], "networks": ["10.9.0.0/16"], "description": "customer red",
             "peers": { "192.0.2.2": { "as": 65101, "group": "ce", "description": "the first site" },
                        "192.0.2.3": { "as": 65102, "group": "ce" } } } },
  "prefix_lists": { "bad": [{ "prefix": "10.66.0.0/16", "le": 32 }] },
  "policies": { "any": [{ "then": "accept" }],
                "ce": [{ "match": { "prefix_list": "bad" }, "then": "reject" }, { "then": "accept" }] } })";

using Texts = std::vector<std::string>;

struct Bench : RouterBench {
  Bench() : RouterBench(configuration) {
    commands::add_route_commands(methods, context);
    commands::add_forwarding_commands(methods, context);
    commands::add_peer_commands(methods, context);
    commands::add_instance_commands(methods, context);
    kernel.set_route(kernel_route(1001, "192.0.2.0/24", 1));
    kernel.set_route(kernel_route(254, "10.255.0.2/32", 2, "172.16.0.2"));
    announce(ce(), Family::ipv4, "10.1.0.0/16", {Asn{65101}});
    announce(ce(), Family::ipv4, "10.66.1.0/24", {Asn{65101}});
    announce(other(), Family::ipv4, "10.2.0.0/16", {Asn{65102}});
    announce(pe(), Family::vpnv4, "10.3.0.0/16", {Asn{65109}}, "65000:9", "65000:100", "10.255.0.2");
    settle();
  }
  Peer& ce() { return peer("red", "192.0.2.2"); }
  Peer& other() { return peer("red", "192.0.2.3"); }
  Peer& pe() { return peer("", "10.255.0.2"); }
  // As if the session were up.
  void tell(Peer& peer) {
    RouteTable& table = router.core().table(peer.instance().id(), Family::ipv4);
    router.core().join(table, peer.id(), peer.export_rules(Family::ipv4));
    settle();
  }
  std::vector<json> routes(json params) {
    params["vpn_instance"] = "red";
    params["family"] = "ipv4";
    const auto channel = call("show_bgp_routes", params);
    run_posted();
    REQUIRE(!channel->lines.empty());
    const json& last = channel->lines.back();
    REQUIRE_MESSAGE(last.contains("result"), last.dump());
    count = last["result"]["rows"];
    std::vector<json> rows;
    for (const json& line : channel->lines)
      if (line.contains("params")) rows.push_back(line["params"]["row"]);
    return rows;
  }
  json one(const char* method, const json& params = json::object()) {
    const auto channel = call(method, params);
    run_posted();
    REQUIRE(channel->lines.size() == 1);
    return channel->lines[0]["result"];
  }

  std::uint64_t count = 0;
};

// "192.0.2.2 10.1.0.0/16", sorted.
Texts pairs(const std::vector<json>& rows) {
  Texts texts;
  for (const json& row : rows)
    texts.push_back((row["peer"].is_null() ? "-" : row["peer"].get<std::string>()) + " " +
                    row["prefix"].get<std::string>());
  std::sort(texts.begin(), texts.end());
  return texts;
}

}  // namespace

TEST_CASE("routes: without a peer what is received and rejected is that of every peer, and of nobody else") {
  Bench bench;
  CHECK(pairs(bench.routes({{"view", "received"}})) ==
        Texts{"192.0.2.2 10.1.0.0/16", "192.0.2.2 10.66.1.0/24", "192.0.2.3 10.2.0.0/16"});
  CHECK(pairs(bench.routes({{"view", "rejected"}})) == Texts{"192.0.2.2 10.66.1.0/24"});
  bench.routes({{"view", "received"}, {"count", true}});
  CHECK(bench.count == 3);
}

TEST_CASE("routes: without a peer what is advertised names whom it is sent to") {
  Bench bench;
  CHECK(bench.routes({{"view", "advertised"}}).empty());
  bench.tell(bench.ce());
  bench.tell(bench.other());
  const auto rows = bench.routes({{"view", "advertised"}});
  CHECK(pairs(rows) == Texts{"192.0.2.2 10.2.0.0/16", "192.0.2.2 10.3.0.0/16", "192.0.2.2 10.9.0.0/16",
                             "192.0.2.3 10.1.0.0/16", "192.0.2.3 10.3.0.0/16", "192.0.2.3 10.9.0.0/16"});
  CHECK(pairs(bench.routes({{"view", "advertised"}, {"prefix", "10.9.0.0/16"}})) ==
        Texts{"192.0.2.2 10.9.0.0/16", "192.0.2.3 10.9.0.0/16"});
  bench.routes({{"view", "advertised"}, {"count", true}});
  CHECK(bench.count == 6);
  // Of a peer that is named it is known whom: the row says whose route it is.
  CHECK(pairs(bench.routes({{"view", "advertised"}, {"peer", "192.0.2.3"}, {"prefix", "10.1.0.0/16"}})) ==
        Texts{"192.0.2.2 10.1.0.0/16"});
}

TEST_CASE("routes: a peer that goes while it is its turn leaves the others theirs") {
  Bench bench;
  bench.tell(bench.ce());
  bench.tell(bench.other());
  const auto channel = std::make_shared<BenchChannel>();
  channel->is_ready = false;
  const json params{{"vpn_instance", "red"}, {"family", "ipv4"}, {"view", "advertised"}};
  bench.methods.dispatch(json{{"jsonrpc", "2.0"}, {"id", 1}, {"method", "show_bgp_routes"}, {"params", params}}.dump(),
                         channel, control::Caller{.role = control::Role::change});
  CHECK(channel->lines.empty());
  bench.instance("red").peers().erase(*IpAddress::from("192.0.2.2"));
  channel->read_again();
  bench.run_posted();
  REQUIRE(channel->lines.size() > 1);
  for (const json& line : channel->lines)
    if (line.contains("params")) CHECK(line["params"]["row"]["peer"] == "192.0.2.3");
  CHECK(channel->lines.back()["result"]["rows"] == channel->lines.size() - 1);
}

TEST_CASE("routes: by route distinguisher, as the rows show it") {
  Bench bench;
  const auto imported = bench.routes({{"rd", "65000:9"}});
  REQUIRE(pairs(imported) == Texts{"10.255.0.2 10.3.0.0/16"});
  CHECK(imported[0]["rd"] == "65000:9");
  CHECK(bench.routes({{"rd", "65000:1"}}).empty());
}

TEST_CASE("routes: label 0 of a peer is a label, and no label is none") {
  Bench bench;
  PathAttributes attributes;
  attributes.next_hop = *IpAddress::from("10.255.0.2");
  const AttributesRef set(bench.router.core().attributes(), bench.router.core().attributes().intern(attributes));
  const std::vector<AnnouncedNlri> explicit_null{
      {{*RouteDistinguisher::from("65000:7"), *Prefix::from("10.7.0.0/16")}, 0, Label{0}}};
  bench.pe().family(Family::vpnv4)->in.announce(explicit_null, set.id());
  bench.settle();
  const auto channel = bench.call("show_bgp_routes", {{"family", "vpnv4"}, {"prefix", "10.7.0.0/16"}});
  bench.run_posted();
  REQUIRE(channel->lines.size() == 2);
  CHECK(channel->lines[0]["params"]["row"]["labels"] == json::parse("[0]"));
  const auto unlabelled = bench.routes({{"prefix", "10.1.0.0/16"}});
  REQUIRE(unlabelled.size() == 1);
  CHECK(unlabelled[0]["labels"] == json::array());
}

TEST_CASE("next hops: how many routes lead over each") {
  Bench bench;
  std::map<std::string, std::uint64_t> routes;
  const json answer = bench.one("show_next_hops");
  for (const json& row : answer["next_hops"]) routes[row["next_hop"]] = row["routes"];
  CHECK(routes["192.0.2.2"] == 1);  // the rejected one does not
  CHECK(routes["192.0.2.3"] == 1);
  CHECK(routes["10.255.0.2"] == 2);  // the VPN route, and the same in red
}

TEST_CASE("peers and instances are shown with their description") {
  Bench bench;
  const json peers = bench.one("show_bgp_peer", {{"vpn_instance", "red"}})["peers"];
  REQUIRE(peers.size() == 2);
  CHECK(peers[0]["description"] == "the first site");
  CHECK(peers[1]["description"].is_null());
  CHECK(bench.one("show_vpn_instance")["vpn_instances"][0]["description"] == "customer red");
}
