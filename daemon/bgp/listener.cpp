#include "daemon/bgp/listener.h"

#include <boost/asio/ip/v6_only.hpp>

#include "daemon/bgp/transport.h"
#include "daemon/bgp/transport_options.h"

namespace vrfd::bgp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// After an error that is not about one connection, such as too many open files.
constexpr std::chrono::seconds accept_pause{1};
constexpr int backlog = 1024;

IfIndex scope_of(const tcp::endpoint& endpoint) {
  if (!endpoint.address().is_v6() || !endpoint.address().to_v6().is_link_local()) return {};
  return IfIndex{static_cast<std::uint32_t>(endpoint.address().to_v6().scope_id())};
}

}  // namespace

// Shared with its handlers, which may still be queued when the listener is gone.
struct Listener::Acceptor : std::enable_shared_from_this<Acceptor> {
  Acceptor(asio::io_context& io, Listener& owner) : socket(io), pause(io), listener(&owner) {}

  void accept() {
    socket.async_accept([self = shared_from_this()](const error_code& error, Socket accepted) {
      if (self->listener == nullptr) return;
      if (!error) self->listener->take(std::move(accepted));
      if (self->listener == nullptr) return;
      if (!error || error == asio::error::connection_aborted) return self->accept();
      self->listener->log_.write(LogEvent::listener_failed, {{"text", error.message()}});
      self->pause.expires_after(accept_pause);
      self->pause.async_wait([self](const error_code&) {
        if (self->listener != nullptr) self->accept();
      });
    });
  }

  void close() {
    listener = nullptr;
    error_code ignored;
    socket.close(ignored);
    pause.cancel();
  }

  tcp::acceptor socket;
  asio::steady_timer pause;
  Listener* listener;
};

Listener::Listener(asio::io_context& io, const Log& log) : io_(io), log_(log) {}

Listener::~Listener() { close(); }

Result<void> Listener::open(const ListenerSettings& settings) {
  close();
  for (const tcp protocol : {tcp::v4(), tcp::v6()}) {
    if (auto done = open_acceptor(protocol, settings); !done) {
      close();
      log_.write(LogEvent::listener_failed, {{"port", settings.port}, {"text", done.error().message}});
      return done;
    }
  }
  if (auto done = set_keys(); !done) log_.write(LogEvent::listener_failed, {{"text", done.error().message}});
  for (const auto& acceptor : acceptors_) acceptor->accept();
  log_.write(LogEvent::listener_opened, {{"port", port()}, {"device", settings.device.value()}});
  return {};
}

Result<void> Listener::open_acceptor(tcp protocol, const ListenerSettings& settings) {
  auto acceptor = std::make_shared<Acceptor>(io_, *this);
  tcp::acceptor& socket = acceptor->socket;
  error_code failure;
  socket.open(protocol, failure);
  if (failure == asio::error::address_family_not_supported) return {};
  const auto failed = [&](const char* what) {
    return error(std::string("listening on port ") + std::to_string(settings.port) + ", " + what + ": " +
                 failure.message());
  };
  if (failure) return failed("opening a socket");
  if (auto done = bind_to_device(socket.native_handle(), settings.device); !done) return done;
  const AddressFamily family = protocol == tcp::v4() ? AddressFamily::ipv4 : AddressFamily::ipv6;
  if (auto done = set_listener_options(socket.native_handle(), family); !done) return done;
  socket.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure && protocol == tcp::v6()) socket.set_option(asio::ip::v6_only(true), failure);
  if (failure) return failed("setting options");
  // With port 0, both families take the one that the first was given.
  socket.bind({protocol, settings.port == 0 ? port() : settings.port}, failure);
  if (failure == boost::system::errc::address_not_available) return {};
  if (failure) return failed("binding");
  socket.listen(backlog, failure);
  if (failure) return failed("listening");
  acceptors_.push_back(std::move(acceptor));
  return {};
}

void Listener::close() {
  for (const auto& acceptor : acceptors_) acceptor->close();
  acceptors_.clear();
}

std::uint16_t Listener::port() const {
  error_code ignored;
  return acceptors_.empty() ? std::uint16_t{0} : acceptors_.front()->socket.local_endpoint(ignored).port();
}

Result<void> Listener::add(const IpAddress& peer, IfIndex scope, std::string password, Taker taker) {
  const Key key{peer, peer.is_link_local() ? scope : IfIndex{}};
  const auto old = peers_.find(key);
  const bool had_key = old != peers_.end() && !old->second.password.empty();
  Result<void> done;
  if (had_key || !password.empty()) done = set_key(key, password);
  peers_.insert_or_assign(key, Entry{std::move(password), std::move(taker)});
  return done;
}

void Listener::remove(const IpAddress& peer, IfIndex scope) {
  const auto found = peers_.find(Key{peer, peer.is_link_local() ? scope : IfIndex{}});
  if (found == peers_.end()) return;
  // A key that cannot be removed protects nobody any more.
  if (!found->second.password.empty()) static_cast<void>(set_key(found->first, {}));
  peers_.erase(found);
}

Result<void> Listener::add_range(const Prefix& range, std::string password, RangeTaker taker) {
  Result<void> done;
  if (!password.empty()) done = set_range_key(range, password);
  ranges_.insert_or_assign(range, RangeEntry{std::move(password), std::move(taker)});
  return done;
}

void Listener::remove_range(const Prefix& range) {
  const auto found = ranges_.find(range);
  if (found == ranges_.end()) return;
  if (!found->second.password.empty()) static_cast<void>(set_range_key(range, {}));
  ranges_.erase(found);
}

std::vector<int> Listener::sockets_of(AddressFamily family) const {
  std::vector<int> sockets;
  for (const auto& acceptor : acceptors_) {
    error_code ignored;
    if (acceptor->socket.local_endpoint(ignored).address().is_v4() == (family == AddressFamily::ipv4))
      sockets.push_back(acceptor->socket.native_handle());
  }
  return sockets;
}

Result<void> Listener::set_key(const Key& key, const std::string& password) {
  for (int socket : sockets_of(key.address.family()))
    if (auto done = set_md5_key(socket, key.address, key.scope, password); !done) return done;
  return {};
}

Result<void> Listener::set_range_key(const Prefix& range, const std::string& password) {
  for (int socket : sockets_of(range.family()))
    if (auto done = set_md5_key(socket, range, password); !done) return done;
  return {};
}

// All that are wanted, on new sockets; the last error.
Result<void> Listener::set_keys() {
  Result<void> all;
  for (const auto& [key, entry] : peers_)
    if (!entry.password.empty())
      if (auto done = set_key(key, entry.password); !done) all = done;
  for (const auto& [range, entry] : ranges_)
    if (!entry.password.empty())
      if (auto done = set_range_key(range, entry.password); !done) all = done;
  return all;
}

const Listener::RangeEntry* Listener::range_of(const IpAddress& address) const {
  const RangeEntry* longest = nullptr;
  unsigned length = 0;
  for (const auto& [range, entry] : ranges_) {
    if (!range.contains(address) || (longest != nullptr && range.length() <= length)) continue;
    longest = &entry;
    length = range.length();
  }
  return longest;
}

void Listener::take(Socket socket) {
  error_code failure;
  const tcp::endpoint remote = socket.remote_endpoint(failure);
  if (failure) return;  // gone already
  const auto found = peers_.find(Key{address_of(remote), scope_of(remote)});
  if (found != peers_.end()) return found->second.taker(std::move(socket));
  if (const RangeEntry* range = range_of(address_of(remote)))
    return range->taker(std::move(socket), address_of(remote));
  ++refused_;
  log_.write(LogEvent::connection_refused, {{"peer", to_string(address_of(remote))}});
}

}  // namespace vrfd::bgp
