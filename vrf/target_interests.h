// Who wants which VPN routes: what peers say in the family rtc (RFC 4684), as a filter for each of them.
//
// A consumer of the membership table. What counts is whatever a peer says, best path or not: the best path tells others
// where to send routes, this tells where they end.
#pragma once

#include <set>
#include <unordered_map>
#include <vector>

#include "vrf/source.h"
#include "vrf/table_follower.h"
#include "vrf/target_set.h"

namespace vrfd {

class TargetInterests final : public TableFollower {
 public:
  TargetInterests(RouteTable& memberships, const SourceTable& sources);

  // Never null: a peer that says nothing wants nothing.
  std::shared_ptr<const TargetSet> of(PeerId peer) const;
  // Peers that want something else than when this was asked last.
  std::vector<PeerId> take_changed();

 private:
  struct Membership {
    Prefix prefix;
    std::vector<PeerId> peers;  // sorted
  };

  void visit(DestId dest) override;
  std::vector<PeerId> peers_at(DestId dest) const;
  void set_wanted(PeerId peer, const Prefix& prefix, bool wanted);

  const SourceTable& sources_;
  std::vector<Membership> memberships_;  // by DestId
  std::unordered_map<PeerId, std::set<Prefix>> wanted_;
  std::set<PeerId> changed_;
};

}  // namespace vrfd
