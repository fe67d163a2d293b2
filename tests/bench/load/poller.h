// epoll and a tick: whoever is ready is told.
#pragma once

#include <cstdint>
#include <map>

namespace vrfd::bench {

class Polled {
 public:
  virtual ~Polled() = default;
  virtual void ready(std::uint32_t events) = 0;
};

class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void add(int descriptor, std::uint32_t events, Polled& whom);
  void change(int descriptor, std::uint32_t events, Polled& whom);
  void remove(int descriptor);

  // Waits for at most so long and tells everybody who is ready.
  void wait(int milliseconds);

 private:
  int epoll_;
  std::map<int, Polled*> polled_;  // who may still be told
};

}  // namespace vrfd::bench
