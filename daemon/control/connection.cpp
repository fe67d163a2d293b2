#include "daemon/control/connection.h"

#include <poll.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "daemon/protocol/message.h"

namespace vrfd::control {
namespace {

using boost::system::error_code;

// A client that closed its socket, and did not only shut down its sending side.
bool is_gone(Connection::Socket& socket) {
  pollfd state{.fd = socket.native_handle(), .events = 0, .revents = 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

Connection::Connection(Socket socket, const Methods& methods, Caller caller)
    : socket_(std::move(socket)), methods_(methods), caller_(std::move(caller)), lines_(protocol::line_limit) {}

void Connection::start(std::function<void(const Connection&)> on_closed) {
  on_closed_ = std::move(on_closed);
  read();
}

void Connection::abandon() {
  on_closed_ = nullptr;
  close();
}

void Connection::schedule() {
  if (scheduled_ || !open_) return;
  scheduled_ = true;
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->scheduled_ = false;
    self->turn();
  });
}

// One line, then everybody else's turn.
void Connection::turn() {
  if (!open_ || !may_take()) return;
  if (const auto line = lines_.next()) {
    take(*line);
    schedule();
  } else if (input_ended_) {
    close_if_idle();
  } else {
    read();
  }
}

void Connection::take(const LineSplitter::Line& line) {
  if (line.too_long) {
    write(protocol::error_line("null",
                               {.code = protocol::ErrorCode::too_large, .message = "the line is longer than 1 MiB"}));
    return;
  }
  if (line.text.find_first_not_of(" \t\r") == std::string::npos) return;
  ++outstanding_;
  if (!methods_.dispatch(line.text, shared_from_this(), caller_)) --outstanding_;
}

void Connection::read() {
  if (reading_ || !open_) return;
  reading_ = true;
  socket_.async_read_some(boost::asio::buffer(input_),
                          [self = shared_from_this()](error_code failure, std::size_t size) {
                            self->reading_ = false;
                            if (!self->open_) return;
                            if (failure) return self->end_of_input();
                            self->lines_.feed({self->input_.data(), size});
                            self->schedule();
                          });
}

void Connection::end_of_input() {
  if (is_gone(socket_)) return close();
  input_ended_ = true;
  lines_.finish();
  schedule();
  socket_.async_wait(Socket::wait_error, [self = shared_from_this()](error_code) { self->close(); });
}

void Connection::write(std::string line) {
  if (!open_) return;
  waiting_ += line;
  flush();
}

void Connection::flush() {
  if (!writing_.empty() || waiting_.empty()) return;
  writing_.swap(waiting_);
  boost::asio::async_write(socket_, boost::asio::buffer(writing_),
                           [self = shared_from_this()](error_code failure, std::size_t) {
                             if (failure) return self->close();
                             self->written();
                           });
}

void Connection::written() {
  if (!open_) return;
  writing_.clear();
  if (writing_.capacity() > 2 * high_water_mark) writing_ = std::string();
  flush();
  resume_producers();
  schedule();
}

void Connection::resume_producers() {
  if (buffered() > low_water_mark) return;
  for (auto& producer : std::exchange(producers_, {})) {
    if (!open_) return;
    if (ready())
      producer();
    else
      producers_.push_back(std::move(producer));
  }
}

void Connection::on_ready(std::function<void()> callback) {
  if (!open_) return;
  producers_.push_back(std::move(callback));
  // With nothing under way no write will end, so the loop itself must come back.
  if (writing_.empty())
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->resume_producers(); });
}

void Connection::finished() {
  --outstanding_;
  schedule();
}

void Connection::close_if_idle() {
  if (outstanding_ == 0 && buffered() == 0) close();
}

void Connection::close() {
  if (!open_) return;
  open_ = false;
  error_code ignored;
  socket_.close(ignored);
  waiting_ = std::string();
  // A producer may own a Responder to this connection; what its end calls finds it closed.
  const auto dropped = std::exchange(producers_, {});
  if (auto on_closed = std::exchange(on_closed_, nullptr)) on_closed(*this);
}

}  // namespace vrfd::control
