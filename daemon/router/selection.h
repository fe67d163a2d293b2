// Which peers a command means: the one place where selectors are resolved.
#pragma once

#include <variant>
#include <vector>

#include "daemon/protocol/error_code.h"
#include "daemon/protocol/refresh_request.h"
#include "daemon/router/instance.h"

namespace vrfd {

class Router;

// A peer by name, so that it may leave the configuration while a job is under way.
struct Target {
  std::string vpn_instance;  // empty: the public instance
  IpAddress address;
  Family family;
  Peer* peer(Router& router) const;
};

// The instance of that name; nullopt: the public one.
std::variant<Instance*, protocol::ErrorAnswer> find_instance(Router& router, const std::optional<std::string>& name);

// Of the peers with `family` in the instance, those that the selector names. An unknown instance, peer, group or AS is
// an error that lists the names that exist; `all`, `internal` and `external` may select none.
std::variant<std::vector<Target>, protocol::ErrorAnswer> select(Router& router,
                                                                const std::optional<std::string>& vpn_instance,
                                                                Family family, const protocol::Selector& selector);

}  // namespace vrfd
