#include "daemon/router/slow_peer.h"

#include <algorithm>

namespace vrfd {

namespace {

double octets_of_a_hundred(const SlowPeerWatch::Output& output) {
  return static_cast<double>(SlowPeerWatch::messages_measured) * static_cast<double>(output.octets) /
         static_cast<double>(output.messages);
}

}  // namespace

// Messages are told apart by their average size: TCP takes octets.
void SlowPeerWatch::measure(const Output& output, TimePoint now) {
  const std::uint64_t taken = output.octets - output.waiting;
  const bool behind = output.waiting != 0;
  if (behind_) present_ += now - looked_at_;
  measured_ += taken - std::min(taken, taken_);
  if (taken != taken_ || !behind || !behind_) progress_at_ = now;
  if (behind) behind_at_ = now;
  if (output.messages != 0 && static_cast<double>(measured_) >= octets_of_a_hundred(output)) {
    last_ =
        std::chrono::duration_cast<Duration>(present_ * (octets_of_a_hundred(output) / static_cast<double>(measured_)));
    present_ = {};
    measured_ = 0;
  }
  taken_ = taken;
  behind_ = behind;
  looked_at_ = now;
}

Duration SlowPeerWatch::last_hundred() const { return std::max(last_, present_); }

std::optional<Slowness> SlowPeerWatch::judge(Duration others, const config::SlowPeer& limits, TimePoint now) const {
  if (!behind_) return std::nullopt;
  if (now - progress_at_ >= std::chrono::seconds(limits.absolute_s)) return Slowness::absolute;
  if (last_hundred() > others + std::chrono::seconds(limits.relative_s)) return Slowness::relative;
  return std::nullopt;
}

SlowPeerWatch::Change SlowPeerWatch::observe(const Output& output, Duration others, const config::SlowPeer& limits,
                                             TimePoint now) {
  measure(output, now);
  if (slow()) return returns_in(limits, now) == Duration::zero() ? end(now) : Change::none;
  reason_ = judge(others, limits, now);
  if (!reason_) return Change::none;
  since_ = now;
  ++count_;
  return Change::began;
}

SlowPeerWatch::Change SlowPeerWatch::end(TimePoint now) {
  reason_.reset();
  last_end_ = now;
  last_ = present_ = {};
  return Change::ended;
}

SlowPeerWatch::Change SlowPeerWatch::forget(TimePoint now) {
  const Change change = slow() ? end(now) : Change::none;
  taken_ = measured_ = 0;
  behind_ = false;
  last_ = present_ = {};
  return change;
}

std::optional<TimePoint> SlowPeerWatch::next_look(const Output& output, TimePoint now) const {
  if (output.waiting == 0 && !behind_ && !slow()) return std::nullopt;
  return std::max(now, looked_at_ + interval);
}

Duration SlowPeerWatch::returns_in(const config::SlowPeer& limits, TimePoint now) const {
  return std::max(Duration::zero(), behind_at_ + Duration(std::chrono::seconds(limits.return_after_s)) - now);
}

}  // namespace vrfd
