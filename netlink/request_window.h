// Batches operations into as few system calls as the kernel takes, and finds out what became of each.
//
// Only the last message of a batch asks for an acknowledgement; errors come unasked. The kernel executes a batch within
// the system call that sends it, in order, and goes on after an error. Hence, once the answer to the last message (the
// fence) is there, every operation of the batch without an error is done. If answers are lost (ENOBUFS, time-out), the
// batch is sent again under new sequence numbers, which its idempotent operations allow; answers with other numbers
// than those in flight are stale.
//
// One batch is in flight at a time, which keeps the order between batches. An answer takes about 770 octets of receive
// buffer, so 1000 operations that all fail still fit into the 1 MiB of the request socket.
//
// Pure: octets and the time go in, octets and outcomes come out.
#pragma once

#include <chrono>
#include <deque>

#include "netlink/event.h"
#include "netlink/message.h"
#include "netlink/operation.h"

namespace vrfd::netlink {

struct WindowLimits {
  std::size_t octets = std::size_t{128} * 1024;
  std::size_t messages = 1000;
  std::chrono::milliseconds timeout{1000};
  // Times that a batch is sent before its operations are given up.
  unsigned attempts = 5;
};

struct Outcomes {
  std::vector<Cookie> acknowledged;
  std::vector<Refused> refused;
};

struct WindowCounters {
  std::uint64_t operations = 0;  // appended
  std::uint64_t batches = 0;     // sent, repetitions included
  std::uint64_t resends = 0;
  std::uint64_t errors = 0;  // operations refused
};

class RequestWindow {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit RequestWindow(WindowLimits limits = {});

  // An operation that exceeds a whole batch is refused at once with EMSGSIZE.
  void append(const Operation& operation);
  // Nothing waits, nothing is in flight.
  bool idle() const { return batches_.empty(); }

  // What is to be sent now: the next batch, or the one in flight again. Empty while answers are awaited or nothing
  // waits. Valid until the next call of anything else.
  ByteView take_batch(TimePoint now);
  // The system call failed, nothing was sent: tried again if `error` may pass, else the batch's operations are refused.
  void on_send_failed(int error);

  void on_answers(ByteView datagram);
  // Answers were lost (ENOBUFS).
  void on_lost();
  // When the fence is overdue; nothing while no batch is in flight.
  std::optional<TimePoint> deadline() const;
  void on_time(TimePoint now);

  // Moves out what has become known, in the order of the operations.
  Outcomes take_outcomes();
  const WindowCounters& counters() const { return counters_; }

 private:
  struct Entry {
    Cookie cookie = 0;
    std::uint32_t offset = 0;
    bool deletion = false;
  };
  struct Batch {
    Bytes octets;
    std::vector<Entry> entries;
    // The errors of the present attempt, in the order of positions; the kernel answers in order.
    std::vector<std::pair<std::size_t, Refused>> errors;
    std::uint32_t first_sequence = 0;
    unsigned attempts = 0;
  };
  enum class State { ready, in_flight };

  bool append_to(Batch& batch, const Operation& operation);
  void number(Batch& batch);
  void on_answer(const Message& message);
  void try_again(int error);
  void give_up(int error);
  void finish();

  WindowLimits limits_;
  Bytes scratch_;              // one message, before it is known to fit
  std::deque<Batch> batches_;  // the front one is in flight, if any
  State state_ = State::ready;
  TimePoint deadline_;
  std::uint32_t next_sequence_ = 1;
  Outcomes outcomes_;
  WindowCounters counters_;
};

}  // namespace vrfd::netlink
