// Times as the control socket shows them: RFC 3339, UTC, to the millisecond.
#pragma once

#include <chrono>
#include <string>

namespace vrfd::protocol {

// "2026-01-31T12:00:00.250Z"
std::string timestamp(std::chrono::system_clock::time_point time);

}  // namespace vrfd::protocol
