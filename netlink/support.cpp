#include "netlink/support.h"

#include <sys/socket.h>

#include <cerrno>
#include <filesystem>

#include "netlink/file_descriptor.h"
#include "netlink/hop_codec.h"
#include "netlink/link_codec.h"
#include "netlink/route_codec.h"

namespace vrfd::netlink {

namespace {

bool has_vrf(Query& query) { return query.ask(encode_vrf_probe).error != EOPNOTSUPP; }

// Nobody offers sockets of this family, but asking for one loads the module.
bool has_mpls() {
  const FileDescriptor socket(::socket(mpls_family, SOCK_RAW | SOCK_CLOEXEC, 0));
  std::error_code ignored;
  return std::filesystem::exists("/proc/sys/net/mpls", ignored);
}

// A route over a device that cannot exist; the encapsulation is looked at first.
bool has_encapsulation(Query& query) {
  const IfIndex no_device{0x7FFFFFFF};
  const KernelRoute route{.key = {main_table, *Prefix::from("0.0.0.0/32")},
                          .hops = {{.via = std::nullopt, .device = no_device, .labels = {first_unreserved_label}}}};
  const Answer answer = query.ask([&](std::span<std::uint8_t> space, std::uint32_t sequence) {
    return encode_route_replace(space, route, sequence);
  });
  return answer.error != EOPNOTSUPP;
}

}  // namespace

KernelSupport probe_support(Query& query) {
  KernelSupport support{
      .vrf = has_vrf(query), .mpls = has_mpls(), .encapsulation = has_encapsulation(query), .missing = {}};
  if (!support.vrf)
    support.missing.emplace_back(
        "the kernel has no VRF devices: load the module vrf (CONFIG_NET_VRF); VPN instances cannot forward, route "
        "reflection and the public instance can");
  if (!support.mpls)
    support.missing.emplace_back(
        "the kernel has no MPLS: load the module mpls_router (CONFIG_MPLS_ROUTING); labelled packets of VPNs are not "
        "received");
  if (!support.encapsulation)
    support.missing.emplace_back(
        "the kernel has no MPLS encapsulation: load the module mpls_iptunnel (CONFIG_MPLS_IPTUNNEL); packets to other "
        "PEs "
        "get no label");
  return support;
}

}  // namespace vrfd::netlink
