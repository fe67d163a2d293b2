// Where a count stands against its `maximum_prefixes`: the limit of a peer's family or of a VPN instance. Says each
// rise once; a count that swings about the threshold is not reported again before it fell well below.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/config/config.h"

namespace vrfd {

enum class LimitState : std::uint8_t { within, warning, over };
constexpr std::string_view name_of(LimitState state) {
  constexpr std::string_view names[] = {"within", "warning", "over"};
  return names[static_cast<std::size_t>(state)];
}

class LimitWatch {
 public:
  // The state that `count` has risen to; nothing if it has not.
  std::optional<LimitState> update(const config::MaximumPrefixes& limit, std::uint64_t count);
  LimitState state() const { return state_; }

 private:
  LimitState state_ = LimitState::within;
};

// "ipv4: 4 prefixes, the limit is 3"
std::string limit_text(Family family, std::uint64_t count, const config::MaximumPrefixes& limit);

}  // namespace vrfd
