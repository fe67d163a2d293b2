// Where peers of one instance connect to: a socket each for IPv4 and IPv6, bound to the VRF's device, or to none for
// the public instance. So a connection that comes in through a VRF never meets another instance's listener (this asks
// for net.ipv4.tcp_l3mdev_accept=0, the kernel's default).
//
// Only configured peers, by address or by prefix, are let in; others are closed at once and counted.
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
#include "vrf/types/prefix.h"
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
  using RangeTaker = std::function<void(Socket, const IpAddress& from)>;

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

  // As `add`, for whoever connects from `range` and is no peer by address; the longest range counts. The MD5 key is
  // that of all of them.
  Result<void> add_range(const Prefix& range, std::string password, RangeTaker taker);
  void remove_range(const Prefix& range);

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
  struct RangeEntry {
    std::string password;
    RangeTaker taker;
  };
  struct Acceptor;

  Result<void> open_acceptor(boost::asio::ip::tcp protocol, const ListenerSettings& settings);
  Result<void> set_key(const Key& key, const std::string& password);
  Result<void> set_range_key(const Prefix& range, const std::string& password);
  Result<void> set_keys();
  // Those of the address's family.
  std::vector<int> sockets_of(AddressFamily family) const;
  const RangeEntry* range_of(const IpAddress& address) const;
  void take(Socket socket);

  boost::asio::io_context& io_;
  const Log& log_;
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
  std::map<Key, Entry> peers_;
  std::map<Prefix, RangeEntry> ranges_;
  std::uint64_t refused_ = 0;
};

}  // namespace vrfd::bgp
