// Kernel settings below /proc/sys/net that forwarding of VPN traffic needs: read, compared, written where allowed, and
// what is not as it must be is reported.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vrfd::netlink {

struct Sysctl {
  enum class Comparison { equal, at_least };
  std::string path;  // below /proc/sys: "net/ipv4/ip_forward"
  std::uint64_t wanted = 1;
  Comparison comparison = Comparison::equal;
};

struct SysctlFault {
  std::string name;  // as `sysctl` writes it: "net.ipv4.ip_forward"
  std::uint64_t wanted = 0;
  std::optional<std::uint64_t> found;  // none: the kernel has no such setting
  std::string text;                    // says what, why and what to do
};

struct SysctlWishes {
  std::uint32_t label_limit = 0;             // labels below it are usable; 0: no MPLS wanted
  std::vector<std::string> core_interfaces;  // that take labelled packets
};

// Forwarding of both families, IPv6 addresses that survive a change of VRF, room for labels, labelled packets in.
std::vector<Sysctl> sysctls_for(const SysctlWishes& wishes);

// No more labelled packets in, on links that were core links.
std::vector<Sysctl> sysctls_for_former(std::span<const std::string> core_interfaces);

// Compares each, writes it first if `write`; returns those that are not as wanted.
std::vector<SysctlFault> apply_sysctls(std::span<const Sysctl> sysctls, bool write,
                                       const std::filesystem::path& root = "/proc/sys");

}  // namespace vrfd::netlink
