#include "daemon/protocol/error_code.h"

#include <algorithm>

#include "daemon/protocol/json_writer.h"

namespace vrfd::protocol {

const std::array<ErrorCodeRow, 22> error_codes{{
    {ErrorCode::parse_error, "parse_error", -32700, ExitCode::failed, "the line is not JSON"},
    {ErrorCode::invalid_request, "invalid_request", -32600, ExitCode::failed, "the line is JSON, but no request"},
    {ErrorCode::unknown_method, "unknown_method", -32601, ExitCode::failed, "no method of that name"},
    {ErrorCode::usage, "usage", -32602, ExitCode::usage, "words or parameters that make no sense"},
    {ErrorCode::too_large, "too_large", -32001, ExitCode::failed, "a line over 1 MiB"},
    {ErrorCode::not_permitted, "not_permitted", -32002, ExitCode::failed, "the caller's role does not allow it"},
    {ErrorCode::busy, "busy", -32003, ExitCode::failed, "too many connections"},
    {ErrorCode::not_supported, "not_supported", -32004, ExitCode::failed, "this daemon cannot do it"},
    {ErrorCode::refused, "refused", -32005, ExitCode::failed, "it would do harm, so it was not done"},
    {ErrorCode::failed, "failed", -32006, ExitCode::failed, "tried, and did not work"},
    {ErrorCode::internal, "internal", -32603, ExitCode::failed, "a fault of vrfd"},
    {ErrorCode::invalid_config, "invalid_config", -32007, ExitCode::failed, "a wrong configuration, refused whole"},
    {ErrorCode::unknown_vpn_instance, "unknown_vpn_instance", -32010, ExitCode::not_found, "no such VPN instance"},
    {ErrorCode::unknown_peer, "unknown_peer", -32011, ExitCode::not_found, "no such peer in that instance and family"},
    {ErrorCode::unknown_group, "unknown_group", -32012, ExitCode::not_found, "no such group"},
    {ErrorCode::unknown_as, "unknown_as", -32013, ExitCode::not_found, "no peer has that AS number"},
    {ErrorCode::unknown_policy, "unknown_policy", -32015, ExitCode::not_found, "no such policy"},
    {ErrorCode::unknown_job, "unknown_job", -32016, ExitCode::not_found, "no such job, or no longer remembered"},
    {ErrorCode::unknown_revision, "unknown_revision", -32017, ExitCode::not_found, "no such configuration revision"},
    {ErrorCode::not_slow, "not_slow", -32018, ExitCode::not_found, "the peer is not slow, and was left alone"},
    {ErrorCode::unreachable, "unreachable", -32019, ExitCode::unreachable, "the daemon cannot be reached"},
    {ErrorCode::timed_out, "timed_out", -32020, ExitCode::timed_out, "no answer in time; the job goes on"},
}};

const ErrorCodeRow& row_of(ErrorCode code) { return error_codes[static_cast<std::size_t>(code)]; }

std::optional<ErrorCode> error_code_from(std::string_view name) {
  for (const ErrorCodeRow& row : error_codes)
    if (row.name == name) return row.code;
  return std::nullopt;
}

void write(JsonWriter& out, const ConfigFault& fault) {
  out.begin_object();
  out.field("pointer", fault.pointer);
  out.field("line", fault.line);
  out.field("message", fault.message);
  out.field("expected", fault.expected);
  out.end_object();
}

void write(JsonWriter& out, const ErrorAnswer& error) {
  out.begin_object();
  out.field("code", name_of(error.code));
  out.field("message", error.message);
  out.field("at", error.at);
  out.field("known", error.known);
  out.field("faults", error.faults);
  out.end_object();
}

ErrorAnswer not_found(ErrorCode code, const std::string& what, std::string at, std::vector<std::string> known) {
  constexpr std::size_t shown = 8;
  std::string message = what + "; there " + (known.empty() ? "is none" : known.size() == 1 ? "is " : "are ");
  for (std::size_t i = 0; i < std::min(known.size(), shown); ++i) message += (i == 0 ? "" : ", ") + known[i];
  if (known.size() > shown) message += " and " + std::to_string(known.size() - shown) + " more";
  return {code, std::move(message), std::move(at), std::move(known)};
}

}  // namespace vrfd::protocol
