// What the service manager is told (sd_notify(3)). Outside systemd each of these does nothing.
#pragma once

#include <optional>
#include <string_view>

#include "daemon/base/clock.h"

namespace vrfd {

void notify_ready(std::string_view status);
void notify_status(std::string_view status);
// Goes with notify_ready() at the end of the reload.
void notify_reloading(TimePoint now);
void notify_stopping();
void notify_watchdog();
// How often notify_watchdog() is to be called, if a watchdog waits for it: half of the time after which it bites.
std::optional<Duration> watchdog_interval();

}  // namespace vrfd
