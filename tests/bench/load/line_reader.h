// Lines from the driver, as they come.
#pragma once

#include <functional>
#include <string>

#include "tests/bench/load/poller.h"

namespace vrfd::bench {

class LineReader : public Polled {
 public:
  using Take = std::function<void(const std::string& line)>;

  LineReader(Poller& poller, Take take);
  void ready(std::uint32_t events) override;
  bool ended() const { return ended_; }

 private:
  Take take_;
  std::string begun_;
  bool ended_ = false;
};

}  // namespace vrfd::bench
