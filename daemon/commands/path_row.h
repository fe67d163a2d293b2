// A path of a table as a row: its attributes, where it is from, what became of it and why.
#pragma once

#include "daemon/protocol/route_row.h"
#include "daemon/router/router.h"

namespace vrfd::commands {

// Attributes and source; state, reason and `best` are for the caller.
protocol::RouteRow route_row(Router& router, const Instance& instance, const RouteTable& table, DestId dest,
                             AttrId attributes, Label label, PeerId source);
// `as_received`: with the attributes before policy.
protocol::RouteRow path_row(Router& router, const Instance& instance, RouteTable& table, DestId dest, PathId path,
                            bool as_received);
// That a row shows: of a VPN route, and of one that came from there.
std::optional<RouteDistinguisher> rd_of(const RouteTable& table, DestId dest, PathId path);
// The policy and the term that rejected a path: "from-ce term 2". For an imported path that is the instance's policy,
// else the peer's. Nothing where no policy did, or the one that did is not in force any more.
std::optional<std::string> rejecting_policy(Router& router, const Instance& instance, RouteTable& table, DestId dest,
                                            PathId path);

}  // namespace vrfd::commands
