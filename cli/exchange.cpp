#include "cli/exchange.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/protocol/message.h"

namespace vrfd::cli {
namespace {

using protocol::ErrorAnswer;
using protocol::ErrorCode;
using protocol::ExitCode;

constexpr std::uint64_t call_id = 1;
constexpr std::string_view row_head = R"({"jsonrpc":"2.0","method":"row","params":{"id":1,"row":)";

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

protocol::ConfigFault fault_from(const Json& json) {
  protocol::ConfigFault fault;
  if (!json.is_object()) return fault;
  fault.pointer = text_at(json, "pointer");
  fault.message = text_at(json, "message");
  if (const auto line = json.find("line"); line != json.end() && line->is_number_unsigned()) fault.line = *line;
  if (auto expected = text_at(json, "expected"); !expected.empty()) fault.expected = std::move(expected);
  return fault;
}

// The error object of a response.
ErrorAnswer error_from(const Json& error) {
  ErrorAnswer answer{.code = ErrorCode::internal, .message = text_at(error, "message")};
  const auto data = error.find("data");
  if (data == error.end() || !data->is_object()) return answer;
  answer.code = protocol::error_code_from(text_at(*data, "code")).value_or(ErrorCode::internal);
  if (auto at = text_at(*data, "at"); !at.empty()) answer.at = std::move(at);
  if (const auto known = data->find("known"); known != data->end() && known->is_array())
    for (const Json& name : *known)
      if (name.is_string()) answer.known.push_back(name);
  if (const auto faults = data->find("faults"); faults != data->end() && faults->is_array())
    for (const Json& fault : *faults) answer.faults.push_back(fault_from(fault));
  return answer;
}

void notify(const Json& message, AnswerSink& sink) {
  const auto params = message.find("params");
  if (params == message.end() || !params->is_object()) return;
  if (const auto row = params->find("row"); row != params->end()) sink.row(row->dump());
  if (const auto progress = params->find("progress"); progress != params->end()) sink.progress(*progress);
}

// The end of the exchange, if the line is it.
std::optional<ExitCode> take_line(std::string_view line, AnswerSink& sink) {
  // A table of a million routes comes through here: a row is passed on as it is.
  if (line.starts_with(row_head) && line.ends_with("}}")) {
    sink.row(line.substr(row_head.size(), line.size() - row_head.size() - 2));
    return std::nullopt;
  }
  const Json message = Json::parse(line, nullptr, false);
  if (!message.is_object())
    return sink.error({.code = ErrorCode::internal, .message = "the daemon's answer is not understood"});
  if (const auto error = message.find("error"); error != message.end() && error->is_object())
    return sink.error(error_from(*error));
  if (const auto result = message.find("result"); result != message.end()) return sink.result(*result);
  notify(message, sink);
  return std::nullopt;
}

Deadline next_deadline(const Waits& waits) {
  if (!waits.silence) return waits.deadline;
  const auto silent = Clock::now() + *waits.silence;
  return waits.deadline ? std::min(*waits.deadline, silent) : silent;
}

}  // namespace

ExitCode exchange(Client& client, std::string_view method, std::string_view params, const Waits& waits,
                  AnswerSink& sink) {
  if (const auto failure = client.send(protocol::call_line(call_id, method, params), next_deadline(waits)))
    return sink.error(*failure);
  for (;;) {
    const auto received = client.receive(next_deadline(waits));
    if (const auto* failure = std::get_if<ErrorAnswer>(&received)) return sink.error(*failure);
    if (const auto end = take_line(std::get<std::string_view>(received), sink)) return *end;
  }
}

}  // namespace vrfd::cli
