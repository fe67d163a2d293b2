// What the kernel says about the way to a peer, which ends a session sooner than its hold timer would.
#include "daemon/router/router.h"

namespace vrfd {

namespace {

std::string via(const netlink::Link& link) { return "the link " + link.name + " is down"; }

}  // namespace

// The session goes over the link itself: nothing but the link's end can be learned from waiting.
bool Peer::follows_link() const { return configured_.bfd || (!in_force_.internal && !in_force_.multihop); }

void Peer::follow() {
  const KernelSide& kernel = router_.kernel();
  const AddressScope scope = kernel.scope_of(instance_.id(), in_force_.interface);
  link_ = follows_link() ? kernel.interface_of(ends_.local, scope) : std::nullopt;
  way_.reset();
  // A link-local address means nothing without its link, which is followed.
  if (configured_.bfd && !ends_.remote.is_link_local())
    way_ = router_.core().next_hops().track(instance_.id(), ends_.remote);
}

void Peer::link_lost(const netlink::Link& link) {
  if (established_ && link_ == link.index) lose_way(via(link));
}

void Peer::way_changed(NextHopId id) {
  if (established_ && way_ == id && !router_.core().next_hops().reachable(id)) lose_way("the kernel has no way to it");
}

void Peer::lose_way(std::string why) {
  driver_->reset({.subcode = bgp::subcode::unspecific, .communication = std::move(why), .graceful = false});
}

void Router::link_lost(const netlink::Link& link) {
  each_peer([&](Peer& peer) { peer.link_lost(link); });
}

void Router::way_changed(NextHopId id) {
  each_peer([&](Peer& peer) { peer.way_changed(id); });
}

}  // namespace vrfd
