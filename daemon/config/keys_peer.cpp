// The keys of peers, of groups, and of the top level where it gives all peers their defaults.
#include <array>

#include "daemon/config/peer_forms.h"

namespace vrfd::config {

template <>
std::span<const Word<Role>> words_of<Role>() {
  static constexpr std::array<Word<Role>, 5> words{{{Role::provider, "provider"},
                                                    {Role::rs_server, "rs_server"},
                                                    {Role::rs_client, "rs_client"},
                                                    {Role::customer, "customer"},
                                                    {Role::peer, "peer"}}};
  return words;
}

template <>
std::span<const Word<CommunityKind>> words_of<CommunityKind>() {
  static constexpr std::array<Word<CommunityKind>, 4> words{{{CommunityKind::standard, "standard"},
                                                             {CommunityKind::extended, "extended"},
                                                             {CommunityKind::large, "large"},
                                                             {CommunityKind::route_targets, "route_targets"}}};
  return words;
}

namespace {

constexpr std::uint8_t own = in_group | in_peer;

constexpr std::array peer_keys{
    key<&Peer::group>("group", "The group whose keys this peer takes over").between(1, 47).only(in_peer),
    key<&Peer::as>("as", "The peer's AS number; the own one makes it an iBGP peer").only(own).takes(Effect::reset),
    key<&Peer::description>("description", "Free text, shown beside the peer").between(0, 255).only(own),
    key<&Peer::interface, DeviceName>("interface", "The link of a peer with a link-local address")
        .only(own)
        .takes(Effect::reset),
    key<&Peer::local_as, Nullable<LocalAsForm>>("local_as", "Another own AS number towards this peer")
        .by_default("null")
        .only(own)
        .takes(Effect::reset),
    key<&Peer::update_source, UpdateSourceForm>("update_source",
                                                "Own address of the session, or the interface that has it")
        .by_default("null")
        .only(inherited)
        .takes(Effect::reset),
    key<&Peer::port>("port", "The peer's TCP port")
        .between(1, 65535)
        .by_default("179")
        .only(inherited)
        .takes(Effect::reset),
    key<&Peer::passive>("passive", "Wait for the peer to connect").by_default("false").only(inherited),
    key_of<Peer, ShutdownForm>("shutdown", "Keep the session down; a text is told to the peer (RFC 9003)")
        .between(0, 128)
        .by_default("false")
        .only(own),
    key<&Peer::multihop>("multihop", "Hops that an eBGP peer may be away")
        .between(1, 255)
        .by_default("null")
        .only(inherited)
        .takes(Effect::reset),
    key<&Peer::ttl_security>("ttl_security", "Take packets only from at most so many hops away (RFC 5082)")
        .between(1, 254)
        .by_default("null")
        .only(inherited)
        .takes(Effect::reset),
    key<&Peer::password>("password", "TCP MD5 password (RFC 2385)")
        .between(1, 80)
        .by_default("null")
        .only(inherited)
        .takes(Effect::reset),
    key<&Peer::hold_time, HoldTime>("hold_time", "Offered hold time in seconds; 0 sends no keepalives")
        .by_default("90")
        .only(inherited)
        .takes(Effect::reset),
    key<&Peer::minimum_hold_time>("minimum_hold_time",
                                  "Least hold time in seconds that the peer may offer; 0 takes any")
        .between(0, 65535)
        .by_default("0")
        .only(inherited)
        .takes(Effect::reset),
    key<&Peer::keepalive>("keepalive", "Seconds between keepalives; null is a third of the hold time")
        .between(1, 21845)
        .by_default("null")
        .only(inherited)
        .takes(Effect::reset),
    key<&Peer::connect_retry>("connect_retry", "Seconds between attempts to connect")
        .between(1, 65535)
        .by_default("10")
        .only(inherited),
    key<&Peer::send_hold_time>("send_hold_time",
                               "Seconds that the peer may take nothing before the session is closed (RFC 9687); 0 "
                               "never, null the longer of 480 and twice the hold time")
        .between(0, 65535)
        .by_default("null")
        .only(inherited),
    key<&Peer::bfd>("bfd",
                    "Close the session as soon as the kernel has no way to the peer left, also over several hops")
        .by_default("false")
        .only(inherited),
    key<&Peer::role>("role", "What this side is to the eBGP peer (RFC 9234)")
        .by_default("null")
        .only(own)
        .takes(Effect::reset),
    key<&Peer::strict_role>("strict_role", "Refuse an eBGP peer that names no role of its own")
        .by_default("false")
        .only(own)
        .takes(Effect::reset),
    key<&Peer::maximum_peers>("maximum_peers", "Most peers at a time of one that is given by a prefix")
        .between(1, 65535)
        .by_default("100")
        .only(own),
    key<&Peer::capabilities, Object<Capabilities>>("capabilities", "Capabilities to offer or not")
        .only(inherited)
        .takes(Effect::reset),
    key<&Peer::graceful_restart, FalseOr<Object<GracefulRestart>>>(
        "graceful_restart", "Graceful restart (RFC 4724); false does not offer it")
        .by_default("{}")
        .only(inherited)
        .takes(Effect::reset),
    key<&Peer::refresh_timeout_s>("refresh_timeout_s",
                                  "Seconds that a refresh waits for the peer's end of it (RFC 7313)")
        .between(1, 86400)
        .by_default("300")
        .only(inherited),
    key<&Peer::slow_peer, FalseOr<Object<SlowPeer>>>("slow_peer", "When a peer counts as slow; false never")
        .by_default("{}")
        .only(inherited),
    key<&Peer::enforce_first_as>("enforce_first_as", "Refuse eBGP routes whose path does not begin with the peer's AS")
        .by_default("true")
        .only(inherited)
        .takes(Effect::refresh_import),
    key<&Peer::ebgp_requires_policy>("ebgp_requires_policy",
                                     "An eBGP peer without a policy exchanges nothing (RFC 8212)")
        .by_default("true")
        .only(inherited)
        .takes(Effect::refresh_both),
    key<&Peer::store_rejected>("store_rejected", "Keep routes that policy rejects, for refreshes without the peer")
        .by_default("true")
        .only(inherited)
        .takes(Effect::refresh_import),
    key<&Peer::maximum_prefixes, Nullable<NumberOrObject<&MaximumPrefixes::limit>>>(
        "maximum_prefixes", "Most prefixes of each family that says no own limit")
        .between(1, 4294967295)
        .by_default("null")
        .only(own),
    key<&Peer::as_override>("as_override", "Put the own AS in place of the peer's in paths sent to it")
        .by_default("false")
        .only(own)
        .takes(Effect::refresh_export),
    key<&Peer::allow_as_in>("allow_as_in", "How often the own AS may occur in received paths")
        .between(0, 10)
        .by_default("0")
        .only(inherited)
        .takes(Effect::refresh_import),
    key<&Peer::site_of_origin, Nullable<SiteOfOrigin>>("site_of_origin",
                                                       "Marks the peer's routes, which then never go back to its site")
        .by_default("null")
        .only(own)
        .takes(Effect::refresh_both),
    key<&Peer::remove_private_as, RemovePrivateAsForm>(
        "remove_private_as",
        "Take private AS numbers out of sent paths: where all are private (true), \"all\", or \"replace\" by the own")
        .by_default("false")
        .only(own)
        .takes(Effect::refresh_export),
    key<&Peer::route_reflector_client>("route_reflector_client", "Reflect iBGP routes to and from this peer")
        .by_default("false")
        .only(own)
        .takes(Effect::reset),
    key<&Peer::next_hop_self>(
        "next_hop_self", "Announce the own address as next hop; for VPN routes of other ASes, with a label of its own")
        .by_default("false")
        .only(own)
        .takes(Effect::refresh_export),
    key<&Peer::next_hop_unchanged>("next_hop_unchanged",
                                   "Leave the next hop, and the label of VPN routes, alone, also towards an eBGP peer")
        .by_default("false")
        .only(own)
        .takes(Effect::refresh_export),
    key<&Peer::send_communities>("send_communities",
                                 "Kinds of communities that leave; towards VPN peers route targets always do")
        .by_default(R"(["standard", "extended", "large"])")
        .only(inherited)
        .takes(Effect::refresh_export),
    key<&Peer::families, FamiliesForm>(
        "families", "Address families of the session; without any, the unicast one of the peer's address")
        .only(own)
        .takes(Effect::apart),
};

constexpr std::array default_originate_keys{
    key<&DefaultOriginate::policy, Nullable<ReferredName>>("policy", "Policy that the default route passes")
        .by_default("null"),
};

constexpr std::array family_keys{
    key<&FamilySettings::import_policy, Nullable<ReferredName>>("import_policy", "Policy that received routes pass")
        .by_default("null")
        .takes(Effect::apart),
    key<&FamilySettings::export_policy, Nullable<ReferredName>>("export_policy", "Policy that announced routes pass")
        .by_default("null")
        .takes(Effect::apart),
    key<&FamilySettings::maximum_prefixes, Nullable<NumberOrObject<&MaximumPrefixes::limit>>>(
        "maximum_prefixes", "Most prefixes of this family")
        .between(1, 4294967295)
        .by_default("null"),
    key<&FamilySettings::default_originate, FalseOr<Object<DefaultOriginate>>>(
        "default_originate", "Announce a default route to the peer, whether there is one or not")
        .by_default("false")
        .takes(Effect::refresh_export),
};

}  // namespace

template <>
Keys<Peer> keys_of<Peer>() {
  return peer_keys;
}
template <>
Keys<DefaultOriginate> keys_of<DefaultOriginate>() {
  return default_originate_keys;
}
template <>
Keys<FamilySettings> keys_of<FamilySettings>() {
  return family_keys;
}
}  // namespace vrfd::config
