// How a peer keeps up with what it is sent.
#include <algorithm>
#include <set>

#include "daemon/router/router.h"

namespace vrfd {

SlowPeerWatch::Output Peer::output() const {
  const bgp::Connection* connection = driver_ ? driver_->session().established() : nullptr;
  if (connection == nullptr) return {};
  return {connection->queued, connection->octets, connection->messages};
}

// The mean of the other members of its update groups; zero without any.
Duration Peer::others_last_hundred() {
  std::set<PeerId> others;
  for (const auto& state : families_) {
    if (!state || !state->negotiated) continue;
    const UpdateGroup* group = router_.core().group_of(state->in.table(), id_);
    if (group == nullptr) continue;
    for (PeerId member : group->members())
      if (member != id_) others.insert(member);
  }
  Duration sum{};
  for (PeerId id : others) sum += router_.peer(id)->slow_.last_hundred();
  return others.empty() ? sum : sum / static_cast<Duration::rep>(others.size());
}

void Peer::watch_output(TimePoint now) {
  const auto due = slow_.next_look(output(), now);
  if (!due || *due > now) return;
  if (!established_ || !configured_.slow_peer) return log_slowness(slow_.forget(now));
  log_slowness(slow_.observe(output(), others_last_hundred(), *configured_.slow_peer, now));
}

void Peer::log_slowness(SlowPeerWatch::Change change) {
  if (change == SlowPeerWatch::Change::none) return;
  router_.log().write(LogEvent::slow_peer, {{"peer", config::name_of(configured_)},
                                            {"vpn_instance", instance_.name()},
                                            {"state", slow() ? "slow" : "quick"},
                                            {"reason", slow() ? name_of(*slow_.reason()) : ""}});
}

}  // namespace vrfd
