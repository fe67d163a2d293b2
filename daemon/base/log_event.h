// Everything that vrfd logs, one row each: a name that never changes within a major version (scripts match on it), a
// level and what it means. Adding an event is adding an enumerator and its row.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vrfd {

// The numbers are those of syslog (RFC 5424, 6.2.1), which the journal understands as "<N>".
enum class LogLevel : std::uint8_t { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

enum class LogEvent : std::uint8_t {
  daemon_started,
  daemon_stopping,
  config_applied,
  config_refused,
  session_established,
  session_down,
  session_connect_failed,
  session_closed,
  session_collision,
  session_notification_sent,
  session_notification_received,
  session_malformed_update,
  session_message_ignored,
  listener_opened,
  listener_failed,
  connection_refused,
  kernel_overrun,
  kernel_refused,
  kernel_synced,
  device_lost,
  device_ready,
  job_started,
  job_finished,
  control_refused,
  slow_peer,
  prefix_limit,
  restart_begun,
  restart_finished,
  routes_kept,
  routes_swept,
};

struct LogEventRow {
  LogEvent event;
  LogLevel level;
  std::string_view name;
  std::string_view meaning;
};

inline constexpr std::array log_events{
    LogEventRow{LogEvent::daemon_started, LogLevel::notice, "daemon_started", "the daemon is ready"},
    LogEventRow{LogEvent::daemon_stopping, LogLevel::notice, "daemon_stopping", "the daemon is going down"},
    LogEventRow{LogEvent::config_applied, LogLevel::notice, "config_applied", "a configuration is in force"},
    LogEventRow{LogEvent::config_refused, LogLevel::error, "config_refused", "a configuration was refused whole"},
    LogEventRow{LogEvent::session_established, LogLevel::notice, "session_established", "a BGP session is up"},
    LogEventRow{LogEvent::session_down, LogLevel::notice, "session_down", "an established BGP session ended"},
    LogEventRow{LogEvent::session_connect_failed, LogLevel::info, "session_connect_failed", "a peer was not reached"},
    LogEventRow{LogEvent::session_closed, LogLevel::info, "session_closed", "TCP ended before the session was up"},
    LogEventRow{LogEvent::session_collision, LogLevel::info, "session_collision",
                "one of two connections to a peer was closed (RFC 4271, 6.8)"},
    LogEventRow{LogEvent::session_notification_sent, LogLevel::notice, "session_notification_sent",
                "a NOTIFICATION was sent"},
    LogEventRow{LogEvent::session_notification_received, LogLevel::notice, "session_notification_received",
                "a NOTIFICATION was received"},
    LogEventRow{LogEvent::session_malformed_update, LogLevel::warning, "session_malformed_update",
                "an UPDATE had faults (RFC 7606)"},
    LogEventRow{LogEvent::session_message_ignored, LogLevel::info, "session_message_ignored",
                "a message was skipped as its RFC asks"},
    LogEventRow{LogEvent::listener_opened, LogLevel::info, "listener_opened", "connections are accepted"},
    LogEventRow{LogEvent::listener_failed, LogLevel::error, "listener_failed", "connections cannot be accepted"},
    LogEventRow{LogEvent::connection_refused, LogLevel::debug, "connection_refused",
                "a connection of no configured peer was closed"},
    LogEventRow{LogEvent::kernel_overrun, LogLevel::warning, "kernel_overrun",
                "kernel events were lost; the state is read anew"},
    LogEventRow{LogEvent::kernel_refused, LogLevel::warning, "kernel_refused", "the kernel refused an operation"},
    LogEventRow{LogEvent::kernel_synced, LogLevel::info, "kernel_synced", "kernel and desired state were compared"},
    LogEventRow{LogEvent::device_lost, LogLevel::warning, "device_lost", "a VRF device went away"},
    LogEventRow{LogEvent::device_ready, LogLevel::info, "device_ready", "a VRF device is ready"},
    LogEventRow{LogEvent::job_started, LogLevel::info, "job_started", "a refresh or reset began"},
    LogEventRow{LogEvent::job_finished, LogLevel::info, "job_finished", "a refresh or reset ended"},
    LogEventRow{LogEvent::control_refused, LogLevel::warning, "control_refused", "a control client was refused"},
    LogEventRow{LogEvent::slow_peer, LogLevel::warning, "slow_peer", "a peer became or ceased to be slow"},
    LogEventRow{LogEvent::prefix_limit, LogLevel::warning, "prefix_limit",
                "prefixes of a peer or instance come near their limit, or exceed it"},
    LogEventRow{LogEvent::restart_begun, LogLevel::notice, "restart_begun",
                "the kernel goes on forwarding as an earlier run left it; routes are learned again"},
    LogEventRow{LogEvent::restart_finished, LogLevel::notice, "restart_finished",
                "what was not learned again after a restart goes"},
    LogEventRow{LogEvent::routes_kept, LogLevel::notice, "routes_kept",
                "the routes of a peer that is away stay in use (RFC 4724, RFC 9494)"},
    LogEventRow{LogEvent::routes_swept, LogLevel::notice, "routes_swept",
                "kept routes that the peer did not send again went"},
};

constexpr const LogEventRow& row_of(LogEvent event) { return log_events[static_cast<std::size_t>(event)]; }

namespace detail {
constexpr bool log_events_in_order() {
  for (std::size_t i = 0; i < log_events.size(); ++i)
    if (static_cast<std::size_t>(log_events[i].event) != i) return false;
  return log_events.back().event == LogEvent::routes_swept;
}
}  // namespace detail
static_assert(detail::log_events_in_order(), "each event has its row, in the order of the enumeration");

}  // namespace vrfd
