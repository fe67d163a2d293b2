// The lines that the daemon writes: JSON-RPC 2.0 responses and notifications, one object a line. `id` is the request's
// id as JSON text; "null" where the request had none that could be read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/protocol/error_code.h"

namespace vrfd::protocol {

// The longest line that either side takes, its line break not counted.
inline constexpr std::size_t line_limit = std::size_t{1} << 20;

std::string result_line(std::string_view id, std::string_view result_json);
// The JSON-RPC error object: {"code": number, "message": …, "data": the ErrorAnswer}.
std::string error_line(std::string_view id, const ErrorAnswer& error);
// Notifications {"method": "row", "params": {"id": …, "row": {…}}} and the same with "progress".
std::string row_line(std::string_view id, std::string_view row_json);
std::string progress_line(std::string_view id, std::string_view progress_json);
// What a client sends.
std::string call_line(std::uint64_t id, std::string_view method, std::string_view params_json);

// The last line of a streamed list.
struct RowsAnswer {
  std::string schema{};
  std::uint64_t rows = 0;
};
void write(JsonWriter& out, const RowsAnswer& answer);

// "vrfd.show_fib/1": the schema of a method's answer. Refresh and reset answer "vrfd.job/1".
std::string schema_of(std::string_view method);

}  // namespace vrfd::protocol
