#include "daemon/bgp/peer_driver.h"

#include <algorithm>

#include "daemon/bgp/wire/notification.h"

namespace vrfd::bgp {

namespace asio = boost::asio;

PeerDriver::PeerDriver(asio::io_context& io, const Log& log, Identity identity, PeerSettings settings,
                       TransportSettings transport, SessionUser& user)
    : io_(io),
      log_(log),
      identity_(std::move(identity)),
      transport_(std::move(transport)),
      user_(user),
      session_(std::move(settings), identity_.jitter_seed),
      timer_(io) {}

PeerDriver::~PeerDriver() {
  for (const Link& link : links_) link.transport->close();
}

void PeerDriver::configure(PeerSettings settings, TransportSettings transport) {
  session_.configure(std::move(settings));
  transport_ = std::move(transport);
}

Step PeerDriver::step() { return {Clock::now(), *this, user_}; }

void PeerDriver::deliver(Event event) {
  waiting_.push_back(std::move(event));
  if (busy_) return;
  drain();
}

void PeerDriver::drain() {
  busy_ = true;
  while (!waiting_.empty()) {
    const Event event = std::move(waiting_.front());
    waiting_.pop_front();
    session_.on(event, step());
  }
  busy_ = false;
  arm();
}

// A timer that is set too early costs a wake-up; deadlines mostly move away, so it is left alone then.
void PeerDriver::arm() {
  const TimePoint next = session_.next_deadline();
  if (next >= armed_) return;
  armed_ = next;
  timer_.expires_at(next);
  timer_.async_wait([this, alive = std::weak_ptr<char>(alive_)](const boost::system::error_code& error) {
    if (!error && !alive.expired()) on_timer();
  });
}

void PeerDriver::on_timer() {
  armed_ = TimePoint::max();
  // A session must not die of our own being late.
  for (const Link& link : links_)
    if (link.transport->has_unread()) waiting_.push_back(Unread{link.id});
  deliver(TimerExpired{});
}

void PeerDriver::accept(Transport::Socket socket) {
  const ConnectionId id = session_.issue_connection();
  auto transport = std::make_shared<Transport>(std::move(socket), id, static_cast<TransportUser&>(*this));
  const auto ends = transport->adopt(transport_);
  if (!ends) return;
  links_.push_back({id, transport});
  transport->start_reading();
  deliver(Accepted{id, *ends});
}

void PeerDriver::send_updates(SharedBytes messages, unsigned count) {
  session_.send_updates(std::move(messages), count, step());
  if (!busy_) arm();
}

bool PeerDriver::send_refresh(const RouteRefresh& refresh) {
  const bool sent = session_.send_refresh(refresh, step());
  if (!busy_) arm();
  return sent;
}

std::size_t PeerDriver::output_queue() const {
  const Connection* connection = session_.established();
  return connection == nullptr ? 0 : connection->queued;
}

Transport* PeerDriver::find(ConnectionId connection) {
  for (const Link& link : links_)
    if (link.id == connection) return link.transport.get();
  return nullptr;
}

std::shared_ptr<Transport> PeerDriver::forget(ConnectionId connection) {
  const auto found =
      std::find_if(links_.begin(), links_.end(), [&](const Link& link) { return link.id == connection; });
  if (found == links_.end()) return nullptr;
  auto transport = std::move(found->transport);
  links_.erase(found);
  return transport;
}

void PeerDriver::connect(ConnectionId connection) {
  auto transport = std::make_shared<Transport>(Transport::Socket(io_), connection, static_cast<TransportUser&>(*this));
  links_.push_back({connection, transport});
  transport->connect(transport_);
}

void PeerDriver::close(ConnectionId connection) {
  if (const auto transport = forget(connection)) transport->close();
}

void PeerDriver::send(ConnectionId connection, SharedBytes octets) {
  if (Transport* transport = find(connection)) transport->send(std::move(octets));
}

void PeerDriver::note(LogEvent event, std::string_view text, const Notification* notification) {
  if (!log_.takes(event)) return;
  log_.write(event, {{"peer", identity_.peer},
                     {"vpn_instance", identity_.vpn_instance},
                     {"notification", notification == nullptr ? std::string{} : name_of(*notification)},
                     {"text", text}});
}

void PeerDriver::connected(ConnectionId connection, const Endpoints& ends) {
  if (Transport* transport = find(connection)) transport->start_reading();
  deliver(Connected{connection, ends});
}

void PeerDriver::connect_failed(ConnectionId connection, const std::string& error) {
  forget(connection);
  deliver(ConnectFailed{connection, error});
}

std::size_t PeerDriver::received(ConnectionId connection, ByteView octets, std::size_t budget) {
  busy_ = true;
  const std::size_t used = session_.receive(connection, octets, step(), budget);
  drain();
  return used;
}

void PeerDriver::sent(ConnectionId connection, std::size_t octets) { deliver(Sent{connection, octets}); }

void PeerDriver::closed(ConnectionId connection, const std::string& error) {
  forget(connection);
  deliver(Closed{connection, error});
}

}  // namespace vrfd::bgp
