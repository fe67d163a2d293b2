#include "daemon/control/server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>

#include "daemon/control/connection.h"
#include "daemon/control/socket_file.h"
#include "daemon/protocol/message.h"

namespace vrfd::control {

using boost::asio::local::stream_protocol;
using boost::system::error_code;

class Server::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(boost::asio::io_context& io, int descriptor, std::string path, const Methods& methods, AccessRule rule)
      : acceptor_(io, stream_protocol(), descriptor),
        pause_(io),
        path_(std::move(path)),
        methods_(methods),
        rule_(rule) {}

  void accept() {
    acceptor_.async_accept([self = shared_from_this()](error_code failure, Connection::Socket socket) {
      if (!self->acceptor_.is_open()) return;
      if (failure) return self->accept_later();
      self->admit(std::move(socket));
      self->accept();
    });
  }

  void stop() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (const auto& connection : connections_) connection->abandon();
    connections_.clear();
    ::unlink(path_.c_str());
  }

  std::size_t connections() const { return connections_.size(); }

 private:
  // Out of descriptors, most likely: trying again at once would spin.
  void accept_later() {
    pause_.expires_after(std::chrono::milliseconds(100));
    pause_.async_wait([self = shared_from_this()](error_code failure) {
      if (!failure) self->accept();
    });
  }

  void admit(Connection::Socket socket) {
    const auto credentials = credentials_of(socket.native_handle());
    if (!credentials) return refuse(socket, protocol::ErrorCode::failed, credentials.error().message);
    const auto role = rule_.role_of(*credentials);
    if (!role)
      return refuse(socket, protocol::ErrorCode::not_permitted,
                    "only root and the groups vrfd and vrfd-read may use the control socket");
    const std::size_t limit = *role == Role::change ? connection_limit : look_connection_limit;
    if (connections_.size() >= limit)
      return refuse(socket, protocol::ErrorCode::busy,
                    "already " + std::to_string(connections_.size()) + " connections");
    connections_.push_back(
        std::make_shared<Connection>(std::move(socket), methods_, Caller{.credentials = *credentials, .role = *role}));
    connections_.back()->start([this](const Connection& closed) {
      connections_.remove_if([&closed](const auto& connection) { return connection.get() == &closed; });
    });
  }

  static void refuse(Connection::Socket& socket, protocol::ErrorCode code, std::string message) {
    const std::string line = protocol::error_line("null", {.code = code, .message = std::move(message)});
    // Fits into an empty socket buffer; if not, the caller sees the connection closed.
    static_cast<void>(::send(socket.native_handle(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  }

  stream_protocol::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::string path_;
  const Methods& methods_;
  AccessRule rule_;
  std::list<std::shared_ptr<Connection>> connections_;
};

Server::Server(std::shared_ptr<Listener> listener) : listener_(std::move(listener)) {}
Server::Server(Server&&) noexcept = default;

Server& Server::operator=(Server&& other) noexcept {
  if (listener_ && listener_ != other.listener_) listener_->stop();
  listener_ = std::move(other.listener_);
  return *this;
}

Server::~Server() {
  if (listener_) listener_->stop();
}

Result<Server> Server::open(boost::asio::io_context& io, const std::string& path, const Methods& methods,
                            AccessRule rule) {
  const auto descriptor = listen_at(path);
  if (!descriptor) return descriptor.error();
  auto listener = std::make_shared<Listener>(io, *descriptor, path, methods, rule);
  listener->accept();
  return Server(std::move(listener));
}

std::size_t Server::connections() const { return listener_->connections(); }

}  // namespace vrfd::control
