// Making, changing and deleting links, through libnl-route: the only place where that library is used. Its caches are
// not; what exists is always asked of the kernel anew (link_codec.h).
#pragma once

#include <string>

#include "vrf/types/result.h"
#include "vrf/types/strong.h"

struct nl_sock;

namespace vrfd::netlink {

class VrfLinks {
 public:
  static Result<VrfLinks> open();
  VrfLinks(VrfLinks&& other) noexcept;
  VrfLinks& operator=(VrfLinks&& other) noexcept;
  ~VrfLinks();

  // A VRF device, up from the start.
  Result<void> create(const std::string& name, TableId table);
  Result<void> remove(IfIndex link);
  Result<void> set_up(IfIndex link);
  // Free text, shown by `ip link`; not possible at creation.
  Result<void> set_alias(IfIndex link, const std::string& alias);
  Result<void> enslave(IfIndex link, IfIndex vrf_device);
  Result<void> release(IfIndex link);

 private:
  explicit VrfLinks(nl_sock* socket) : socket_(socket) {}

  nl_sock* socket_ = nullptr;
};

}  // namespace vrfd::netlink
