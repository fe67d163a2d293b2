// What the method functions work with, and the names they look up in it.
#pragma once

#include <functional>
#include <string>

#include "daemon/commands/config_store.h"
#include "daemon/control/methods.h"
#include "daemon/protocol/answers.h"
#include "daemon/router/router.h"
#include "daemon/router/selection.h"

namespace vrfd::commands {

struct Context {
  Router& router;
  ConfigStore& config;
  // Has a function called from the loop, after I/O had its turn.
  std::function<void(std::function<void()>)> later;
};

protocol::ErrorAnswer unknown_peer(const Instance& instance, const IpAddress& address);
// How long ago, in whole seconds.
std::uint64_t seconds_since(TimePoint then);
std::string wall_time(TimePoint then);

// By part of the command line; all of them: `register_commands`.
void add_job_commands(control::Methods& methods, Context& context);
void add_peer_commands(control::Methods& methods, Context& context);
void add_route_commands(control::Methods& methods, Context& context);
void add_instance_commands(control::Methods& methods, Context& context);
void add_forwarding_commands(control::Methods& methods, Context& context);
void add_explain_commands(control::Methods& methods, Context& context);
void add_monitor_commands(control::Methods& methods, Context& context);
void add_pending_commands(control::Methods& methods, Context& context);
void add_config_commands(control::Methods& methods, Context& context);
void add_status_commands(control::Methods& methods, Context& context);

void register_commands(control::Methods& methods, Context& context);

}  // namespace vrfd::commands
