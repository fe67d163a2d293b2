// Listens on the control socket and keeps its connections. A caller without a role, and one connection too many, get an
// error and are closed. Everything runs on the loop of the caller; nothing here blocks.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/control/access.h"
#include "daemon/control/methods.h"
#include "vrf/types/result.h"

namespace boost::asio {
class io_context;
}

namespace vrfd::control {

inline constexpr std::size_t connection_limit = 64;
// The rest is kept for those who may change things, so that lookers cannot lock them out.
inline constexpr std::size_t look_connection_limit = 48;

class Server {
 public:
  // `methods` and `io` outlive the server.
  static Result<Server> open(boost::asio::io_context& io, const std::string& path, const Methods& methods,
                             AccessRule rule = AccessRule::of_system());
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  // Closes all connections and removes the socket file.
  ~Server();

  std::size_t connections() const;

 private:
  class Listener;
  explicit Server(std::shared_ptr<Listener> listener);
  std::shared_ptr<Listener> listener_;
};

}  // namespace vrfd::control
