// What update groups have to say, on its way to the peers.
#include <algorithm>

#include "daemon/bgp/wire/update.h"
#include "daemon/router/router.h"
#include "daemon/router/update_writer.h"

namespace vrfd {

namespace {

// Routes of one batch; a few messages of octets for each stream.
constexpr std::size_t batch_size = 8192;

}  // namespace

void Router::flush(RouteTable& table) {
  for (auto& group : core_.groups(table)) flush_group(*group);
}

void Router::flush_group(UpdateGroup& group) {
  // A peer may wait for our memberships, and we for its routes.
  const bool waits_for_others = !row_of(group.table().family()).membership;
  const auto ready = [this, waits_for_others](PeerId id) {
    Peer* member = peer(id);
    return member != nullptr && member->established() && member->driver().can_send() &&
           !(waits_for_others && restart_.holds_back(*member));
  };
  OutBatch batch;
  while (group.next_batch(ready, batch_size, batch)) send(group, batch);
}

void Router::send(UpdateGroup& group, const OutBatch& batch) {
  const Family family = group.table().family();
  for (PeerId id : batch.begin_refresh) peer(id)->driver().send_refresh({family, bgp::RefreshSubtype::begin});
  std::vector<PeerId> rest = batch.members;
  while (!rest.empty()) {
    const Peer& first = *peer(rest.front());
    const SelfNextHop self = first.self_next_hop(family);
    const auto others = std::stable_partition(rest.begin(), rest.end(),
                                              [&](PeerId id) { return peer(id)->self_next_hop(family) == self; });
    const auto parts = UpdateWriter(group).encode(batch, first.context(), self);
    for (auto at = rest.begin(); at != others; ++at)
      for (const EncodedPart& part : parts)
        if (part.except != *at && (!part.only || part.only == *at))
          peer(*at)->driver().send_updates(part.octets, part.messages);
    rest.erase(rest.begin(), others);
  }
  send_marks(group, batch);
}

void Router::send_marks(UpdateGroup& group, const OutBatch& batch) {
  const Family family = group.table().family();
  if (!batch.end_of_rib.empty()) {
    Bytes octets;
    bgp::encode_end_of_rib(family, octets);
    const auto shared = std::make_shared<const Bytes>(std::move(octets));
    for (PeerId id : batch.end_of_rib) peer(id)->driver().send_updates(shared, 1);
  }
  for (PeerId id : batch.end_of_refresh) peer(id)->driver().send_refresh({family, bgp::RefreshSubtype::end});
}

}  // namespace vrfd
