#include "daemon/bgp/transport.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <cstring>

#include "daemon/bgp/transport_options.h"

namespace vrfd::bgp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Holds an extended message (RFC 8654) and as much again.
constexpr std::size_t buffer_octets = 2 * (extended_message_limit + 1);
constexpr std::size_t turn_budget = 16 * 1024;  // of octets handed on before others have their turn
constexpr std::size_t gather_limit = 64;        // buffers a system call takes from us
constexpr std::chrono::seconds linger_time{2};

bool is_notification(const Bytes& octets) {
  return octets.size() >= header_octets &&
         octets[header_octets - 1] == static_cast<std::uint8_t>(MessageType::notification);
}

}  // namespace

tcp::endpoint endpoint_of(const IpAddress& address, IfIndex scope, std::uint16_t port) {
  if (address.is_v4()) return {asio::ip::address_v4(address.v4_value()), port};
  asio::ip::address_v6::bytes_type octets{};
  std::memcpy(octets.data(), address.octets().data(), octets.size());
  return {asio::ip::address_v6(octets, address.is_link_local() ? scope.value() : 0), port};
}

IpAddress address_of(const tcp::endpoint& endpoint) {
  if (endpoint.address().is_v4()) return IpAddress::v4(endpoint.address().to_v4().to_uint());
  const auto octets = endpoint.address().to_v6().to_bytes();
  return IpAddress::from(ByteView(octets)).value_or(IpAddress{});
}

Transport::Transport(Socket socket, ConnectionId id, TransportUser& user)
    : socket_(std::move(socket)), id_(id), user_(&user) {}

void Transport::connect(const TransportSettings& settings) {
  const tcp::endpoint remote = endpoint_of(settings.remote, settings.scope, settings.port);
  error_code failure;
  socket_.open(remote.protocol(), failure);
  if (!failure) socket_.non_blocking(true, failure);
  if (failure) return fail_to_connect("opening a socket: " + failure.message());
  auto done = bind_to_device(socket_.native_handle(), settings.device);
  if (done) done = set_connection_options(socket_.native_handle(), settings);
  if (!done) return fail_to_connect(done.error().message);
  if (settings.source) socket_.bind(endpoint_of(*settings.source, settings.scope, 0), failure);
  if (failure) return fail_to_connect("binding to " + to_string(*settings.source) + ": " + failure.message());
  socket_.async_connect(remote, [self = shared_from_this()](const error_code& error) { self->on_connected(error); });
}

void Transport::fail_to_connect(std::string error) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), error = std::move(error)] {
    if (self->user_ != nullptr) self->user_->connect_failed(self->id_, error);
  });
}

void Transport::on_connected(const error_code& error) {
  if (user_ == nullptr) return;
  const auto ends = endpoints();
  if (error || !ends) return user_->connect_failed(id_, error ? error.message() : "the connection ended at once");
  user_->connected(id_, *ends);
}

std::optional<Endpoints> Transport::adopt(const TransportSettings& settings) {
  error_code failure;
  socket_.non_blocking(true, failure);
  if (failure || !set_connection_options(socket_.native_handle(), settings)) return std::nullopt;
  return endpoints();
}

std::optional<Endpoints> Transport::endpoints() const {
  error_code failure;
  const tcp::endpoint local = socket_.local_endpoint(failure);
  if (failure) return std::nullopt;
  const tcp::endpoint remote = socket_.remote_endpoint(failure);
  if (failure) return std::nullopt;
  return Endpoints{address_of(local), address_of(remote), local.port(), remote.port()};
}

void Transport::start_reading() {
  if (reading_) return;
  // Not zeroed: pages that no peer fills are never touched.
  buffer_ = std::make_unique_for_overwrite<std::uint8_t[]>(buffer_octets);
  reading_ = true;
  read();
}

void Transport::read() {
  socket_.async_read_some(
      asio::buffer(buffer_.get() + filled_, buffer_octets - filled_),
      [self = shared_from_this()](const error_code& error, std::size_t octets) { self->on_read(error, octets); });
}

void Transport::on_read(const error_code& error, std::size_t octets) {
  if (error) return end(error);
  if (user_ == nullptr) {
    filled_ = 0;  // lingering: nobody is interested
    return read();
  }
  filled_ += octets;
  hand_on();
}

void Transport::hand_on() {
  if (user_ == nullptr) {
    filled_ = 0;
    return read();
  }
  const std::size_t used = user_->received(id_, ByteView(buffer_.get(), filled_), turn_budget);
  filled_ -= used;
  std::memmove(buffer_.get(), buffer_.get() + used, filled_);
  if (used < turn_budget) return read();  // what is left is an incomplete message
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->hand_on(); });
}

void Transport::end(const error_code& error) {
  TransportUser* const user = std::exchange(user_, nullptr);
  error_code ignored;
  socket_.close(ignored);
  if (linger_timer_) linger_timer_->cancel();
  queue_.clear();
  if (user != nullptr) user->closed(id_, error == asio::error::eof ? std::string{} : error.message());
}

bool Transport::has_unread() const {
  if (!socket_.is_open() || user_ == nullptr || !reading_) return false;
  error_code failure;
  return filled_ >= header_octets || socket_.available(failure) > 0;
}

void Transport::send(SharedBytes octets) {
  queue_.push_back(std::move(octets));
  schedule_flush();
}

// Not at once, so that what is sent in the same turn leaves with it.
void Transport::schedule_flush() {
  if (flushing_) return;
  flushing_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->flush(); });
}

void Transport::flush() {
  flushing_ = false;
  if (!socket_.is_open()) return;
  error_code error;
  const std::size_t written = write_some(error);
  if (error && error != asio::error::would_block) {
    // The reading side comes to the same end, after what the peer said last.
    queue_.clear();
    front_written_ = 0;
    return;
  }
  if (user_ != nullptr && written != 0) user_->sent(id_, written);
  if (!socket_.is_open()) return;
  if (error == asio::error::would_block) return await_writable();
  if (!queue_.empty()) return schedule_flush();
  if (user_ == nullptr) socket_.shutdown(tcp::socket::shutdown_send, error);
}

std::size_t Transport::write_some(error_code& error) {
  if (queue_.empty()) return 0;
  std::array<asio::const_buffer, gather_limit> gathered;
  const std::size_t count = std::min(gather_limit, queue_.size());
  for (std::size_t i = 0; i < count; ++i) gathered[i] = asio::buffer(*queue_[i]);
  gathered[0] += front_written_;
  const std::size_t written = socket_.write_some(std::span(gathered).first(count), error);
  std::size_t left = front_written_ + written;
  while (!queue_.empty() && left >= queue_.front()->size()) {
    left -= queue_.front()->size();
    queue_.pop_front();
  }
  front_written_ = left;
  return written;
}

void Transport::await_writable() {
  if (flushing_) return;
  flushing_ = true;
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const error_code& error) {
    if (!error) return self->flush();
    self->flushing_ = false;
  });
}

void Transport::close() {
  if (user_ == nullptr) return;
  user_ = nullptr;
  if (!reading_) {
    error_code ignored;
    socket_.close(ignored);
    return;
  }
  // A message that is partly out must be finished; of the others only a NOTIFICATION still matters.
  const std::size_t keep = front_written_ > 0 ? 1 : 0;
  for (std::size_t i = queue_.size(); i > keep; --i)
    if (!is_notification(*queue_[i - 1])) queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(i - 1));
  linger();
}

void Transport::linger() {
  linger_timer_.emplace(socket_.get_executor(), linger_time);
  linger_timer_->async_wait([self = shared_from_this()](const error_code&) {
    error_code ignored;
    self->socket_.close(ignored);
  });
  flush();  // now, so that a NOTIFICATION is ahead of the next connection
}

}  // namespace vrfd::bgp
