#include "daemon/router/limit_watch.h"

namespace vrfd {

namespace {

constexpr std::uint64_t percent = 100;
// Of the limit, that a count must fall below the threshold to be reported again.
constexpr std::uint64_t swing_percent = 5;

}  // namespace

std::optional<LimitState> LimitWatch::update(const config::MaximumPrefixes& limit, std::uint64_t count) {
  const std::uint64_t scaled = count * percent;
  const std::uint64_t threshold = std::uint64_t{limit.limit} * limit.warning_percent;
  LimitState now = LimitState::within;
  if (count > limit.limit)
    now = LimitState::over;
  else if (scaled > threshold)
    now = LimitState::warning;
  if (now > state_) {
    state_ = now;
    return now;
  }
  const bool swings = scaled + std::uint64_t{limit.limit} * swing_percent > threshold;
  if (now < state_ && !(now == LimitState::within && swings)) state_ = now;
  return std::nullopt;
}

std::string limit_text(Family family, std::uint64_t count, const config::MaximumPrefixes& limit) {
  return std::string(name_of(family)) + ": " + std::to_string(count) + " prefixes, the limit is " +
         std::to_string(limit.limit);
}

}  // namespace vrfd
