// The routes of one kernel table as its notifications tell them, held as a receiver holds what a router tells.
#pragma once

#include <functional>
#include <string>

#include "tests/bench/load/poller.h"
#include "tests/bench/load/prefix_index.h"
#include "tests/bench/load/route_socket.h"
#include "tests/bench/load/route_state.h"
#include "tests/bench/load/table.h"

namespace vrfd::bench {

class KernelWatch : public Polled {
 public:
  using Report = std::function<void(const char* what, std::int64_t at)>;
  using Seen = std::function<void(const KernelRoute& route, std::int64_t at)>;

  KernelWatch(std::string netns, std::uint32_t table, Poller& poller, PrefixIndex& index, Report report);
  ~KernelWatch() override;

  void ready(std::uint32_t events) override;
  void expect(const Digest& digest);
  // Told of each route as it comes, where a prefix is waited for.
  void set_seen(Seen seen) { seen_ = std::move(seen); }

  // What a dump of the table says now, notifications apart.
  Digest dump() const;

  static std::uint32_t value_of_gateway(std::uint32_t gateway) { return shortened(gateway); }

 private:
  bool concerns(const KernelRoute& route) const;
  void take(const KernelRoute& route, RouteState& state) const;

  std::string netns_;
  std::uint32_t table_;
  PrefixIndex& index_;
  Report report_;
  Seen seen_;
  int socket_;
  RouteState state_;
  Digest expected_;
  bool waiting_ = false;
};

}  // namespace vrfd::bench
