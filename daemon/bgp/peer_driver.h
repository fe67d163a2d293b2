// Carries out one session on real sockets and timers. The only place where Asio and `Session` meet.
//
// The router may ask for anything from within a `SessionUser` function that this calls: events that arise so wait until
// the session has done with the current one; UPDATEs are queued at once.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "daemon/base/log.h"
#include "daemon/bgp/session.h"
#include "daemon/bgp/transport.h"

namespace vrfd::bgp {

class PeerDriver final : SessionIo, TransportUser {
 public:
  struct Identity {
    std::string peer;          // for the log
    std::string vpn_instance;  // empty for the public one
    std::uint64_t jitter_seed = 0;
  };

  PeerDriver(boost::asio::io_context& io, const Log& log, Identity identity, PeerSettings settings,
             TransportSettings transport, SessionUser& user);
  // Ends what is still there without a word; `stop` first says why.
  ~PeerDriver();
  PeerDriver(const PeerDriver&) = delete;
  PeerDriver& operator=(const PeerDriver&) = delete;

  void start() { deliver(Start{}); }
  void stop(Stop stop = {}) { deliver(std::move(stop)); }
  void reset(Reset reset) { deliver(std::move(reset)); }
  // In force with the next connection.
  void configure(PeerSettings settings, TransportSettings transport);
  // A connection that the peer opened.
  void accept(Transport::Socket socket);

  bool can_send() const { return session_.can_send(); }
  // Whole UPDATE messages, `count` of them; only while `can_send`, or as the last before it turns false.
  void send_updates(SharedBytes messages, unsigned count);
  bool send_refresh(const RouteRefresh& refresh);

  const Session& session() const { return session_; }
  // Octets that wait for the peer to take them.
  std::size_t output_queue() const;

 private:
  struct Link {
    ConnectionId id;
    std::shared_ptr<Transport> transport;
  };

  Step step();
  void deliver(Event event);
  void drain();
  void arm();
  void on_timer();
  Transport* find(ConnectionId connection);
  std::shared_ptr<Transport> forget(ConnectionId connection);

  void connect(ConnectionId connection) override;
  void close(ConnectionId connection) override;
  void send(ConnectionId connection, SharedBytes octets) override;
  void note(LogEvent event, std::string_view text, const Notification* notification) override;

  void connected(ConnectionId connection, const Endpoints& ends) override;
  void connect_failed(ConnectionId connection, const std::string& error) override;
  std::size_t received(ConnectionId connection, ByteView octets, std::size_t budget) override;
  void sent(ConnectionId connection, std::size_t octets) override;
  void closed(ConnectionId connection, const std::string& error) override;

  boost::asio::io_context& io_;
  const Log& log_;
  Identity identity_;
  TransportSettings transport_;
  SessionUser& user_;
  Session session_;
  std::vector<Link> links_;  // two or three at most
  std::deque<Event> waiting_;
  bool busy_ = false;
  boost::asio::steady_timer timer_;
  TimePoint armed_ = TimePoint::max();
  std::shared_ptr<char> alive_ = std::make_shared<char>();  // a timer's handler may be queued when this is gone
};

}  // namespace vrfd::bgp
