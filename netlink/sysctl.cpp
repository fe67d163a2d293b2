#include "netlink/sysctl.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "netlink/file_descriptor.h"
#include "vrf/types/text.h"

namespace vrfd::netlink {

namespace {

// Slashes become dots, and a dot within an interface's name a slash, as sysctl(8) has it.
std::string name_of(const std::string& path) {
  std::string name = path;
  for (char& c : name) c = c == '/' ? '.' : c == '.' ? '/' : c;
  return name;
}

std::string label_input_of(const std::string& interface) { return "net/mpls/conf/" + interface + "/input"; }

std::optional<std::uint64_t> read_number(const std::filesystem::path& file) {
  const FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 64> content{};
  const ssize_t length = fd ? ::read(fd.get(), content.data(), content.size()) : -1;
  if (length <= 0) return std::nullopt;
  std::string_view text(content.data(), static_cast<std::size_t>(length));
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  return parse_decimal(text, UINT64_MAX);
}

// 0 or an errno. Not created where absent: a setting that the kernel lacks stays absent.
int write_number(const std::filesystem::path& file, std::uint64_t value) {
  const FileDescriptor fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return errno;
  const std::string text = std::to_string(value) + "\n";
  return ::write(fd.get(), text.data(), text.size()) < 0 ? errno : 0;
}

bool is_met(const Sysctl& sysctl, std::optional<std::uint64_t> found) {
  if (!found) return false;
  return sysctl.comparison == Sysctl::Comparison::equal ? *found == sysctl.wanted : *found >= sysctl.wanted;
}

std::string absence_of(const std::string& name) {
  if (name.starts_with("net.mpls.conf."))
    return name + " does not exist: there is no such interface, or the module mpls_router is not loaded";
  if (name.starts_with("net.mpls.")) return name + " does not exist: load the module mpls_router (CONFIG_MPLS_ROUTING)";
  if (name.starts_with("net.ipv6.")) return name + " does not exist: the kernel has no IPv6";
  return name + " does not exist";
}

std::string text_of(const Sysctl& sysctl, std::optional<std::uint64_t> found, int error) {
  const std::string name = name_of(sysctl.path);
  if (!found) return absence_of(name);
  std::string text = name + " is " + std::to_string(*found) + ", expected ";
  if (sysctl.comparison == Sysctl::Comparison::at_least) text += "at least ";
  text += std::to_string(sysctl.wanted);
  if (error != 0) text += "; cannot write it: " + std::generic_category().message(error);
  return text;
}

}  // namespace

std::vector<Sysctl> sysctls_for(const SysctlWishes& wishes) {
  std::vector<Sysctl> sysctls{{.path = "net/ipv4/ip_forward"},
                              {.path = "net/ipv6/conf/all/forwarding"},
                              {.path = "net/ipv6/conf/all/keep_addr_on_down"}};
  if (wishes.label_limit != 0)
    sysctls.push_back({"net/mpls/platform_labels", wishes.label_limit, Sysctl::Comparison::at_least});
  for (const std::string& interface : wishes.core_interfaces) sysctls.push_back({.path = label_input_of(interface)});
  return sysctls;
}

std::vector<Sysctl> sysctls_for_former(std::span<const std::string> core_interfaces) {
  std::vector<Sysctl> sysctls;
  for (const std::string& interface : core_interfaces)
    sysctls.push_back({.path = label_input_of(interface), .wanted = 0});
  return sysctls;
}

std::vector<SysctlFault> apply_sysctls(std::span<const Sysctl> sysctls, bool write, const std::filesystem::path& root) {
  std::vector<SysctlFault> faults;
  for (const Sysctl& sysctl : sysctls) {
    const std::filesystem::path file = root / sysctl.path;
    std::optional<std::uint64_t> found = read_number(file);
    int error = 0;
    if (found && write && !is_met(sysctl, found)) {
      error = write_number(file, sysctl.wanted);
      found = read_number(file);
    }
    if (!is_met(sysctl, found))
      faults.push_back({name_of(sysctl.path), sysctl.wanted, found, text_of(sysctl, found, error)});
  }
  return faults;
}

}  // namespace vrfd::netlink
