#include "daemon/base/notify.h"

#include <systemd/sd-daemon.h>

#include <string>

namespace vrfd {
namespace {

void notify(const std::string& state) { sd_notify(0, state.c_str()); }

// A line feed would start another assignment.
std::string status_line(std::string_view status) {
  std::string line = "STATUS=";
  line += status;
  for (char& c : line)
    if (c == '\n') c = ' ';
  return line;
}

}  // namespace

void notify_ready(std::string_view status) { notify("READY=1\n" + status_line(status)); }
void notify_status(std::string_view status) { notify(status_line(status)); }

void notify_reloading(TimePoint now) {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void notify_stopping() { notify("STOPPING=1"); }
void notify_watchdog() { notify("WATCHDOG=1"); }

std::optional<Duration> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds / 2);
}

}  // namespace vrfd
