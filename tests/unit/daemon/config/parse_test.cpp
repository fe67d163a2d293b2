#include "daemon/config/parse.h"

#include <doctest.h>

#include <chrono>

#include "tests/unit/project_file.h"

namespace vrfd::config {

namespace {

Config good(const std::string& name) {
  auto config = parse(text_of("tests/golden/config/good/" + name));
  REQUIRE_MESSAGE(config.has_value(), (config ? "" : to_string(config.error())));
  return *config;
}

Config parsed(std::string_view text) {
  auto config = parse(text);
  REQUIRE_MESSAGE(config.has_value(), (config ? "" : to_string(config.error())));
  return *config;
}

}  // namespace

TEST_CASE("an instance says what the file says") {
  const Config config = good("contract.json");
  CHECK(config.as == Asn{65000});
  CHECK(config.public_instance.table == main_table);
  CHECK(config.groups == std::vector<std::string>{"ce", "core"});
  const VpnInstance* red = find_instance(config, "red");
  REQUIRE(red != nullptr);
  CHECK(red->rd->value == *RouteDistinguisher::from("65000:100"));
  CHECK(values_of(red->import_targets) == std::vector{*RouteTarget::from("65000:100")});
  CHECK(red->table == TableId{1001});
  CHECK(red->interfaces == std::vector<std::string>{"eth1"});
  CHECK(red->import_routes ==
        std::vector<ImportRoutes>{{.source = RouteSource::direct}, {.source = RouteSource::static_}});
  CHECK(red->maximum_paths == 4);
  CHECK(red->maximum_prefixes->limit == 10000);
  CHECK(red->networks == std::vector<Network>{{.prefix = *Prefix::from("10.9.0.0/16")}});
  CHECK(red->as == Asn{65000});
  CHECK(red->router_id == *IpAddress::from("10.255.0.1"));
  CHECK(find_instance(config, "blue") == nullptr);
}

TEST_CASE("peers come out with what their group says") {
  const Config config = good("contract.json");
  const Peer* ce = find_peer(*find_instance(config, "red"), *IpAddress::from("192.0.2.2"));
  REQUIRE(ce != nullptr);
  CHECK(ce->vpn_instance == "red");
  CHECK(ce->group == "ce");
  CHECK(ce->as == Asn{65101});
  CHECK(!ce->internal);
  REQUIRE(ce->families.size() == 1);
  CHECK(ce->families.at(Family::ipv4).import_policy == "from-ce");
  CHECK(ce->families.at(Family::ipv4).maximum_prefixes->limit == 1000);
  const Peer& pe = config.public_instance.peers.at(0);
  CHECK(pe.internal);
  CHECK(pe.update_source.address == *IpAddress::from("10.255.0.1"));
  CHECK(pe.families.size() == 2);
}

TEST_CASE("own keys win over the group's, the group's over the top level's") {
  const Config config = good("every-peer-key.json");
  const Peer* peer = find_peer(config.public_instance, *IpAddress::from("192.0.2.9"));
  REQUIRE(peer != nullptr);
  CHECK(peer->hold_time == 30);
  CHECK(peer->refresh_timeout_s == 60);
  CHECK(!peer->enforce_first_as);
  CHECK(!peer->ebgp_requires_policy);
  CHECK(peer->slow_peer == SlowPeer{.relative_s = 120, .absolute_s = 30});
  CHECK(peer->graceful_restart == GracefulRestart{.restart_time_s = 60});
  CHECK(!peer->capabilities.extended_message);
  CHECK(peer->capabilities.add_path == AddPathMode::both);
  CHECK(peer->ttl_security == 1u);
  CHECK(peer->families.size() == 1);
  CHECK(peer->families.at(Family::ipv4).maximum_prefixes->limit == 7);
}

TEST_CASE("every key of a peer arrives") {
  const Config config = good("every-peer-key.json");
  CHECK(config.as == Asn{65546});
  CHECK(config.cluster_id == *IpAddress::from("0.0.0.7"));
  CHECK(config.policy_change == PolicyChange::automatic);
  CHECK(!config.manage_sysctls);
  CHECK(config.label_range.first == Label{16});
  const Peer* peer = find_peer(config.public_instance, *IpAddress::from("2001:db8::1"));
  REQUIRE(peer != nullptr);
  CHECK(peer->local_as == LocalAs{.asn = Asn{65010}, .prepend = false, .replace = true});
  CHECK(peer->passive);
  CHECK(peer->multihop == 3u);
  CHECK(peer->password == "secret");
  CHECK(peer->hold_time == 0);
  CHECK(peer->send_hold_time == 300u);
  CHECK(peer->port == 1179);
  CHECK(peer->shutdown);
  CHECK(peer->shutdown_message == "moving to the other site");
  CHECK(peer->as_override);
  CHECK(peer->allow_as_in == 2);
  CHECK(peer->site_of_origin == *site_of_origin_from("65000:7"));
  CHECK(peer->remove_private_as == RemovePrivateAs::replace);
  CHECK(peer->next_hop_self);
  CHECK(peer->maximum_prefixes == MaximumPrefixes{.limit = 10, .action = LimitAction::warn, .warning_percent = 90});
  CHECK(!peer->graceful_restart);
  CHECK(peer->store_rejected);
  CHECK(peer->bfd);
  CHECK(peer->role == Role::provider);
  CHECK(peer->strict_role);
  CHECK(!peer->capabilities.route_refresh);
  CHECK(!peer->capabilities.enhanced_route_refresh);
  CHECK(!peer->slow_peer);
  CHECK(peer->send_communities == std::vector{CommunityKind::standard, CommunityKind::route_targets});
  CHECK(peer->families.contains(Family::ipv6));
}

TEST_CASE("a prefix in place of an address takes whoever connects from it") {
  const Config config = good("every-peer-key.json");
  const auto& peers = config.public_instance.peers;
  const auto range = std::find_if(peers.begin(), peers.end(), [](const Peer& peer) { return peer.range.has_value(); });
  REQUIRE(range != peers.end());
  CHECK(name_of(*range) == "198.51.100.0/24");
  CHECK(range->maximum_peers == 7);
  CHECK(range->minimum_hold_time == 30);
  CHECK(range->families.at(Family::ipv4).default_originate->policy == "default");
  CHECK(find_peer(config.public_instance, *IpAddress::from("198.51.100.0")) == nullptr);
}

TEST_CASE("a member of a range is a peer by address that remembers the range") {
  const Config config = parsed(R"({"as": 1, "router_id": "1.1.1.1",
    "peers": {"10.0.0.0/8": {"as": 2}, "10.1.0.0/16": {"as": 3}, "10.1.0.1": {"as": 4}}})");
  const IpAddress address = *IpAddress::from("10.1.2.3");
  const Peer* range = find_range(config.public_instance, address);
  REQUIRE(range != nullptr);
  CHECK(range->as == Asn{3});
  const Peer member = member_of(*range, address);
  CHECK(name_of(member) == "10.1.2.3");
  CHECK(member.joined_from == *Prefix::from("10.1.0.0/16"));
  CHECK(member.passive);
  CHECK(find_range(config.public_instance, *IpAddress::from("192.0.2.1")) == nullptr);
}

TEST_CASE("route distinguishers in every notation, and as written") {
  const Config config = good("notations.json");
  const auto rd = [&](const char* name) { return find_instance(config, name)->rd; };
  CHECK((rd("a")->value.octets() >> 48) == 0);
  CHECK((rd("b")->value.octets() >> 48) == 0);
  CHECK((rd("c")->value.octets() >> 48) == 1);
  CHECK((rd("d")->value.octets() >> 48) == 2);
  CHECK((rd("e")->value.octets() >> 48) == 2);
  CHECK(rd("e")->text == "1.10:5");
  CHECK(find_instance(config, "a")->import_targets.size() == 4);
}

TEST_CASE("policies say all that they can") {
  const Config config = good("policies.json");
  const PolicyTerm& term = find_policy(config, "all")->terms.at(0);
  CHECK(term.name == "everything");
  CHECK(term.then == PolicyAction::next);
  CHECK(term.match.prefix_lists == std::vector<std::string>{"a", "b"});
  CHECK(term.match.prefixes == std::vector{*Prefix::from("10.0.0.0/8")});
  CHECK(term.match.as_path == "^65001( |$)");
  CHECK(term.match.origin_as == Asn{65537});
  CHECK(term.match.communities == std::vector{*community_from("65000:1"), no_export});
  CHECK(term.match.large_communities.size() == 1);
  CHECK(term.match.extended_communities.size() == 1);
  CHECK(term.match.route_targets.size() == 2);
  CHECK(term.match.next_hops == std::vector{*Prefix::from("10.0.0.1/32"), *Prefix::from("10.1.0.0/16")});
  CHECK(term.match.origin == Origin::egp);
  CHECK(term.match.med->comparison == Comparison::at_most);
  CHECK(term.match.local_preference->value == 100);
  CHECK(term.match.as_path_length->comparison == Comparison::at_least);
  CHECK(term.match.peers.size() == 1);
  CHECK(term.match.families == std::vector{Family::ipv4, Family::vpnv4});
  CHECK(term.set.local_preference == 50u);
  CHECK(term.set.remove_med);
  CHECK(term.set.origin == Origin::igp);
  CHECK(term.set.next_hop == NextHopEdit::self);
  CHECK(term.set.prepend->times == 3);
  CHECK(term.set.communities.add == std::vector{*community_from("65000:2")});
  CHECK(term.set.large_communities.replace->empty());
  CHECK(!term.set.communities.replace);
  CHECK(is_route_target(term.set.route_targets.replace->at(0)));
  const PolicyTerm& second = find_policy(config, "all")->terms.at(1);
  CHECK(second.set.med == 7u);
  CHECK(second.set.next_hop == NextHopEdit::address);
  CHECK(second.set.next_hop_address == *IpAddress::from("192.0.2.77"));
  CHECK(find_policy(config, "none")->terms.empty());
  CHECK(find_prefix_list(config, "b")->entries.at(0).le == 48u);
}

TEST_CASE("without the kernel no instance writes to it") {
  const Config config = parsed(
      R"({"as": 1, "router_id": "1.1.1.1", "fib": false, "vpn_instances": {"a": {}, "b": {"fib": true, "as": 2}}})");
  CHECK(!config.public_instance.fib);
  CHECK(!config.vpn_instances.at(0).fib);
  CHECK(!config.vpn_instances.at(1).fib);
  CHECK(config.vpn_instances.at(1).as == Asn{2});
}

TEST_CASE("a peer of the instance's own AS is internal") {
  const Config config = parsed(R"({"as": 1, "router_id": "1.1.1.1",
    "vpn_instances": {"a": {"as": 2, "peers": {"192.0.2.1": {"as": 2}, "192.0.2.2": {"as": 1}}}}})");
  CHECK(config.vpn_instances.at(0).peers.at(0).internal);
  CHECK(!config.vpn_instances.at(0).peers.at(1).internal);
}

TEST_CASE("an error says where, what and what was expected") {
  const auto config = parse("{\n  \"as\": 65000,\n  \"fib\": 7\n}");
  REQUIRE(!config.has_value());
  REQUIRE(config.error().errors.size() == 1);
  CHECK(config.error().errors[0] ==
        ConfigError{.pointer = "/fib", .line = 3, .column = 10, .message = "found 7", .expected = "true or false"});
}

TEST_CASE("a thousand instances are read in well under a second") {
  std::string text = R"({"as": 1, "router_id": "1.1.1.1", "vpn_instances": {)";
  for (int i = 0; i != 1000; ++i) {
    const std::string n = std::to_string(i);
    text += (i == 0 ? "\"" : ",\n\"") + ("vpn" + n) + R"(": {"rd": "1:)" + n + R"(", "import_targets": ["1:)" + n +
            R"("], "export_targets": ["1:)" + n + R"("], "interfaces": ["ce)" + n +
            R"("], "peers": {"10.0.0.1": {"as": 65001}}})";
  }
  const auto begin = std::chrono::steady_clock::now();
  const Config config = parsed(text + "}}");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  CHECK(config.vpn_instances.size() == 1000);
  MESSAGE("1000 instances in ", took.count() * 1000, " ms");
  CHECK(took.count() < 5);  // a debug build under a sanitizer
}

}  // namespace vrfd::config
