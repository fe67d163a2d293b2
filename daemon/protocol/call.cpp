#include "daemon/protocol/call.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "daemon/protocol/message.h"

namespace vrfd::protocol {
namespace {

CallFault fault(ErrorCode code, std::string message, std::string id = "null") {
  return CallFault{std::move(id), ErrorAnswer{.code = code, .message = std::move(message)}};
}

// Counts brackets and commas outside of strings; does not care whether the rest is JSON.
std::optional<std::string> beyond_limits(std::string_view line) {
  std::size_t depth = 0, values = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c == ',' || c == '[' || c == '{') ++values;
    if (depth > depth_limit) return "nested deeper than " + std::to_string(depth_limit);
    if (values > value_limit) return "more than " + std::to_string(value_limit) + " values";
  }
  return std::nullopt;
}

std::variant<Params, CallFault> parse_json(std::string_view line) {
  if (auto limit = beyond_limits(line)) return fault(ErrorCode::invalid_request, "the line is " + *limit);
  try {
    return Params::parse(line);
  } catch (const Params::parse_error& e) {
    return fault(ErrorCode::parse_error,
                 "not JSON at octet " + std::to_string(e.byte) + "; expected one object a line");
  } catch (const Params::exception&) {
    return fault(ErrorCode::parse_error, "a number is out of range");
  }
}

// "null" where the id cannot be sent back, a fault where there is one of a wrong type.
std::variant<std::string, CallFault> id_of(const Params& request) {
  const auto found = request.find("id");
  if (found == request.end()) return std::string();
  if (!found->is_string() && !found->is_number() && !found->is_null())
    return fault(ErrorCode::invalid_request, "`id` must be a string, a number or null");
  std::string text = found->dump(-1, ' ', false, Params::error_handler_t::replace);
  if (text.size() > id_limit)
    return fault(ErrorCode::invalid_request, "`id` is longer than " + std::to_string(id_limit) + " octets");
  return text;
}

std::optional<std::string> misshapen(const Params& request) {
  const auto version = request.find("jsonrpc");
  if (version == request.end() || *version != "2.0") return "`jsonrpc` must be \"2.0\"";
  const auto method = request.find("method");
  if (method == request.end() || !method->is_string()) return "`method` must be a string";
  const auto params = request.find("params");
  if (params != request.end() && !params->is_structured() && !params->is_null()) return "`params` must be an object";
  return std::nullopt;
}

}  // namespace

Call::Call(std::string id, std::string method, Params params)
    : id_(std::move(id)), method_(std::move(method)), params_(std::make_unique<Params>(std::move(params))) {}
Call::Call(Call&&) noexcept = default;
Call& Call::operator=(Call&&) noexcept = default;
Call::~Call() = default;

std::variant<Call, CallFault> parse_call(std::string_view line) {
  if (line.size() > line_limit) return fault(ErrorCode::too_large, "the line is longer than 1 MiB");
  auto parsed = parse_json(line);
  if (auto* failure = std::get_if<CallFault>(&parsed)) return std::move(*failure);
  Params& request = std::get<Params>(parsed);
  if (!request.is_object())
    return fault(ErrorCode::invalid_request, "expected one request object a line; batches are not taken");
  auto id = id_of(request);
  if (auto* failure = std::get_if<CallFault>(&id)) return std::move(*failure);
  const std::string& id_text = std::get<std::string>(id);
  if (auto wrong = misshapen(request))
    return fault(ErrorCode::invalid_request, *wrong, id_text.empty() ? "null" : id_text);
  Params params = Params::object();
  if (auto found = request.find("params"); found != request.end() && !found->is_null()) params = std::move(*found);
  if (!params.is_object())
    return fault(ErrorCode::usage, "`params` must be an object: parameters have names",
                 id_text.empty() ? "null" : id_text);
  return Call(id_text, request["method"].get<std::string>(), std::move(params));
}

}  // namespace vrfd::protocol
