#include "daemon/commands/context.h"

namespace vrfd::commands {

protocol::ErrorAnswer unknown_peer(const Instance& instance, const IpAddress& address) {
  std::vector<std::string> known;
  for (const auto& [key, peer] : instance.peers()) known.push_back(config::name_of(peer->configured()));
  const std::string where = instance.is_public() ? "" : " in VPN instance " + instance.name();
  return not_found(protocol::ErrorCode::unknown_peer, "no peer " + to_string(address) + where, to_string(address),
                   std::move(known));
}

std::uint64_t seconds_since(TimePoint then) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - then).count());
}

std::string wall_time(TimePoint then) {
  return rfc3339(wall_time_of(then, Clock::now(), std::chrono::system_clock::now()));
}

void register_commands(control::Methods& methods, Context& context) {
  add_job_commands(methods, context);
  add_peer_commands(methods, context);
  add_route_commands(methods, context);
  add_instance_commands(methods, context);
  add_forwarding_commands(methods, context);
  add_explain_commands(methods, context);
  add_monitor_commands(methods, context);
  add_pending_commands(methods, context);
  add_config_commands(methods, context);
  add_status_commands(methods, context);
}

}  // namespace vrfd::commands
