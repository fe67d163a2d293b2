// What a receiver holds, and the desk at which all of them read their messages.
#pragma once

#include <functional>
#include <optional>
#include <unordered_map>

#include "tests/bench/load/prefix_index.h"
#include "tests/bench/load/route_state.h"
#include "tests/bench/load/update_reader.h"

namespace vrfd::bench {

struct NumberedChange {
  std::uint32_t number = 0;
  std::uint32_t value = 0;  // 0: withdrawn
};

class Receiver {
 public:
  void take(std::span<const NumberedChange> changes);
  void forget() { state_.clear(); }

  void expect(const Digest& digest) { expected_ = digest; }
  // True once, when the state is the expected one.
  bool arrived();

  const RouteState& state() const { return state_; }
  std::size_t announced() const { return announced_; }
  std::size_t withdrawn() const { return withdrawn_; }

 private:
  RouteState state_;
  std::optional<Digest> expected_;
  std::size_t announced_ = 0;
  std::size_t withdrawn_ = 0;
};

// Turns messages into changes of a receiver. Either collects them over what came in one read, so that the slots of the
// index are fetched ahead; or, where a router tells many peers the same, reads each message once for all of them.
class ReadingDesk {
 public:
  PrefixIndex& index() { return index_; }
  void remember(bool on) { remember_ = on; }

  // Is told of each prefix that comes, while one is waited for.
  using Seen = std::function<void(std::uint64_t key)>;
  void set_seen(Seen seen) { seen_ = std::move(seen); }

  // False when the message cannot be read. What it says is in the receiver's state after finish().
  bool read(Octets body, Receiver& receiver);
  void finish(Receiver& receiver);

 private:
  bool read_for_all(Octets body, Receiver& receiver);
  void number(std::span<const RouteChange> changes, NumberedChange* numbered);

  static constexpr std::size_t most_remembered = 4'000'000;  // changes

  PrefixIndex index_;
  UpdateReader reader_;
  Seen seen_;
  std::vector<RouteChange> changes_;
  std::unordered_map<std::uint64_t, std::vector<NumberedChange>> known_;
  std::size_t remembered_ = 0;
  bool remember_ = false;
};

}  // namespace vrfd::bench
