#include "netlink/sysctl.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

namespace vrfd::netlink {

namespace {

// A folder that stands for /proc/sys and goes away again.
struct Settings {
  std::filesystem::path root;

  Settings() {
    std::string name = (std::filesystem::temp_directory_path() / "vrfd-sysctl-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    root = name;
  }
  ~Settings() { std::filesystem::remove_all(root); }
  void set(const std::string& path, const std::string& value) const {
    std::filesystem::create_directories((root / path).parent_path());
    std::ofstream(root / path) << value;
  }
  std::string get(const std::string& path) const {
    std::string value;
    std::getline(std::ifstream(root / path), value);
    return value;
  }
};

}  // namespace

TEST_CASE("settings are compared, written only if asked, and reported") {
  const Settings settings;
  settings.set("net/ipv4/ip_forward", "1\n");
  settings.set("net/ipv6/conf/all/forwarding", "0\n");
  settings.set("net/ipv6/conf/all/keep_addr_on_down", "rubbish\n");
  settings.set("net/mpls/platform_labels", "2000000\n");
  settings.set("net/mpls/conf/eth0.100/input", "0\n");
  const auto sysctls = sysctls_for({.label_limit = 1048575, .core_interfaces = {"eth0.100", "absent0"}});
  REQUIRE(sysctls.size() == 6);

  const auto before = apply_sysctls(sysctls, false, settings.root);
  REQUIRE(before.size() == 4);
  CHECK(before[0].text == "net.ipv6.conf.all.forwarding is 0, expected 1");
  CHECK(before[1].name == "net.ipv6.conf.all.keep_addr_on_down");
  CHECK_FALSE(before[1].found);
  CHECK(before[2].name == "net.mpls.conf.eth0/100.input");
  CHECK(settings.get("net/ipv6/conf/all/forwarding") == "0");

  const auto after = apply_sysctls(sysctls, true, settings.root);
  REQUIRE(after.size() == 2);
  CHECK(after[1].text ==
        "net.mpls.conf.absent0.input does not exist: there is no such interface, or the module mpls_router is not "
        "loaded");
  CHECK(settings.get("net/ipv6/conf/all/forwarding") == "1");
  CHECK(settings.get("net/mpls/conf/eth0.100/input") == "1");
  CHECK(settings.get("net/mpls/platform_labels") == "2000000");  // more than enough is left alone
  CHECK_FALSE(std::filesystem::exists(settings.root / "net/mpls/conf/absent0"));
}

TEST_CASE("links that were core links take no labelled packets any more") {
  const Settings settings;
  settings.set("net/mpls/conf/eth0.100/input", "1\n");
  settings.set("net/mpls/conf/eth1/input", "1\n");
  const std::vector<std::string> former{"eth0.100", "absent0"};
  const auto faults = apply_sysctls(sysctls_for_former(former), true, settings.root);
  REQUIRE(faults.size() == 1);
  CHECK_FALSE(faults[0].found);
  CHECK(settings.get("net/mpls/conf/eth0.100/input") == "0");
  CHECK(settings.get("net/mpls/conf/eth1/input") == "1");
}

TEST_CASE("a kernel without MPLS") {
  const Settings settings;
  const auto faults = apply_sysctls(sysctls_for({.label_limit = 100, .core_interfaces = {}}), true, settings.root);
  REQUIRE(faults.size() == 4);
  CHECK(faults[1].text == "net.ipv6.conf.all.forwarding does not exist: the kernel has no IPv6");
  CHECK(faults[3].text == "net.mpls.platform_labels does not exist: load the module mpls_router (CONFIG_MPLS_ROUTING)");
  CHECK(sysctls_for({}).size() == 3);
}

}  // namespace vrfd::netlink
