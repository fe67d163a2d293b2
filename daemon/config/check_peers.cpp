#include <array>

#include "daemon/config/checker.h"

namespace vrfd::config {

namespace {

// A combination that makes no sense, told at `key` of the peer.
struct Rule {
  std::string_view key;
  bool (*broken)(const Peer& peer, const VpnInstance& instance);
  std::string_view message;
  std::string_view expected;
};

bool only_ipv4(const Peer& peer) { return peer.families.size() == 1 && peer.families.contains(Family::ipv4); }

constexpr std::array rules{
    Rule{"as", [](const Peer& p, const VpnInstance&) { return p.as == Asn{}; }, "the key \"as\" is missing",
         "the peer's AS number, here or in its group"},
    Rule{"ttl_security", [](const Peer& p, const VpnInstance&) { return p.ttl_security && p.multihop; },
         "ttl_security contradicts multihop", "one of the two: ttl_security bounds the hops as well"},
    Rule{"keepalive", [](const Peer& p, const VpnInstance&) { return p.keepalive && *p.keepalive >= p.hold_time; },
         "keepalive is not below hold_time", "at most a third of hold_time"},
    Rule{"send_hold_time",
         [](const Peer& p, const VpnInstance&) {
           return p.send_hold_time && *p.send_hold_time != 0 && *p.send_hold_time <= p.hold_time;
         },
         "send_hold_time is not above hold_time", "0 or more than hold_time (RFC 9687)"},
    Rule{"interface",
         [](const Peer& p, const VpnInstance&) { return p.address.is_link_local() && p.interface.empty(); },
         "the key \"interface\" is missing", "the link of the link-local address"},
    Rule{"update_source",
         [](const Peer& p, const VpnInstance&) {
           return p.update_source.address && p.update_source.address->family() != p.address.family();
         },
         "the source is of the other address family than the peer", "an address of the peer's family"},
    Rule{"update_source",
         [](const Peer& p, const VpnInstance&) { return p.update_source.address == p.address && !p.range; },
         "the source is the peer's own address", "an address of this router"},
    Rule{"local_as",
         [](const Peer& p, const VpnInstance& i) { return p.local_as && p.local_as->asn == i.as && i.as != Asn{}; },
         "local_as is the AS that is used anyway", "another AS number, or no local_as"},
    Rule{"role", [](const Peer& p, const VpnInstance&) { return p.role && p.internal; },
         "the peer is internal, and a role is for eBGP", "no role"},
    Rule{"role", [](const Peer& p, const VpnInstance&) { return p.strict_role && !p.role; },
         "the key \"role\" is missing", "a role of this side, as strict_role asks for the peer's"},
    Rule{"minimum_hold_time",
         [](const Peer& p, const VpnInstance&) { return p.hold_time != 0 && p.minimum_hold_time > p.hold_time; },
         "minimum_hold_time is above hold_time", "at most hold_time"},
    Rule{"as_override", [](const Peer& p, const VpnInstance&) { return p.as_override && p.internal; },
         "the peer is internal, and as_override is for eBGP", "false"},
    Rule{"remove_private_as",
         [](const Peer& p, const VpnInstance&) { return p.remove_private_as != RemovePrivateAs::no && p.internal; },
         "the peer is internal, and remove_private_as is for eBGP", "false"},
    Rule{"route_reflector_client",
         [](const Peer& p, const VpnInstance&) { return p.route_reflector_client && !p.internal && p.as != Asn{}; },
         "the peer is external, and a client of a reflector is internal", "false"},
    Rule{"next_hop_unchanged",
         [](const Peer& p, const VpnInstance&) { return p.next_hop_unchanged && p.next_hop_self; },
         "next_hop_unchanged contradicts next_hop_self", "one of the two"},
    Rule{"capabilities/multiprotocol",
         [](const Peer& p, const VpnInstance&) { return !p.capabilities.multiprotocol && !only_ipv4(p); },
         "without the capability a session carries ipv4 only", "true, or the family ipv4 alone"},
};

// Where a family can be said: by the peer, or by its group.
std::string pointer_to_family(const Checker& checker, const Peer& peer, Family family) {
  return checker.pointer_to(peer) + "/families/" + std::string(name_of(family));
}

void check_families(Checker& checker, const Peer& peer) {
  for (const auto& [family, settings] : peer.families) {
    const std::string at = pointer_to_family(checker, peer, family);
    if (!row_of(family).unicast() && !peer.vpn_instance.empty())
      checker.refuse(at, "a peer within a VPN instance carries no " + std::string(name_of(family)),
                     "ipv4 or ipv6; VPN peers belong under /peers");
    if (row_of(family).labelled && settings.default_originate)
      checker.refuse(at + "/default_originate", "a default route made up for a peer has no label", "false");
    if (row_of(family).unicast() && peer.families.contains(labelled_of(row_of(family).addresses)))
      checker.refuse(at, "a peer tells its routes with labels or without", "one of the two families");
  }
}

void check_family_policies(Checker& checker, const Families& families, const std::string& at, bool own_only) {
  for (const auto& [family, settings] : families) {
    const std::string below = at + "/families/" + std::string(name_of(family));
    for (const auto& [key, policy] :
         {std::pair{"/import_policy", &settings.import_policy}, std::pair{"/export_policy", &settings.export_policy}})
      if (!own_only || checker.is_written(below + key)) checker.check_policy(below + key, *policy);
    const std::string of_default = below + "/default_originate/policy";
    if (settings.default_originate && (!own_only || checker.is_written(of_default)))
      checker.check_policy(of_default, settings.default_originate->policy);
  }
}

void check_peer(Checker& checker, const VpnInstance& instance, const Peer& peer) {
  const std::string at = checker.pointer_to(peer);
  for (const Rule& rule : rules)
    if (rule.broken(peer, instance))
      checker.refuse(at + "/" + std::string(rule.key), std::string(rule.message), std::string(rule.expected));
  check_families(checker, peer);
  check_family_policies(checker, peer.families, at, true);
}

}  // namespace

void check_peers(Checker& checker) {
  for (const auto& [name, group] : checker.groups())
    check_family_policies(checker, group.families, "/groups/" + pointer_token(name), false);
  const auto check_all = [&](const VpnInstance& instance) {
    for (const Peer& peer : instance.peers) check_peer(checker, instance, peer);
  };
  check_all(checker.config().public_instance);
  for (const VpnInstance& instance : checker.config().vpn_instances) check_all(instance);
}

}  // namespace vrfd::config
