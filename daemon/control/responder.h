// The way back to one caller. A method answers through it at once or keeps it and answers later; if the client went
// away meanwhile, everything it does is without effect. One of `result`, `error` or `end` finishes it; if it is dropped
// unanswered, the caller is told so, so that no client waits for ever.
//
// Back-pressure: rows go out while `ready()`; then the producer gives way and has itself called by `on_ready`. What is
// buffered for a client that does not read stays below the high-water mark and one row.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/control/access.h"
#include "daemon/protocol/error_code.h"
#include "daemon/protocol/json_writer.h"

namespace vrfd::control {

// Where the lines go: a connection, or a test.
class Channel {
 public:
  virtual ~Channel() = default;
  virtual void write(std::string line) = 0;
  virtual bool open() const = 0;
  virtual bool ready() const = 0;
  // Calls back once, from the loop, when `ready()`. Forgotten if the client goes away.
  virtual void on_ready(std::function<void()> callback) = 0;
  // A request is no longer waiting for its answer.
  virtual void finished() = 0;
};

struct Caller {
  Credentials credentials{};
  Role role = Role::look;
};

class Responder {
 public:
  // An empty `id` is a notification: nothing is written.
  Responder(std::weak_ptr<Channel> channel, std::string id, std::string method, Caller caller);
  Responder(Responder&&) noexcept = default;
  Responder& operator=(Responder&&) = delete;
  ~Responder();

  const Caller& caller() const { return caller_; }

  template <class Answer>
  void result(const Answer& answer) {
    result_json(protocol::json_text(answer));
  }
  void error(protocol::ErrorCode code, std::string message, std::string at = {});
  void error(const protocol::ErrorAnswer& error);

  template <class Row>
  void row(const Row& row) {
    row_json(protocol::json_text(row));
  }
  // The last line of a stream, with the schema of the method. `count` where rows were counted and not sent.
  void end();
  void end(std::uint64_t count);

  template <class Progress>
  void progress(const Progress& progress) {
    progress_json(protocol::json_text(progress));
  }

  // Text that is JSON already.
  void result_json(std::string_view json);
  void row_json(std::string_view json);
  void progress_json(std::string_view json);

  // False also once the client is gone: check `closed()` first.
  bool ready() const;
  void on_ready(std::function<void()> callback);
  // Nobody listens any more, or the answer has been given.
  bool closed() const;

 private:
  std::shared_ptr<Channel> open_channel() const;
  void finish(std::string line);

  std::weak_ptr<Channel> channel_;
  std::string id_;
  std::string method_;
  Caller caller_;
  std::uint64_t rows_ = 0;
};

}  // namespace vrfd::control
