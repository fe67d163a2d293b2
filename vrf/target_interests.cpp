#include "vrf/target_interests.h"

#include <algorithm>

namespace vrfd {

TargetInterests::TargetInterests(RouteTable& memberships, const SourceTable& sources)
    : TableFollower(memberships), sources_(sources) {}

void TargetInterests::visit(DestId dest) {
  if (dest >= memberships_.size()) memberships_.resize(dest + std::size_t{1});
  Membership& known = memberships_[dest];
  std::vector<PeerId> now = peers_at(dest);
  for (PeerId peer : known.peers)
    if (!std::binary_search(now.begin(), now.end(), peer)) set_wanted(peer, known.prefix, false);
  if (table().in_use(dest)) known.prefix = table().nlri(dest).prefix;
  for (PeerId peer : now)
    if (!std::binary_search(known.peers.begin(), known.peers.end(), peer)) set_wanted(peer, known.prefix, true);
  known.peers = std::move(now);
}

std::vector<PeerId> TargetInterests::peers_at(DestId dest) const {
  std::vector<PeerId> peers;
  if (!table().in_use(dest)) return peers;
  for (PathId p = table().first(dest); p != no_index; p = table().next(p)) {
    const Path& path = table().path(p);
    if (path.accepted() && sources_[path.source].kind != SourceKind::local) peers.push_back(path.source);
  }
  std::sort(peers.begin(), peers.end());
  peers.erase(std::unique(peers.begin(), peers.end()), peers.end());
  return peers;
}

void TargetInterests::set_wanted(PeerId peer, const Prefix& prefix, bool wanted) {
  std::set<Prefix>& all = wanted_[peer];
  if (wanted)
    all.insert(prefix);
  else
    all.erase(prefix);
  if (all.empty()) wanted_.erase(peer);
  changed_.insert(peer);
}

std::shared_ptr<const TargetSet> TargetInterests::of(PeerId peer) const {
  const auto at = wanted_.find(peer);
  return at == wanted_.end() ? std::make_shared<const TargetSet>() : std::make_shared<const TargetSet>(at->second);
}

std::vector<PeerId> TargetInterests::take_changed() {
  std::vector<PeerId> changed(changed_.begin(), changed_.end());
  changed_.clear();
  return changed;
}

}  // namespace vrfd
