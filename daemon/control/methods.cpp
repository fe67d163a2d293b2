#include "daemon/control/methods.h"

#include <exception>
#include <nlohmann/json.hpp>

#include "daemon/protocol/command_table.h"
#include "daemon/protocol/message.h"

namespace vrfd::control {

using protocol::ErrorCode;

void Methods::add_function(std::string_view method, Function function) {
  functions_.insert_or_assign(std::string(method), std::move(function));
}

bool Methods::dispatch(std::string_view line, const std::shared_ptr<Channel>& channel, const Caller& caller) const {
  auto parsed = protocol::parse_call(line);
  if (const auto* fault = std::get_if<protocol::CallFault>(&parsed)) {
    channel->write(protocol::error_line(fault->id, fault->error));
    return false;
  }
  const auto& call = std::get<protocol::Call>(parsed);
  run(call, Responder(channel, call.id(), call.method(), caller));
  return !call.is_notification();
}

void Methods::run(const protocol::Call& call, Responder responder) const {
  const protocol::CommandRow* row = protocol::command_of(call.method());
  if (!row) return responder.error(ErrorCode::unknown_method, "no such method", call.method().substr(0, 64));
  if (row->role == Role::change && responder.caller().role != Role::change)
    return responder.error(ErrorCode::not_permitted, "only root and the group vrfd may do that", call.method());
  const auto found = functions_.find(call.method());
  if (found == functions_.end())
    return responder.error(ErrorCode::not_supported, "this daemon does not do that", call.method());
  found->second(call.params(), std::move(responder));
}

}  // namespace vrfd::control
