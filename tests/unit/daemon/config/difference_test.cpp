#include "daemon/config/difference.h"

#include <doctest.h>

#include "daemon/config/parse.h"

namespace vrfd::config {

namespace {

constexpr std::string_view before = R"({
  "as": 65000, "router_id": "10.0.0.1",
  "groups": { "ce": { "families": { "ipv4": { "import_policy": "in", "export_policy": "out" } } } },
  "peers": { "10.0.0.2": { "as": 65000, "families": { "vpnv4": {}, "ipv4": {} } } },
  "vpn_instances": {
    "blue": { "rd": "65000:2", "networks": [ { "prefix": "10.9.0.0/16", "policy": "net" } ] },
    "red": {
      "rd": "65000:1", "import_targets": ["65000:1"], "export_targets": ["65000:1"], "import_policy": "vpn",
      "peers": { "192.0.2.2": { "as": 65101, "group": "ce" }, "192.0.2.6": { "as": 65102, "group": "ce" } }
    }
  },
  "prefix_lists": { "customers": ["10.0.0.0/8"] },
  "policies": {
    "in": [ { "name": "one", "match": { "prefix_list": "customers" }, "then": "accept" } ],
    "out": [ { "then": "accept" } ], "vpn": [ { "then": "accept" } ], "net": [ { "then": "accept" } ]
  }
})";

// `before` with one piece of its text replaced.
Config edited(std::string_view piece = "", std::string_view with = "") {
  std::string text(before);
  if (!piece.empty()) {
    const auto at = text.find(piece);
    REQUIRE(at != std::string::npos);
    text.replace(at, piece.size(), with);
  }
  auto config = parse(text);
  REQUIRE_MESSAGE(config.has_value(), (config ? "" : to_string(config.error())));
  return *config;
}

Difference after(std::string_view piece, std::string_view with) { return difference(edited(), edited(piece, with)); }

std::vector<std::string> commands(const Difference& difference) {
  std::vector<std::string> all;
  for (const PendingRefresh& refresh : difference.refreshes) all.push_back(refresh.command);
  for (const PendingReset& reset : difference.resets) all.push_back(reset.command);
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a configuration does not differ from itself") { CHECK(difference(edited(), edited()).empty()); }

TEST_CASE("targets, networks and limits act at once") {
  const Difference found = after(R"("import_targets": ["65000:1"])", R"("import_targets": ["65000:1", "65000:2"])");
  CHECK(found == Difference{.changed_instances = {{"red", {"import_targets"}}}});
}

TEST_CASE("peers come and go at once") {
  const Difference found = after(R"("192.0.2.6")", R"("192.0.2.7")");
  CHECK(found == Difference{.added_peers = {{"red", "192.0.2.7"}}, .removed_peers = {{"red", "192.0.2.6"}}});
}

TEST_CASE("instances come and go at once, with their peers") {
  const Difference found = after(R"("red")", R"("green")");
  CHECK(found == Difference{.added_instances = {"green"}, .removed_instances = {"red"}});
}

TEST_CASE("a policy whose content changes waits for the refresh of exactly its peers and direction") {
  const Difference found = after(R"("then": "accept" } ],
    "out")",
                                 R"("then": "reject" } ],
    "out")");
  CHECK(commands(found) == Texts{"refresh bgp vpn-instance red ipv4-family 192.0.2.2 import",
                                 "refresh bgp vpn-instance red ipv4-family 192.0.2.6 import"});
  CHECK(found.refreshes.at(0) ==
        PendingRefresh{.vpn_instance = "red",
                       .peer = "192.0.2.2",
                       .family = Family::ipv4,
                       .direction = Direction::import_,
                       .keys = {"import_policy"},
                       .command = "refresh bgp vpn-instance red ipv4-family 192.0.2.2 import"});
}

TEST_CASE("a prefix list whose content changes counts for the policies that use it") {
  CHECK(commands(after(R"("customers": ["10.0.0.0/8"])", R"("customers": ["11.0.0.0/8"])")).size() == 2);
}

TEST_CASE("another name with the same outcome needs nothing") {
  CHECK(after(R"("name": "one")", R"("name": "two")").empty());
  std::string renamed(before);
  for (auto at = renamed.find("customers"); at != std::string::npos; at = renamed.find("customers"))
    renamed.replace(at, 9, "clients");
  CHECK(difference(edited(), *parse(renamed)).empty());
  CHECK(difference(edited(), edited(R"("import_policy": "vpn",)", R"("import_policy": "out",)")).empty());
}

TEST_CASE("the policy of an instance waits for a refresh of all of it") {
  CHECK(commands(after(R"("import_policy": "vpn",)", "")) ==
        Texts{"refresh bgp vpn-instance red ipv4-family all import",
              "refresh bgp vpn-instance red ipv6-family all import"});
}

TEST_CASE("the policy of a network acts at once") {
  CHECK(after(R"("net": [ { "then": "accept" } ])", R"("net": [ { "then": "reject" } ])") ==
        Difference{.changed_instances = {{"blue", {"networks"}}}});
}

TEST_CASE("options that judge or change routes wait for a refresh of each family") {
  CHECK(commands(after(R"("10.0.0.2": { "as": 65000,)", R"("10.0.0.2": { "as": 65000, "next_hop_self": true,)")) ==
        Texts{"refresh bgp ipv4 10.0.0.2 export", "refresh bgp vpnv4 10.0.0.2 export"});
}

TEST_CASE("what the session was opened with waits for a reset") {
  CHECK(commands(after(R"("as": 65101,)", R"("as": 65103,)")) ==
        Texts{"reset bgp vpn-instance red ipv4-family 192.0.2.2"});
  CHECK(commands(after(R"("as": 65101,)", R"("as": 65101, "password": "x",)")).size() == 1);
  // By a family that the peer still has: with another the command would not find it.
  CHECK(commands(after(R"("vpnv4": {}, "ipv4": {})", R"("vpnv4": {})")) == Texts{"reset bgp vpnv4 10.0.0.2"});
  CHECK(commands(after(R"("router_id": "10.0.0.1")", R"("router_id": "10.0.0.9")")).size() == 3);
  CHECK(commands(after(R"("as": 65000, "router)", R"("hold_time": 30, "as": 65000, "router)")).size() == 3);
  CHECK(commands(after(R"("as": 65000, "router)", R"("cluster_id": 5, "as": 65000, "router)")) ==
        Texts{"reset bgp ipv4 10.0.0.2"});
}

TEST_CASE("for a range of peers the command names what the parser takes: its group, or all") {
  const auto with_range = [](const char* keys) {
    return edited(R"("192.0.2.2": { "as": 65101,)",
                  R"("198.51.100.0/24": { "as": 65107)" + std::string(keys) + R"( }, "192.0.2.2": { "as": 65101,)");
  };
  CHECK(commands(difference(with_range(""), with_range(R"(, "hold_time": 30)"))) ==
        Texts{"reset bgp vpn-instance red ipv4-family all"});
  CHECK(commands(difference(with_range(R"(, "group": "ce")"), with_range(R"(, "group": "ce", "hold_time": 30)"))) ==
        Texts{"reset bgp vpn-instance red ipv4-family group ce"});
  CHECK(commands(difference(with_range(R"(, "group": "ce")"), with_range(R"(, "group": "ce", "allow_as_in": 1)"))) ==
        Texts{"refresh bgp vpn-instance red ipv4-family group ce import"});
}

TEST_CASE("what needs no session acts at once") {
  const Difference found = after(R"("as": 65101,)", R"("as": 65101, "description": "x", "maximum_prefixes": 5,)");
  REQUIRE(found.changed_peers.size() == 1);
  CHECK(found.changed_peers[0] == PeerChange{{"red", "192.0.2.2"}, {"description", "maximum_prefixes"}});
  CHECK(found.refreshes.empty());
  CHECK(found.resets.empty());
}

TEST_CASE("a difference reads as text") {
  CHECK(describe(after(R"("as": 65101,)", R"("as": 65103,)")) ==
        Texts{"~ peer 192.0.2.2 of VPN instance red: as, takes effect with: reset bgp vpn-instance red ipv4-family "
              "192.0.2.2"});
  CHECK(describe(after(R"("192.0.2.6")", R"("192.0.2.7")")) ==
        Texts{"- peer 192.0.2.6 of VPN instance red", "+ peer 192.0.2.7 of VPN instance red"});
}

}  // namespace vrfd::config
