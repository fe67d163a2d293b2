// One BGP session of the load: connects from its own address until it is taken, sends what is queued with large writes,
// answers ROUTE-REFRESH with its table, and gives what it is told to its receiver.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "tests/bench/load/poller.h"
#include "tests/bench/load/receiver.h"
#include "tests/bench/load/route_encoder.h"

namespace vrfd::bench {

struct SpeakerOrder {
  std::string name;
  std::string local;
  std::string remote;
  std::uint16_t port = 179;
  std::uint32_t as = 0;
  Family family = Family::ipv4;
  bool refresh = true;        // offers RFC 2918
  bool enhanced = true;       // and RFC 7313
  std::size_t read_rate = 0;  // octets a second; 0: all that comes
};

using Message = std::shared_ptr<const Buffer>;

class Speaker : public Polled {
 public:
  // Names what happened ("up", "down", "arrived", "sending", "sent", "refresh", "refreshed") and when.
  using Report = std::function<void(const Speaker&, const char* what, std::int64_t at)>;

  Speaker(SpeakerOrder order, Poller& poller, ReadingDesk& desk, Report report);
  ~Speaker() override;

  void connect();
  void disconnect();
  void ready(std::uint32_t events) override;
  void tick(std::int64_t now);

  // What is sent when the session comes up and again at each ROUTE-REFRESH.
  void announce_always(Message table) { table_ = std::move(table); }
  void send(Message message);
  void ask_refresh();
  // Looks whether the expected state is there, also when no message came.
  void check();

  const SpeakerOrder& order() const { return order_; }
  Receiver& receiver() { return receiver_; }
  const Receiver& receiver() const { return receiver_; }
  std::uint64_t octets_read() const { return octets_read_; }
  // Octets that the peer has not acknowledged yet, or that were not even written.
  std::size_t unsent() const;

 private:
  enum class State { idle, connecting, open_sent, established };

  void try_connect(std::int64_t now);
  void close();
  void read();
  void write();
  void write_or_wait();
  void take(Octets message, std::int64_t now);
  void take_open(Octets body);
  void established(std::int64_t now);
  void send_table(bool end_of_rib);
  void put_open(Buffer& out) const;
  void send_marker(std::uint8_t subtype);

  SpeakerOrder order_;
  Poller& poller_;
  ReadingDesk& desk_;
  Report report_;
  Receiver receiver_;
  Message table_;

  State state_ = State::idle;
  int socket_ = -1;
  bool wanted_ = false;
  bool enhanced_ = false;
  bool waits_to_write_ = false;
  bool reading_paused_ = false;
  std::int64_t next_try_ = 0;
  std::int64_t next_keepalive_ = 0;
  std::int64_t allowance_at_ = 0;
  std::size_t allowance_ = 0;
  std::deque<Message> queue_;
  std::size_t written_ = 0;  // of the first in the queue
  Buffer rest_;              // the beginning of a message that has not come whole
  std::uint64_t octets_read_ = 0;
};

}  // namespace vrfd::bench
