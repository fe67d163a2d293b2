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

std::optional<TimePoint> Peer::next_output_look(TimePoint now) const {
  if (!established_ || !configured_.slow_peer) return std::nullopt;
  return slow_.next_look(output(), now);
}

void Peer::watch_output(TimePoint now) {
  if (!configured_.slow_peer) return log_slowness(slow_.forget(now));
  const auto due = next_output_look(now);
  if (!due || *due > now) return;
  // The others are asked only where their mean can make a difference: there may be a thousand of them.
  const Duration own = slow_.last_hundred();
  const bool in_question = own > std::chrono::seconds(configured_.slow_peer->relative_s);
  const Duration others = in_question ? others_last_hundred() : own;
  log_slowness(slow_.observe(output(), others, *configured_.slow_peer, now));
}

// For those who watch.
void Peer::tell(std::string_view event, std::optional<std::string> reason) {
  router_.feed().add(protocol::PeerEvent{.event = event,
                                         .peer = config::name_of(configured_),
                                         .vpn_instance = instance_.name_or_null(),
                                         .as = configured_.as.value(),
                                         .reason = std::move(reason)});
}

void Peer::log_slowness(SlowPeerWatch::Change change) {
  if (change == SlowPeerWatch::Change::none) return;
  tell(slow() ? "slow" : "quick", slow() ? std::optional(std::string(name_of(*slow_.reason()))) : std::nullopt);
  router_.log().write(LogEvent::slow_peer, {{"peer", config::name_of(configured_)},
                                            {"vpn_instance", instance_.name()},
                                            {"state", slow() ? "slow" : "quick"},
                                            {"reason", slow() ? name_of(*slow_.reason()) : ""}});
}

}  // namespace vrfd
