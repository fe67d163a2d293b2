// Where paths come from, as far as the decision and the rules of announcing need to know it.
#pragma once

#include <vector>

#include "vrf/types/address.h"
#include "vrf/types/asn.h"
#include "vrf/types/strong.h"

namespace vrfd {

enum class SourceKind : std::uint8_t {
  external,  // an eBGP peer
  internal,  // an iBGP peer
  local,     // this router: networks, kernel routes, and what an instance exports
};

struct Source {
  SourceKind kind = SourceKind::local;
  // Whose peer it is; for `local`, whose routes they are.
  InstanceId instance;
  Asn as;
  std::uint32_t router_id = 0;  // host order; of the peer's OPEN
  IpAddress address;            // of the session
  bool route_reflector_client = false;
};

// Sources by PeerId. A place that was given up is taken again only by `add`.
class SourceTable {
 public:
  PeerId add(const Source& source) {
    if (free_.empty()) {
      sources_.push_back(source);
      return PeerId{static_cast<std::uint16_t>(sources_.size() - 1)};
    }
    const PeerId id = free_.back();
    free_.pop_back();
    sources_[id.value()] = source;
    return id;
  }
  // No path of it may be left in any table.
  void remove(PeerId id) { free_.push_back(id); }
  Source& operator[](PeerId id) { return sources_[id.value()]; }
  const Source& operator[](PeerId id) const { return sources_[id.value()]; }

 private:
  std::vector<Source> sources_;
  std::vector<PeerId> free_;
};

}  // namespace vrfd
