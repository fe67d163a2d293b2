#include "tests/bench/load/speaker.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "tests/bench/load/clock.h"

namespace vrfd::bench {

namespace {

constexpr std::int64_t retry_ns = 20'000'000;
constexpr std::int64_t keepalive_ns = 20'000'000'000;
constexpr std::uint16_t hold_time = 180;
constexpr std::size_t read_size = 1 << 20;

sockaddr_in address_of(const std::string& text, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, text.c_str(), &address.sin_addr);
  return address;
}

Message keepalive() {
  Buffer out;
  end_message(out, begin_message(out, type_keepalive));
  return std::make_shared<Buffer>(std::move(out));
}

void put_capability(Buffer& out, std::uint8_t code, const Buffer& value) {
  put8(out, code);
  put8(out, value.size());
  put(out, value);
}

bool offers_enhanced_refresh(Octets body) {
  for (std::size_t at = 10; at + 2 <= body.size(); at += 2u + body[at + 1]) {
    if (body[at] != 2) continue;
    const std::size_t end = std::min<std::size_t>(body.size(), at + 2 + body[at + 1]);
    for (std::size_t one = at + 2; one + 2 <= end; one += 2u + body[one + 1])
      if (body[one] == 70) return true;
  }
  return false;
}

}  // namespace

Speaker::Speaker(SpeakerOrder order, Poller& poller, ReadingDesk& desk, Report report)
    : order_(std::move(order)), poller_(poller), desk_(desk), report_(std::move(report)) {}

Speaker::~Speaker() {
  if (socket_ >= 0) ::close(socket_);
}

void Speaker::connect() {
  wanted_ = true;
  try_connect(now_ns());
}

void Speaker::disconnect() {
  wanted_ = false;
  close();
}

void Speaker::try_connect(std::int64_t now) {
  next_try_ = now + retry_ns;
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in local = address_of(order_.local, 0);
  sockaddr_in remote = address_of(order_.remote, order_.port);
  if (bind(socket_, reinterpret_cast<sockaddr*>(&local), sizeof local) != 0 ||
      (::connect(socket_, reinterpret_cast<sockaddr*>(&remote), sizeof remote) != 0 && errno != EINPROGRESS)) {
    ::close(socket_);
    socket_ = -1;
    return;
  }
  state_ = State::connecting;
  waits_to_write_ = true;
  reading_paused_ = false;
  poller_.add(socket_, EPOLLIN | EPOLLOUT, *this);
}

void Speaker::close() {
  if (socket_ < 0) return;
  poller_.remove(socket_);
  ::close(socket_);
  socket_ = -1;
  const bool was_up = state_ == State::established;
  state_ = State::idle;
  queue_.clear();
  written_ = 0;
  rest_.clear();
  if (!was_up) return;
  receiver_.forget();
  report_(*this, "down", now_ns());
}

void Speaker::ready(std::uint32_t events) {
  if (state_ == State::connecting) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0 || (events & EPOLLHUP) != 0) return close();
    state_ = State::open_sent;
    Buffer out;
    put_open(out);
    queue_.push_back(std::make_shared<Buffer>(std::move(out)));
  }
  if ((events & EPOLLOUT) != 0) write();
  if (socket_ >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read();
}

void Speaker::put_open(Buffer& out) const {
  const std::size_t message = begin_message(out, type_open);
  put8(out, 4);
  put16(out, order_.as < 65536 ? order_.as : 23456);
  put16(out, hold_time);
  put32(out, ntohl(address_of(order_.local, 0).sin_addr.s_addr));
  Buffer capabilities, as;
  const std::uint8_t safi = order_.family == Family::ipv4 ? 1 : 128;
  put_capability(capabilities, 1, {0, 1, 0, safi});
  if (order_.refresh) put_capability(capabilities, 2, {});
  if (order_.enhanced) put_capability(capabilities, 70, {});
  put32(as, order_.as);
  put_capability(capabilities, 65, as);
  put8(out, capabilities.size() + 2);
  put8(out, 2);
  put8(out, capabilities.size());
  put(out, capabilities);
  end_message(out, message);
}

void Speaker::read() {
  static Buffer buffer(read_size + largest_message);
  const std::int64_t now = now_ns();
  std::copy(rest_.begin(), rest_.end(), buffer.begin());
  std::size_t most = read_size;
  if (order_.read_rate != 0 && state_ == State::established) {
    most = std::min(allowance_, read_size);
    if (most == 0) {
      reading_paused_ = true;
      return write_or_wait();
    }
  }
  const ssize_t got = recv(socket_, buffer.data() + rest_.size(), most, 0);
  if (got == 0 || (got < 0 && errno != EAGAIN)) return close();
  if (got < 0) return;
  octets_read_ += static_cast<std::uint64_t>(got);
  allowance_ -= std::min(allowance_, static_cast<std::size_t>(got));
  const Octets all = Octets(buffer).first(rest_.size() + static_cast<std::size_t>(got));
  std::size_t at = 0;
  while (all.size() - at >= header_size) {
    const std::size_t size = short_at(&all[at + 16]);
    if (size < header_size || size > largest_message) return close();
    if (all.size() - at < size) break;
    take(all.subspan(at, size), now);
    if (socket_ < 0) return;
    at += size;
  }
  rest_.assign(all.begin() + static_cast<std::ptrdiff_t>(at), all.end());
  desk_.finish(receiver_);
  check();
}

void Speaker::check() {
  if (receiver_.arrived()) report_(*this, "arrived", now_ns());
}

void Speaker::take(Octets message, std::int64_t now) {
  const Octets body = message.subspan(header_size);
  switch (message[18]) {
    case type_update:
      if (!desk_.read(body, receiver_)) report_(*this, "unreadable", now);
      break;
    case type_open:
      take_open(body);
      break;
    case type_keepalive:
      if (state_ == State::open_sent) established(now);
      break;
    case type_refresh:
      if (body.size() == 4 && body[2] == 0) {
        report_(*this, "refresh", now);
        if (enhanced_) send_marker(1);
        send_table(false);
        if (enhanced_) send_marker(2);
      } else if (body.size() == 4 && body[2] == 2) {
        report_(*this, "refreshed", now);
      }
      break;
    default:
      report_(*this, "notification", now);
      close();
  }
}

void Speaker::take_open(Octets body) {
  enhanced_ = order_.enhanced && offers_enhanced_refresh(body);
  send(keepalive());
}

void Speaker::established(std::int64_t now) {
  state_ = State::established;
  next_keepalive_ = now + keepalive_ns;
  allowance_at_ = now;
  report_(*this, "up", now);
  send_table(true);
}

void Speaker::send_table(bool end_of_rib) {
  if (socket_ < 0) return;
  if (table_) {
    report_(*this, "sending", now_ns());
    queue_.push_back(table_);
  }
  if (end_of_rib) {
    Buffer out;
    put_end_of_rib(out, order_.family);
    queue_.push_back(std::make_shared<Buffer>(std::move(out)));
  }
  write();
}

void Speaker::send_marker(std::uint8_t subtype) {
  Buffer out;
  const std::size_t message = begin_message(out, type_refresh);
  put16(out, 1);
  put8(out, subtype);
  put8(out, order_.family == Family::ipv4 ? 1 : 128);
  end_message(out, message);
  send(std::make_shared<Buffer>(std::move(out)));
}

void Speaker::ask_refresh() { send_marker(0); }

void Speaker::send(Message message) {
  if (socket_ < 0) return;
  queue_.push_back(std::move(message));
  if (!waits_to_write_) write();
}

void Speaker::write() {
  while (!queue_.empty()) {
    const Buffer& first = *queue_.front();
    const ssize_t done = ::send(socket_, first.data() + written_, first.size() - written_, MSG_NOSIGNAL);
    if (done < 0 && errno != EAGAIN) return close();
    if (done < 0) break;
    written_ += static_cast<std::size_t>(done);
    if (written_ != first.size()) continue;
    const bool large = first.size() > largest_message;
    written_ = 0;
    queue_.pop_front();
    if (large && queue_.size() < 2) report_(*this, "sent", now_ns());
  }
  write_or_wait();
}

void Speaker::write_or_wait() {
  waits_to_write_ = !queue_.empty();
  const std::uint32_t reading = reading_paused_ ? 0u : std::uint32_t{EPOLLIN};
  const std::uint32_t writing = waits_to_write_ ? std::uint32_t{EPOLLOUT} : 0u;
  poller_.change(socket_, reading | writing, *this);
}

void Speaker::tick(std::int64_t now) {
  if (socket_ < 0) {
    if (wanted_ && now >= next_try_) try_connect(now);
    return;
  }
  if (state_ != State::established) return;
  if (now >= next_keepalive_) {
    next_keepalive_ = now + keepalive_ns;
    send(keepalive());
    if (socket_ < 0) return;
  }
  if (order_.read_rate != 0) {
    constexpr std::int64_t second = 1'000'000'000;
    allowance_ += static_cast<std::size_t>(now - allowance_at_) * order_.read_rate / second;
    allowance_at_ = now;
    if (reading_paused_ && allowance_ > 0) {
      reading_paused_ = false;
      write_or_wait();
    }
  }
}

std::size_t Speaker::unsent() const {
  if (socket_ < 0) return 0;
  int in_socket = 0;
  ioctl(socket_, SIOCOUTQ, &in_socket);
  std::size_t waiting = 0;
  for (const Message& one : queue_) waiting += one->size();
  return waiting - written_ + static_cast<std::size_t>(in_socket);
}

}  // namespace vrfd::bench
