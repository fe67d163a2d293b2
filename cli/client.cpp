#include "cli/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

namespace vrfd::cli {
namespace {

using protocol::ErrorAnswer;
using protocol::ErrorCode;

ErrorAnswer timed_out() {
  return {.code = ErrorCode::timed_out, .message = "no answer in time; a job that runs goes on"};
}

ErrorAnswer unreachable(const std::string& path, int code) {
  ErrorAnswer answer{.code = ErrorCode::unreachable, .message = "the daemon cannot be reached at " + path, .at = path};
  if (code == EACCES || code == EPERM) {
    answer.code = ErrorCode::not_permitted;
    answer.message = "no permission for " + path + ": be root or in the group vrfd or vrfd-read";
  } else if (code != 0) {
    answer.message += std::string(": ") + std::strerror(code);
  }
  return answer;
}

int milliseconds_until(Deadline deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, INT_MAX));
}

}  // namespace

std::variant<Client, ErrorAnswer> Client::connect(const std::string& path, Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return unreachable(path, ENAMETOOLONG);
  std::memcpy(address.sun_path, path.data(), path.size());
  Client client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), path);
  if (client.socket_ < 0) return unreachable(path, errno);
  while (::connect(client.socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EAGAIN && errno != EINTR) return unreachable(path, errno);
    // The backlog is full, and a Unix socket tells nobody when it no longer is.
    const int left = milliseconds_until(deadline);
    if (left == 0) return timed_out();
    ::poll(nullptr, 0, left < 0 ? 10 : std::min(10, left));
  }
  return client;
}

Client::Client(Client&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      path_(std::move(other.path_)),
      buffer_(std::move(other.buffer_)),
      start_(other.start_),
      scanned_(other.scanned_) {}

Client::~Client() {
  if (socket_ >= 0) ::close(socket_);
}

bool Client::wait(short events, Deadline deadline) const {
  pollfd state{.fd = socket_, .events = events, .revents = 0};
  int status = 0;
  do status = ::poll(&state, 1, milliseconds_until(deadline));
  while (status < 0 && errno == EINTR);
  return status > 0;
}

ErrorAnswer Client::lost(std::string what) const {
  return {.code = ErrorCode::unreachable, .message = std::move(what), .at = path_};
}

std::optional<ErrorAnswer> Client::send(std::string_view octets, Deadline deadline) {
  while (!octets.empty()) {
    const ssize_t sent = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      octets.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (!wait(POLLOUT, deadline)) return timed_out();
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return std::nullopt;  // refused, perhaps: why is still to be read
    } else if (errno != EINTR) {
      return lost(std::string("sending to the daemon: ") + std::strerror(errno));
    }
  }
  return std::nullopt;
}

std::variant<std::string_view, ErrorAnswer> Client::receive(Deadline deadline) {
  for (;;) {
    if (const std::size_t end = buffer_.find('\n', scanned_); end != std::string::npos) {
      const std::string_view line = std::string_view(buffer_).substr(start_, end - start_);
      start_ = scanned_ = end + 1;
      return line;
    }
    buffer_.erase(0, start_);
    start_ = 0;
    scanned_ = buffer_.size();
    if (!wait(POLLIN, deadline)) return timed_out();
    constexpr std::size_t piece = 64 * 1024;
    buffer_.resize(scanned_ + piece);
    const ssize_t got = ::recv(socket_, buffer_.data() + scanned_, piece, 0);
    buffer_.resize(scanned_ + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return lost("the daemon closed the connection");
    if (got < 0 && errno != EINTR && errno != EAGAIN)
      return lost(std::string("reading from the daemon: ") + std::strerror(errno));
  }
}

}  // namespace vrfd::cli
