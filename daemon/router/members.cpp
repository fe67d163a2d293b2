// Peers of an instance that are given by a prefix: whoever connects from it becomes a peer for as long as it is there.
#include <algorithm>

#include "daemon/router/router.h"

namespace vrfd {

void Instance::configure_ranges() {
  for (const Prefix& range : ranges_) listener().remove_range(range);
  ranges_.clear();
  for (const config::Peer& peer : configured_.peers) {
    if (!peer.range) continue;
    ranges_.push_back(*peer.range);
    const auto taken = listener().add_range(
        *peer.range, peer.password.value_or(""),
        [this](bgp::Listener::Socket socket, const IpAddress& from) { welcome(std::move(socket), from); });
    if (!taken)
      router_.log().write(LogEvent::listener_failed,
                          {{"peer", config::name_of(peer)}, {"text", taken.error().message}});
  }
}

std::size_t Instance::member_count(const Prefix& range) const {
  return static_cast<std::size_t>(std::count_if(peers_.begin(), peers_.end(), [&](const auto& entry) {
    return entry.second->configured().joined_from == range;
  }));
}

void Instance::welcome(bgp::Listener::Socket socket, const IpAddress& from) {
  dismiss_members();
  const config::Peer* range = config::find_range(configured_, from);
  if (range == nullptr || peers_.contains(from)) return;
  const bool full = member_count(*range->range) >= range->maximum_peers;
  if (full || range->shutdown) {
    router_.log().write(LogEvent::connection_refused,
                        {{"peer", to_string(from)},
                         {"vpn_instance", name()},
                         {"text", full ? "as many peers of " + config::name_of(*range) + " as there may be"
                                       : config::name_of(*range) + " is shut down"}});
    return;
  }
  auto& peer = peers_[from];
  peer = std::make_unique<Peer>(router_, *this, config::member_of(*range, from));
  peer->start();
  peer->driver().accept(std::move(socket));
}

void Instance::dismiss_members() {
  if (ranges_.empty()) return;
  std::erase_if(peers_, [&](auto& entry) { return entry.second->configured().joined_from && entry.second->is_gone(); });
}

}  // namespace vrfd
