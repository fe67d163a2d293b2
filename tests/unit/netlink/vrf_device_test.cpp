#include "netlink/vrf_device.h"

#include <doctest/doctest.h>

#include "netlink/numbers.h"

namespace vrfd::netlink {

namespace {

Link vrf(std::uint32_t index, std::string name, std::uint32_t table, std::vector<std::string> names = {}) {
  return {.index = IfIndex{index},
          .name = std::move(name),
          .kind = "vrf",
          .vrf_table = TableId{table},
          .alternative_names = std::move(names)};
}

std::string verdict(const std::vector<Link>& links, const VrfDeviceRequest& request) {
  const auto device = device_to_adopt(links, request);
  if (!device) return device.error().message;
  return *device ? "adopt " + (*device)->name : "make";
}

Rule rule(std::uint32_t priority, std::uint32_t table, bool l3mdev = false) {
  return {.priority = priority, .table = TableId{table}, .l3mdev = l3mdev, .protocol = 2};
}

std::string text_of(const std::vector<RuleStep>& steps) {
  std::string text;
  for (const RuleStep& step : steps)
    text += (step.kind == RuleStep::Kind::add ? " +" : " -") + std::to_string(step.rule.priority) +
            (step.rule.l3mdev ? "l3mdev" : "table" + std::to_string(step.rule.table.value()));
  return text;
}

}  // namespace

TEST_CASE("device names are the instance's where the kernel takes it") {
  const auto name = [](const char* instance) { return device_name_of({instance, TableId{1001}}); };
  CHECK(name("red") == "red");
  CHECK(name("fifteen-octets-") == "fifteen-octets-");
  CHECK(name("sixteen-octets--") == "vrf1001");
  for (const char* illegal : {"a/b", "a b", "a:b", "a%d", "", ".", "..", "all", "default", "lo", "a\tb"})
    CHECK(name(illegal) == "vrf1001");
  CHECK(device_name_of({"", TableId{4294967295}}).size() <= 15);
  CHECK(device_name_of({"red", TableId{1001}, "vrf-red"}) == "vrf-red");
  CHECK(is_legal_alternative_name(std::string(127, 'x')));
  CHECK_FALSE(is_legal_alternative_name(std::string(128, 'x')));
  CHECK_FALSE(is_legal_alternative_name("a b"));
}

TEST_CASE("a device is made, adopted or refused") {
  const std::vector<Link> links{{.index = IfIndex{1}, .name = "eth0"},
                                {.index = IfIndex{2}, .name = "veth1", .kind = "veth"},
                                vrf(3, "red", 1001),
                                vrf(4, "vrf2000", 2000, {"customer-of-the-north"})};
  CHECK(verdict(links, {"blue", TableId{1002}}) == "make");
  CHECK(verdict(links, {"red", TableId{1001}}) == "adopt red");
  CHECK(verdict(links, {"customer-of-the-north", TableId{2000}}) == "adopt vrf2000");
  CHECK(verdict(links, {"another-long-instance", TableId{2000}}) == "adopt vrf2000");
  CHECK(verdict(links, {"customer-of-the-north", TableId{2001}}) ==
        "VPN instance 'customer-of-the-north': interface 'vrf2000' is a VRF device of table 2000, expected 2001; the "
        "table of a VRF device cannot be changed: delete the device or give the instance table 2000");
  CHECK(verdict(links, {"blue", TableId{1001}}) ==
        "VPN instance 'blue': table 1001 is already that of the VRF device 'red'; expected a table of its own");
  CHECK(verdict(links, {"eth0", TableId{1002}})
            .starts_with("VPN instance 'eth0': interface 'eth0' exists and is not a VRF device (hardware)"));
  CHECK(verdict(links, {"veth1", TableId{1002}}).find("(veth)") != std::string::npos);
}

TEST_CASE("tables of the system are refused") {
  for (const std::uint32_t table : {0u, 253u, 254u, 255u})
    CHECK(verdict({}, {"red", TableId{table}}).find("belongs to the system") != std::string::npos);
  for (const std::uint32_t table : {1u, 252u, 256u, 4294967295u}) CHECK(verdict({}, {"red", TableId{table}}) == "make");
}

TEST_CASE("rules: what is missing is added before what is wrong is removed") {
  const auto steps = [](const std::vector<Rule>& rules) {
    return text_of(missing_rule_steps(rules, AddressFamily::ipv4));
  };
  const std::vector<Rule> fresh{rule(0, 255), rule(32766, 254), rule(32767, 253)};
  CHECK(steps(fresh) == " +1000l3mdev +32765table255 -0table255");
  CHECK(steps({rule(0, 255), rule(1000, 0, true), rule(32766, 254)}) == " +32765table255 -0table255");
  CHECK(steps({rule(1000, 0, true), rule(32765, 255), rule(32766, 254)}).empty());
  CHECK(steps({rule(0, 255), rule(1000, 0, true), rule(32765, 255)}) == " -0table255");
  CHECK(steps({rule(1000, 0, true)}) == " +32765table255");
  Rule part = rule(500, 0, true);
  part.selective = true;
  CHECK(steps({part, rule(32765, 255)}) == " +1000l3mdev");
  Rule ipv6 = rule(1000, 0, true);
  ipv6.family = AddressFamily::ipv6;
  CHECK(steps({ipv6, rule(32765, 255)}) == " +1000l3mdev");
}

}  // namespace vrfd::netlink
