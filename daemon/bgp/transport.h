// One TCP connection of a BGP session, on the one thread that owns all sessions.
//
// Reading: into a buffer of its own, whole messages are handed on in place, and only so many octets a turn that other
// sessions, timers and the control socket get theirs. Memory is touched as far as a peer fills it.
// Writing: shared buffers queue up and leave together, as many as one system call takes.
// Closing: `close` returns at once; the connection sees to it by itself that a NOTIFICATION sent just before still
// leaves and is not overtaken by a TCP reset, for at most two seconds.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <optional>

#include "daemon/bgp/peer_settings.h"
#include "daemon/bgp/session_event.h"

namespace vrfd::bgp {

// Hears from a connection, never from within a call to it.
class TransportUser {
 public:
  virtual void connected(ConnectionId connection, const Endpoints& ends) = 0;
  virtual void connect_failed(ConnectionId connection, const std::string& error) = 0;
  // Returns how many octets were used up, about `budget` at most; the rest comes again, with more after it.
  virtual std::size_t received(ConnectionId connection, ByteView octets, std::size_t budget) = 0;
  virtual void sent(ConnectionId connection, std::size_t octets) = 0;
  // The last that is heard.
  virtual void closed(ConnectionId connection, const std::string& error) = 0;

 protected:
  ~TransportUser() = default;
};

class Transport : public std::enable_shared_from_this<Transport> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  // Must be owned by a shared_ptr before anything is asked of it; it keeps itself while an operation is under way.
  Transport(Socket socket, ConnectionId id, TransportUser& user);

  // Opens and connects the socket.
  void connect(const TransportSettings& settings);
  // Takes over a connected socket; nothing if it is gone already.
  std::optional<Endpoints> adopt(const TransportSettings& settings);
  // After `connected` or `adopt`.
  void start_reading();
  void send(SharedBytes octets);
  void close();

  // Received, but not yet handed on.
  bool has_unread() const;

 private:
  void fail_to_connect(std::string error);
  void on_connected(const boost::system::error_code& error);
  void read();
  void on_read(const boost::system::error_code& error, std::size_t octets);
  void hand_on();
  void end(const boost::system::error_code& error);
  void schedule_flush();
  void flush();
  // Gives the kernel what it takes; how much that was, or what went wrong.
  std::size_t write_some(boost::system::error_code& error);
  void await_writable();
  void linger();
  std::optional<Endpoints> endpoints() const;

  Socket socket_;
  ConnectionId id_;
  TransportUser* user_;  // null once closed
  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t filled_ = 0;
  bool reading_ = false;
  std::deque<SharedBytes> queue_;
  std::size_t front_written_ = 0;  // octets of the first in the queue
  bool flushing_ = false;          // a flush is scheduled or waits for room
  std::optional<boost::asio::steady_timer> linger_timer_;
};

boost::asio::ip::tcp::endpoint endpoint_of(const IpAddress& address, IfIndex scope, std::uint16_t port);
IpAddress address_of(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace vrfd::bgp
