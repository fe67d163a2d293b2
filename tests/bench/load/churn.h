// A stream of updates at an even rate, and single ones among them whose way is timed: to the moment at which a receiver
// or the kernel has been told.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "tests/bench/load/speaker.h"

namespace vrfd::bench {

struct ChurnOrder {
  std::uint32_t next_hop = 0;
  std::uint32_t rate = 10000;       // updates a second, one route each
  std::uint32_t probe_every = 100;  // one of so many is timed
  std::uint32_t seconds = 10;
};

class Churn {
 public:
  Churn(const Table& table, ChurnOrder order, Speaker& source);

  // Sends what is due; false when the time is over.
  bool tick(std::int64_t now);
  // Something was told about this prefix: ends the probe on the way there.
  void seen(std::uint64_t key, bool by_kernel, std::int64_t now);

  std::vector<std::int64_t> delays(bool in_kernel) const;  // of all that arrived, in ns
  std::size_t probes() const { return probes_; }
  std::size_t sent() const { return sent_; }

 private:
  struct Probe {
    std::int64_t sent = 0;
    std::int64_t told = 0;
    std::int64_t installed = 0;
  };

  void put_update(Buffer& out);
  void put_probe(Buffer& out, std::int64_t now);

  const Table& table_;
  ChurnOrder order_;
  Speaker& source_;
  std::mt19937 random_{7};
  std::map<std::uint64_t, Probe> by_key_;
  std::int64_t begin_ = 0;
  std::size_t sent_ = 0;
  std::size_t probes_ = 0;
};

}  // namespace vrfd::bench
