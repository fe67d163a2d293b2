// Labels of routes that are passed on with this router as their next hop: VPN routes at the border of an AS (RFC 4364,
// 10 b), labelled unicast (RFC 8277).
//
// The route came with a label of its next hop, and leaves with one of ours, which packets have swapped for the other
// one: one label for each next hop and label received, whatever routes share them. A labelled route of this router's
// own that does not end here (another daemon's, a static one) has a label for the way to it, whatever labels that has.
#pragma once

#include "vrf/decision.h"
#include "vrf/label_leases.h"

namespace vrfd {

class SwapLabels final : public LabelLeases {
 public:
  SwapLabels(Decision& decision, NextHopTable& next_hops, LabelPool& pool, LabelOwners& owners,
             ForwardingTable& forwarding)
      : LabelLeases(pool, owners, nullptr), decision_(decision), next_hops_(next_hops), forwarding_(forwarding) {}

  // What becomes of labels: programmed in a FIB, given out without (`fib` null), or none at all, since the kernel takes
  // none. True if that is another thing than before, and all is to be asked for again.
  bool program(MplsFib* fib, bool possible);

  struct Answer {
    std::optional<Label> label{};  // nothing: the route cannot go out …
    bool waits = false;            // … yet: its label is on its way into the kernel, and `take_ready` names it
  };
  // What `path` of `dest` is to be announced with.
  Answer label_of(const RouteTable& table, DestId dest, PathId path);

 private:
  NextHopId next_hop_of(const RouteTable& table, DestId dest, const Path& path);

  Decision& decision_;
  NextHopTable& next_hops_;
  ForwardingTable& forwarding_;
  bool possible_ = true;
  // The label given out last for a next hop and a received label. Forgotten now and then, so that it does not grow with
  // what was once received.
  std::unordered_map<std::uint64_t, Label> known_;
  std::size_t known_limit_ = 0;
};

}  // namespace vrfd
