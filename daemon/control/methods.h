// Which function answers which method. Role and answer form of a method come from the command table; a call by someone
// whose role does not reach, of a method that does not exist, or with parameters that make no sense ends here.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/control/responder.h"
#include "daemon/protocol/call.h"

namespace vrfd::control {

class Methods {
 public:
  using Function = std::function<void(const protocol::Params&, Responder)>;

  // Answers `Request::method`; parameters that `Request::from` refuses never reach the function. The function must
  // return soon: long work is sliced, or answered later.
  template <class Request>
  void add(std::function<void(const Request&, Responder)> function) {
    add_function(Request::method,
                 [function = std::move(function)](const protocol::Params& params, Responder responder) {
                   const auto request = Request::from(params);
                   if (!request) return responder.error(protocol::ErrorCode::usage, request.error().message);
                   function(*request, std::move(responder));
                 });
  }
  void add_function(std::string_view method, Function function);

  // One line of a client. Returns true if a request now waits for its answer (which may have been given already).
  bool dispatch(std::string_view line, const std::shared_ptr<Channel>& channel, const Caller& caller) const;

 private:
  void run(const protocol::Call& call, Responder responder) const;

  std::map<std::string, Function, std::less<>> functions_;
};

}  // namespace vrfd::control
