// What this kernel can do, found out by asking it for things it will refuse either way; the refusal tells. Asking makes
// the kernel load the modules, if they are installed.
#pragma once

#include <string>
#include <vector>

#include "netlink/query.h"

namespace vrfd::netlink {

struct KernelSupport {
  bool vrf = false;            // VRF devices
  bool mpls = false;           // label routes
  bool encapsulation = false;  // labels put on by IPv4 and IPv6 routes
  // A sentence for each that is missing: module, option, what does not work.
  std::vector<std::string> missing;
};

// Needs CAP_NET_ADMIN; without it VRF and encapsulation count as there.
KernelSupport probe_support(Query& query);

}  // namespace vrfd::netlink
