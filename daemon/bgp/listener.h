// Where peers of one instance connect to: a socket each for IPv4 and IPv6, bound to the VRF's device, or to none for
// the public instance. So a connection that comes in through a VRF never meets another instance's listener (this asks
// for net.ipv4.tcp_l3mdev_accept=0, the kernel's default).
//
// Only configured peers are let in; others are closed at once and counted.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/base/log.h"
#include "daemon/bgp/peer_settings.h"
#include "vrf/types/result.h"

namespace vrfd::bgp {

struct ListenerSettings {
  std::uint16_t port = 179;
  IfIndex device;  // 0 for the public instance
};

class Listener {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Taker = std::function<void(Socket)>;

  Listener(boost::asio::io_context& io, const Log& log);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Also after the device was made anew, with its new index; peers stay. A kernel without one of the two address
  // families is no error.
  Result<void> open(const ListenerSettings& settings);
  void close();
  bool is_open() const { return !acceptors_.empty(); }
  std::uint16_t port() const;

  // `taker` gets the peer's connections from now on. The error is about the MD5 key; the peer is let in regardless,
  // which without the key comes to nothing.
  Result<void> add(const IpAddress& peer, IfIndex scope, std::string password, Taker taker);
  void remove(const IpAddress& peer, IfIndex scope);

  std::uint64_t refused() const { return refused_; }

 private:
  struct Key {
    IpAddress address;
    IfIndex scope;  // for link-local addresses only
    auto operator<=>(const Key&) const = default;
  };
  struct Entry {
    std::string password;
    Taker taker;
  };
  struct Acceptor;

  Result<void> open_acceptor(boost::asio::ip::tcp protocol, const ListenerSettings& settings);
  Result<void> set_key(const Key& key, const std::string& password);
  void take(Socket socket);

  boost::asio::io_context& io_;
  const Log& log_;
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
  std::map<Key, Entry> peers_;
  std::uint64_t refused_ = 0;
};

}  // namespace vrfd::bgp
