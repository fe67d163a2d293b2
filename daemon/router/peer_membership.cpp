// What the peer is told of VPN routes where it says which it wants (RFC 4684): nothing before it has said all, then
// those.
#include <algorithm>
#include <chrono>

#include "daemon/router/router.h"

namespace vrfd {

namespace {

// How long VPN routes wait for the peer's End-of-RIB of the family rtc; RFC 4684, 6 leaves it to us.
constexpr Duration longest_wait = std::chrono::seconds(180);
// A peer without graceful restart may never send one: it has said all when it has been quiet for a while.
constexpr Duration quiet_time = std::chrono::seconds(5);

}  // namespace

// The present session carries the family rtc.
bool Peer::says_what_it_wants() const {
  const auto& state = families_[index_of(Family::rtc)];
  return state && state->negotiated;
}

// Its update group: at once, or when it is known what the peer wants.
void Peer::join_group(FamilyState& state) {
  if (row_of(state.family).vpn && membership_by_) return;
  router_.core().join(state.in.table(), id_, export_rules(state.family));
}

void Peer::await_memberships() {
  membership_by_.reset();
  if (!says_what_it_wants()) return;
  membership_by_ = Clock::now() + longest_wait;
  membership_heard(Clock::now());
}

void Peer::membership_heard(TimePoint now) {
  if (!membership_by_ || remote_open_->capabilities.graceful_restart) return;
  const TimePoint latest = driver_->session().established_at() + longest_wait;
  membership_by_ = std::min(latest, now + quiet_time);
}

void Peer::memberships_complete() {
  if (!membership_by_) return;
  membership_by_.reset();
  // What it has said is in the table, but perhaps not seen yet.
  router_.core().interests().step(SIZE_MAX);
  for (auto& state : families_)
    if (state && state->negotiated && row_of(state->family).vpn) join_group(*state);
}

void Peer::wanted_changed() {
  if (!established_ || !says_what_it_wants()) return;
  for (auto& state : families_)
    if (state && state->negotiated && row_of(state->family).vpn) router_.core().change_wanted(state->in.table(), id_);
}

}  // namespace vrfd
