// When a peer takes what it is sent too slowly, in two ways (thresholds: `slow_peer` of the configuration).
//
//   absolute   something waits for it, and for `absolute_s` it has taken nothing
//   relative   its last hundred messages took `relative_s` longer than those of the others of its update group took on
//              average; only the time in which messages wait for it counts
//
// It holds nobody back either way: a peer that falls behind has a place of its own in its group's journal
// (vrf/update_group.h), and gets the present state, not the history, once it reads again. A peer is slow no more when
// nothing has waited for it for `return_after_s`, or when its session ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/config/config.h"
#include "vrf/types/time.h"

namespace vrfd {

enum class Slowness : std::uint8_t { relative, absolute };
constexpr std::string_view name_of(Slowness reason) { return reason == Slowness::relative ? "relative" : "absolute"; }

class SlowPeerWatch {
 public:
  static constexpr std::uint64_t messages_measured = 100;
  static constexpr Duration interval = std::chrono::seconds(1);  // between two looks at a peer that is behind

  // Of a session, since it came up: octets that wait, octets and messages that were taken or wait.
  struct Output {
    std::uint64_t waiting = 0;
    std::uint64_t octets = 0;
    std::uint64_t messages = 0;
  };
  enum class Change : std::uint8_t { none, began, ended };

  // `others` is the mean of last_hundred() of the group's other members, zero without any.
  Change observe(const Output& output, Duration others, const config::SlowPeer& limits, TimePoint now);
  // The session is over, or the peer is not watched any more.
  Change forget(TimePoint now);

  // What the last hundred messages took, or the present ones so far if that is longer.
  Duration last_hundred() const;
  // When the peer has to be looked at again; nothing while it is neither behind nor slow.
  std::optional<TimePoint> next_look(const Output& output, TimePoint now) const;

  bool slow() const { return reason_.has_value(); }
  std::optional<Slowness> reason() const { return reason_; }
  // Of the present time of slowness; how many there were; the end of the last one.
  TimePoint since() const { return since_; }
  std::uint64_t count() const { return count_; }
  std::optional<TimePoint> last_end() const { return last_end_; }
  // How long until it counts as quick again, if nothing waits for it from now on.
  Duration returns_in(const config::SlowPeer& limits, TimePoint now) const;

 private:
  void measure(const Output& output, TimePoint now);
  std::optional<Slowness> judge(Duration others, const config::SlowPeer& limits, TimePoint now) const;
  Change end(TimePoint now);

  std::uint64_t taken_ = 0;  // octets, at the last look
  bool behind_ = false;      // something waited then
  TimePoint looked_at_{};
  TimePoint progress_at_{};     // it took something, or nothing waited
  TimePoint behind_at_{};       // something waited
  std::uint64_t measured_ = 0;  // octets taken since the present hundred messages began
  Duration present_{};          // and the time in which messages waited
  Duration last_{};
  std::optional<Slowness> reason_;
  TimePoint since_{};
  std::uint64_t count_ = 0;
  std::optional<TimePoint> last_end_;
};

}  // namespace vrfd
