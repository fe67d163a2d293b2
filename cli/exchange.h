// One call and everything that comes back for it.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "cli/client.h"
#include "daemon/protocol/error_code.h"

namespace vrfd::cli {

// Answers keep the order of their keys.
using Json = nlohmann::ordered_json;

// Where an answer goes, piece by piece: any number of rows and progress notes, then one result or error.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  virtual void row(std::string_view json) = 0;
  virtual void progress(const Json& progress) = 0;
  virtual protocol::ExitCode result(const Json& result) = 0;
  virtual protocol::ExitCode error(const protocol::ErrorAnswer& error) = 0;
};

struct Waits {
  Deadline deadline{};                            // of the whole exchange
  std::optional<std::chrono::seconds> silence{};  // the longest pause between two lines
};

protocol::ExitCode exchange(Client& client, std::string_view method, std::string_view params, const Waits& waits,
                            AnswerSink& sink);

}  // namespace vrfd::cli
