// Recorded cases where vrfd's outcome is not the first one expected, each with the reason. Every outcome that is not
// exact needs a row here, also one that the recording accepts beside the first; a row that no case needs is a failure.
#pragma once

#include <array>
#include <string_view>

namespace vrfd::bgp {

struct Explained {
  std::string_view id;
  std::string_view reason;
};

inline constexpr std::string_view mp_subcode = "RFC 4760, 7 names subcode 9 for a broken MP attribute";
inline constexpr std::string_view no_confederation =
    "an external peer's confederation segments are malformed where confederations are off (RFC 5065, 5)";
inline constexpr std::string_view kept_but_unusable =
    "from an internal peer the route is kept; its next hop never resolves (RFC 4271, 5.1.3)";
inline constexpr std::string_view peer_is_wrong = "an external peer's next hop that is no unicast address is withdrawn";

inline constexpr std::array explained{
    Explained{"nexthop-value-0-0-0-0", peer_is_wrong},
    Explained{"nexthop-value-255-255-255-255", peer_is_wrong},
    Explained{"vpnv6-nh-16", mp_subcode},
    Explained{"v6-nh-15", mp_subcode},
    Explained{"v6-nh-overrun", mp_subcode},
    Explained{"mp-reach-4", mp_subcode},
    Explained{"mp-unreach-2", mp_subcode},
    Explained{"CVE-2007-1995", mp_subcode},
    Explained{"CVE-2007-1995#2", mp_subcode},
    Explained{"CVE-2018-5378", mp_subcode},
    Explained{"CVE-2018-5381#2", "a multiprotocol capability of any length but 4 refuses the OPEN"},
    Explained{"frr:test_mp_attr.c:IPv6-bug", "MP_REACH_NLRI without routes announces nothing and harms nothing"},
    Explained{"frr:test_aspath.c:confed", no_confederation},
    Explained{"frr:test_aspath.c:confed2", no_confederation},
    Explained{"frr:test_aspath.c:reconcile_confed", no_confederation},
    Explained{"frr:bgp_rfc7606_treat_as_withdraw:nexthop-zero:ibgp", kept_but_unusable},
    Explained{"frr:bgp_rfc7606_treat_as_withdraw:nexthop-loopback:ibgp", kept_but_unusable},
    Explained{"frr:bgp_rfc7606_treat_as_withdraw:nexthop-multicast:ibgp", kept_but_unusable},
};

}  // namespace vrfd::bgp
