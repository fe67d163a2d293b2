// Reading one line of a client, which may hold anything. Every line gives either a call or the error to answer with;
// the connection survives both. Before the JSON parser sees it a scan bounds depth and number of values, so that
// neither the stack nor the time that one line takes can be driven up.
#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "daemon/protocol/error_code.h"

namespace vrfd::protocol {

// Parameters as parsed: sorted keys, so that a lookup in a hostile object stays logarithmic.
using Params = nlohmann::json;

inline constexpr std::size_t depth_limit = 32;
inline constexpr std::size_t value_limit = 1 << 16;
inline constexpr std::size_t id_limit = 256;

// A JSON-RPC request; without an id it is a notification and gets no answer.
class Call {
 public:
  Call(std::string id, std::string method, Params params);
  Call(Call&&) noexcept;
  Call& operator=(Call&&) noexcept;
  ~Call();

  bool is_notification() const { return id_.empty(); }
  // JSON text; empty for a notification.
  const std::string& id() const { return id_; }
  const std::string& method() const { return method_; }
  // An object, empty where the call had none.
  const Params& params() const { return *params_; }

 private:
  std::string id_;
  std::string method_;
  std::unique_ptr<Params> params_;
};

struct CallFault {
  std::string id = "null";
  ErrorAnswer error;
};

std::variant<Call, CallFault> parse_call(std::string_view line);

}  // namespace vrfd::protocol
