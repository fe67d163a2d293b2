// Why a command did not do what it was asked: one table of codes, each with the exit code of the client and the number
// that JSON-RPC wants. A script sees the name and the exit code; both are part of the public interface.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vrfd::protocol {

enum class ExitCode : int {
  done = 0,
  failed = 1,
  usage = 2,
  not_found = 3,
  unreachable = 4,
  partial = 5,
  timed_out = 6,
};

struct ExitCodeRow {
  ExitCode code{};
  std::string_view meaning{};
};

inline constexpr std::array<ExitCodeRow, 7> exit_codes{{
    {ExitCode::done, "done"},
    {ExitCode::failed, "the daemon refused or failed"},
    {ExitCode::usage, "the command was not understood"},
    {ExitCode::not_found, "no such peer, group, VPN instance or prefix"},
    {ExitCode::unreachable, "the daemon cannot be reached"},
    {ExitCode::partial, "partly done"},
    {ExitCode::timed_out, "timed out; the job goes on"},
}};

enum class ErrorCode : unsigned char {
  parse_error,
  invalid_request,
  unknown_method,
  usage,
  too_large,
  not_permitted,
  busy,
  not_supported,
  refused,
  failed,
  internal,
  invalid_config,
  unknown_vpn_instance,
  unknown_peer,
  unknown_group,
  unknown_as,
  unknown_policy,
  unknown_job,
  unknown_revision,
  not_slow,
  unreachable,
  timed_out,
};

struct ErrorCodeRow {
  ErrorCode code{};
  std::string_view name{};
  int number;  // of JSON-RPC
  ExitCode exit{};
  std::string_view meaning{};
};

// In the order of the enumerators.
extern const std::array<ErrorCodeRow, 22> error_codes;

const ErrorCodeRow& row_of(ErrorCode code);
inline std::string_view name_of(ErrorCode code) { return row_of(code).name; }
inline ExitCode exit_code_of(ErrorCode code) { return row_of(code).exit; }
std::optional<ErrorCode> error_code_from(std::string_view name);

class JsonWriter;

// One fault of a configuration: where (JSON pointer, line), what, and what was expected.
struct ConfigFault {
  std::string pointer{};
  std::optional<unsigned> line{};
  std::string message{};
  std::optional<std::string> expected{};
};
void write(JsonWriter& out, const ConfigFault& fault);

// An error as a client sees it. `at` names the word, parameter or place that is at fault; `known` lists the names that
// exist where one was not found; `faults` is for a configuration, every one at once.
struct ErrorAnswer {
  ErrorCode code = ErrorCode::internal;
  std::string message{};
  std::optional<std::string> at{};
  std::vector<std::string> known{};
  std::vector<ConfigFault> faults{};
};
// {"code": …, "message": …, "at": …, "known": […], "faults": […]}
void write(JsonWriter& out, const ErrorAnswer& error);

// For a name that was not found. `what` says so ("no peer 192.0.2.1"); the message adds the names that exist, the first
// eight of them, as `known` is what a program reads.
ErrorAnswer not_found(ErrorCode code, const std::string& what, std::string at, std::vector<std::string> known);

}  // namespace vrfd::protocol
