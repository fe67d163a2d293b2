// One client. Reads a little, answers one line a turn of the loop, and stops reading while too much waits to be
// written or answered, so neither a flood of requests nor a client that stops reading costs more than a few buffers.
//
// A client that shuts down its sending side still gets its answers; one that is gone is noticed at once.
#pragma once

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/control/line_splitter.h"
#include "daemon/control/methods.h"
#include "daemon/control/responder.h"

namespace vrfd::control {

inline constexpr std::size_t high_water_mark = 256 * 1024;
inline constexpr std::size_t low_water_mark = 64 * 1024;
inline constexpr std::size_t outstanding_limit = 64;

class Connection : public Channel, public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  Connection(Socket socket, const Methods& methods, Caller caller);

  // `on_closed` is called once, from the loop.
  void start(std::function<void(const Connection&)> on_closed);
  // Drops everything; no callback.
  void abandon();

  const Caller& caller() const { return caller_; }
  std::size_t buffered() const { return waiting_.size() + writing_.size(); }

  void write(std::string line) override;
  bool open() const override { return open_; }
  bool ready() const override { return open_ && buffered() < high_water_mark; }
  void on_ready(std::function<void()> callback) override;
  void finished() override;

 private:
  bool may_take() const { return ready() && outstanding_ < outstanding_limit; }
  void schedule();
  void turn();
  void take(const LineSplitter::Line& line);
  void read();
  void end_of_input();
  void flush();
  void written();
  void resume_producers();
  void close_if_idle();
  void close();

  Socket socket_;
  const Methods& methods_;
  Caller caller_;
  std::function<void(const Connection&)> on_closed_;
  LineSplitter lines_;
  std::array<char, 16 * 1024> input_{};
  std::string waiting_;  // to be written
  std::string writing_;  // handed to the kernel
  std::vector<std::function<void()>> producers_;
  std::size_t outstanding_ = 0;
  bool open_ = true;
  bool scheduled_ = false;
  bool reading_ = false;
  bool input_ended_ = false;
};

}  // namespace vrfd::control
