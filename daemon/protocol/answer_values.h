// The words that a key of an answer may hold, for the manual page: a row is a key of an answer and its words. What
// comes from tables outside of the client's reach is held to them by a test.
#pragma once

#include <array>
#include <string_view>

namespace vrfd::protocol {

struct AnswerValueRow {
  std::string_view answer{};
  std::string_view key{};
  std::string_view words{};  // separated by spaces
};

inline constexpr std::array answer_values{
    AnswerValueRow{"show bgp peer", "state", "idle connect active open_sent open_confirm established shutdown"},
    AnswerValueRow{"show bgp peer", "type", "internal external"},
    AnswerValueRow{"show bgp peer", "last_reset.by", "local peer"},
    AnswerValueRow{"show bgp peer", "families.limit_state", "within warning over"},
    AnswerValueRow{"show bgp peer", "families.stale", "none awaiting long_lived resyncing"},
    AnswerValueRow{"show bgp peer", "capabilities",
                   "multiprotocol route_refresh outbound_route_filtering extended_next_hop extended_message role "
                   "graceful_restart four_octet_as add_path enhanced_route_refresh long_lived_graceful_restart"},
    AnswerValueRow{"routes", "origin", "igp egp incomplete"},
    AnswerValueRow{"show vpn-instance", "device_state", "up down missing conflict none"},
    AnswerValueRow{"show vpn-instance", "label_mode", "per_instance per_next_hop per_route"},
    AnswerValueRow{"show vpn-instance", "limit_state", "within warning over"},
    AnswerValueRow{"show fib", "state", "installed pending failed foreign missing"},
    AnswerValueRow{"show labels", "mode", "per_instance per_next_hop per_route swap"},
    AnswerValueRow{"show labels", "state", "installed pending failed"},
    AnswerValueRow{"show next-hops", "state", "resolved unresolved"},
    AnswerValueRow{"show pending", "direction", "import export"},
    AnswerValueRow{"show slow-peers", "reason", "relative absolute"},
    AnswerValueRow{"show policy", "terms.then", "accept reject next"},
    AnswerValueRow{"show status", "restart", "done selecting relearning"},
    AnswerValueRow{"show status", "kernel.state", "off awaiting syncing synced"},
    AnswerValueRow{"fib audit", "state", "clean drift repaired"},
    AnswerValueRow{"fib audit", "differences.kind", "missing foreign different"},
    AnswerValueRow{"refresh and reset", "kind", "refresh reset"},
    AnswerValueRow{"refresh and reset", "direction", "import export"},
    AnswerValueRow{"refresh and reset", "peers.state", "done running skipped failed"},
    AnswerValueRow{"refresh and reset", "peers.reason",
                   "not_established family_not_negotiated no_route_refresh session_lost removed timed_out"},
    AnswerValueRow{"refresh and reset", "peers.method", "stored route_refresh session_reset"},
    AnswerValueRow{"refresh and reset", "stages.stage", "reevaluate peer_refresh export session fib"},
};

}  // namespace vrfd::protocol
