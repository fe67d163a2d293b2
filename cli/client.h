// The client's end of the control socket: lines out, lines in, each wait bounded.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "daemon/protocol/error_code.h"

namespace vrfd::cli {

using Clock = std::chrono::steady_clock;
using Deadline = std::optional<Clock::time_point>;

class Client {
 public:
  static std::variant<Client, protocol::ErrorAnswer> connect(const std::string& path, Deadline deadline);
  Client(Client&& other) noexcept;
  Client& operator=(Client&&) = delete;
  ~Client();

  std::optional<protocol::ErrorAnswer> send(std::string_view octets, Deadline deadline);
  // The next line without its line break; valid until the next call.
  std::variant<std::string_view, protocol::ErrorAnswer> receive(Deadline deadline);

 private:
  Client(int socket, std::string path) : socket_(socket), path_(std::move(path)) {}
  bool wait(short events, Deadline deadline) const;
  protocol::ErrorAnswer lost(std::string what) const;

  int socket_;
  std::string path_;
  std::string buffer_;
  std::size_t start_ = 0;
  std::size_t scanned_ = 0;
};

}  // namespace vrfd::cli
