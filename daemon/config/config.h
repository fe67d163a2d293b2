// The whole configuration as values: what vrfd.json says, checked and resolved.
//
// Invariants of a `Config` that `parse` returned: every name that is referred to exists; peers are resolved, that is,
// what the top level and the group say is already in them; lists that the router looks things up in are sorted (VPN
// instances, prefix lists and policies by name, peers by address); nothing contradicts itself. Values are plain and
// comparable, so that the difference of two configurations is a comparison of members.
//
// Whoever adds a key adds a member here and a row to one of the tables of keys (keys_*.cpp).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vrf/policy/definition.h"
#include "vrf/types/address.h"
#include "vrf/types/asn.h"
#include "vrf/types/community.h"
#include "vrf/types/family.h"
#include "vrf/types/label.h"
#include "vrf/types/prefix.h"
#include "vrf/types/role.h"
#include "vrf/types/route_distinguisher.h"
#include "vrf/types/strong.h"

namespace vrfd::config {

// A value together with the notation that the operator chose for it ("1.10:5" and "65546:5" are one RD); shown as
// written.
template <class T>
struct Written {
  T value = {};
  std::string text = {};
  bool operator==(const Written&) const = default;
};

template <class T>
std::vector<T> values_of(const std::vector<Written<T>>& written) {
  std::vector<T> values;
  values.reserve(written.size());
  for (const Written<T>& one : written) values.push_back(one.value);
  return values;
}

enum class LabelMode : std::uint8_t { per_instance, per_next_hop, per_route };
enum class RouteSource : std::uint8_t { direct, static_, kernel };
enum class PolicyChange : std::uint8_t { manual, automatic };
enum class LimitAction : std::uint8_t { stop, restart, warn };
enum class RemovePrivateAs : std::uint8_t { no, yes, all, replace };
enum class AddPathMode : std::uint8_t { off, both, send, receive };
enum class CommunityKind : std::uint8_t { standard, extended, large, route_targets };

// Routes of one source that become BGP routes, those that the policy accepts.
struct ImportRoutes {
  RouteSource source = RouteSource::direct;
  std::optional<std::string> policy = {};
  bool operator==(const ImportRoutes&) const = default;
};

// A prefix that BGP originates without a kernel route.
struct Network {
  Prefix prefix = {};
  std::optional<std::string> policy = {};
  bool operator==(const Network&) const = default;
};

struct MaximumPrefixes {
  std::uint32_t limit = 0;
  LimitAction action = LimitAction::stop;
  std::uint32_t warning_percent = 75;
  std::uint32_t restart_after_s = 60;  // for LimitAction::restart
  bool operator==(const MaximumPrefixes&) const = default;
};

// RFC 4724; `long_lived_stale_time_s` 0 offers no RFC 9494.
struct GracefulRestart {
  std::uint32_t restart_time_s = 120;
  std::uint32_t stale_time_s = 300;
  std::uint32_t selection_deferral_s = 120;
  std::uint32_t long_lived_stale_time_s = 0;
  bool operator==(const GracefulRestart&) const = default;
};

struct SlowPeer {
  std::uint32_t relative_s = 300;
  std::uint32_t absolute_s = 9;
  std::uint32_t return_after_s = 3600;
  bool operator==(const SlowPeer&) const = default;
};

struct Capabilities {
  bool multiprotocol = true;
  bool route_refresh = true;
  bool enhanced_route_refresh = true;
  bool extended_message = true;
  bool four_octet_as = true;
  bool extended_next_hop = true;
  AddPathMode add_path = AddPathMode::off;
  bool operator==(const Capabilities&) const = default;
};

// Where a session's own address comes from: an address, or the addresses of an interface (a loopback).
struct UpdateSource {
  std::optional<IpAddress> address = {};
  std::string interface = {};
  bool operator==(const UpdateSource&) const = default;
};

// Another AS number towards this peer only. `prepend` puts it into received paths too, `replace` leaves our own AS
// out of sent ones.
struct LocalAs {
  Asn asn = {};
  bool prepend = true;
  bool replace = false;
  bool operator==(const LocalAs&) const = default;
};

// A default route made up for a peer, which the peer's export policy does not see.
struct DefaultOriginate {
  std::optional<std::string> policy = {};  // may edit or refuse it
  bool operator==(const DefaultOriginate&) const = default;
};

struct FamilySettings {
  std::optional<std::string> import_policy = {};
  std::optional<std::string> export_policy = {};
  std::optional<MaximumPrefixes> maximum_prefixes = {};  // resolved: the peer's where the family has none
  std::optional<DefaultOriginate> default_originate = {};
  bool operator==(const FamilySettings&) const = default;
};

using Families = std::map<Family, FamilySettings>;

struct Peer {
  IpAddress address = {};            // of a range its network address
  std::optional<Prefix> range = {};  // whoever connects from it is taken as a peer
  // No key: the range that this peer, which has an address, connected from.
  std::optional<Prefix> joined_from = {};
  std::string vpn_instance = {};  // empty: the public instance
  std::string group = {};         // empty: none
  Asn as = {};
  bool internal = false;  // iBGP: `as` is the AS that this side uses towards it
  std::string description = {};
  std::string interface = {};  // for a link-local address
  std::optional<LocalAs> local_as = {};
  UpdateSource update_source = {};
  std::uint16_t port = 179;
  bool passive = false;
  bool shutdown = false;
  std::string shutdown_message = {};            // RFC 9003
  std::optional<unsigned> multihop = {};        // hops; absent: the link for eBGP, unlimited for iBGP
  std::optional<unsigned> ttl_security = {};    // hops (RFC 5082)
  std::optional<std::string> password = {};     // TCP MD5 (RFC 2385)
  std::uint32_t hold_time = 90;                 // seconds; 0: no keepalives
  std::uint32_t minimum_hold_time = 0;          // seconds; a peer that offers less is refused
  std::optional<std::uint32_t> keepalive = {};  // seconds; absent: a third of the negotiated hold time
  std::uint32_t connect_retry = 10;             // seconds
  std::optional<std::uint32_t> send_hold_time =
      {};  // seconds, 0 never; absent: RFC 9687's 8 minutes or twice the hold time
  bool bfd = false;
  std::optional<Role> role = {};      // what this side is to the peer (RFC 9234)
  bool strict_role = false;           // the peer must name one as well
  std::uint32_t maximum_peers = 100;  // of a range, at a time
  Capabilities capabilities = {};
  std::optional<GracefulRestart> graceful_restart = GracefulRestart{};
  std::uint32_t refresh_timeout_s = 300;
  std::optional<SlowPeer> slow_peer = SlowPeer{};
  bool enforce_first_as = true;
  bool ebgp_requires_policy = true;
  bool store_rejected = true;
  std::optional<MaximumPrefixes> maximum_prefixes = {};  // of each family that does not say its own
  bool as_override = false;
  unsigned allow_as_in = 0;
  std::optional<ExtendedCommunity> site_of_origin = {};
  RemovePrivateAs remove_private_as = RemovePrivateAs::no;
  bool route_reflector_client = false;
  bool next_hop_self = false;
  bool next_hop_unchanged = false;
  std::vector<CommunityKind> send_communities = {CommunityKind::standard, CommunityKind::extended,
                                                 CommunityKind::large};
  Families families = {};
  bool operator==(const Peer&) const = default;
};

// "192.0.2.1", or "192.0.2.0/24" for a range: the peer's key in the file and its name in commands.
std::string name_of(const Peer& peer);
// The peer that the range stands for, as one of its addresses connects.
Peer member_of(const Peer& range, const IpAddress& address);

// A VPN instance. The public instance has the same shape, with an empty name, no device and, by default, table 254.
struct VpnInstance {
  std::string name = {};
  std::string description = {};
  std::optional<Written<RouteDistinguisher>> rd = {};  // present where there are export targets
  std::vector<Written<RouteTarget>> import_targets = {};
  std::vector<Written<RouteTarget>> export_targets = {};
  std::optional<TableId> table = {};           // absent: allocated and remembered
  std::optional<std::string> vrf_device = {};  // absent: derived from the name
  bool fib = true;                             // resolved: false where the top level says so
  std::vector<std::string> interfaces = {};
  LabelMode label_mode = LabelMode::per_instance;
  std::optional<Label> label = {};  // a fixed one, for the whole instance
  std::vector<ImportRoutes> import_routes = {};
  std::optional<std::string> import_policy = {};  // VPN to VRF
  std::optional<std::string> export_policy = {};  // VRF to VPN
  std::uint32_t maximum_paths = 1;
  bool backup_path = false;  // beside them the best path over another next hop, for when none of them leads anywhere
  std::optional<MaximumPrefixes> maximum_prefixes = {};
  std::vector<Network> networks = {};
  Asn as = {};               // resolved: the top level's where it has no own
  IpAddress router_id = {};  // likewise
  std::vector<Peer> peers = {};
  bool operator==(const VpnInstance&) const = default;
};

struct LabelRange {
  Label first{100000};
  Label last{label_limit - 1};
  bool operator==(const LabelRange&) const = default;
};

struct Config {
  Asn as = {};               // 0 only where there is neither a peer nor a VPN instance
  IpAddress router_id = {};  // likewise 0.0.0.0
  std::uint16_t listen_port = 179;
  std::optional<IpAddress> cluster_id = {};  // in address form; absent: the router id
  bool fib = true;
  PolicyChange policy_change = PolicyChange::manual;
  bool manage_sysctls = true;
  std::vector<std::string> core_interfaces = {};
  LabelRange label_range = {};
  std::vector<std::string> groups = {};  // names, for selectors
  VpnInstance public_instance{.table = main_table};
  std::vector<VpnInstance> vpn_instances = {};
  std::vector<PrefixList> prefix_lists = {};
  std::vector<PolicyDefinition> policies = {};
  bool operator==(const Config&) const = default;
};

// Nothing if there is none. The empty name is the public instance.
const VpnInstance* find_instance(const Config& config, std::string_view name);
const Peer* find_peer(const VpnInstance& instance, const IpAddress& address);
// The longest range that holds `address`; nothing if there is none.
const Peer* find_range(const VpnInstance& instance, const IpAddress& address);
const PrefixList* find_prefix_list(const Config& config, std::string_view name);
const PolicyDefinition* find_policy(const Config& config, std::string_view name);

}  // namespace vrfd::config
