// The parts of an explanation, each about one stage on the way of a route. All look at the present state and change
// nothing; what they list is bounded by `explain_most`.
#pragma once

#include "daemon/protocol/explain_answer.h"
#include "daemon/router/router.h"

namespace vrfd::commands {

inline constexpr std::size_t explain_most = 100;

// A destination of an instance's table; `dest` is `no_index` where the instance has none of that prefix.
struct Explained {
  Router& router;
  const Instance& instance;
  RouteTable& table;
  DestId dest = no_index;
  Prefix prefix;

  PathId best() const { return dest == no_index ? no_index : table.best(dest); }
};

// The paths of the instance (explain_paths.cpp).
void explain_paths(const Explained& what, protocol::ExplainAnswer& answer);
// The VPN routes of the prefix under the route distinguisher number `rd` that are not in the instance.
void explain_vpn_routes(const Explained& what, std::uint32_t rd, protocol::ExplainAnswer& answer);

// What the kernel was told, and said (explain_forwarding.cpp).
void explain_fib(const Explained& what, protocol::ExplainFib& fib);
void explain_export(const Explained& what, protocol::ExplainExport& out);
protocol::ExplainNextHop explain_next_hop(Router& router, const NextHop& next_hop);

// Whether `peer` is told of `dest` of the table of its family, and why not (explain_audience.cpp).
protocol::ExplainAudience explain_audience(Router& router, Peer& peer, Family family, DestId dest);

// All of it in a word and a sentence, from what the other parts found (explain_verdict.cpp).
void explain_verdict(const Explained& what, protocol::ExplainAnswer& answer);

}  // namespace vrfd::commands
