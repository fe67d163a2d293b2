// VRF devices, labels and settings. Skipped where the kernel has no VRF or no MPLS.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/lab/netlink/kernel_recorder.h"

namespace vrfd::netlink {

namespace {

constexpr TableId table{1001};

bool lacks(KernelRecorder& recorder, bool KernelSupport::* part, const char* what) {
  if (recorder.kernel().support().*part) return false;
  MESSAGE("SKIPPED: this kernel has no ", std::string(what));
  return true;
}

Result<VrfDevice> ensure(KernelRecorder& recorder, const VrfDeviceRequest& request) {
  auto links = recorder.kernel().links();
  if (!links) return links.error();
  return recorder.kernel().ensure_vrf(request, *links);
}

VrfDevice made(KernelRecorder& recorder, const VrfDeviceRequest& request) {
  auto device = ensure(recorder, request);
  if (!device) FAIL(device.error().message);
  return *device;
}

std::string refusal(KernelRecorder& recorder, const VrfDeviceRequest& request) {
  const auto device = ensure(recorder, request);
  return device ? "made " + device->name : device.error().message;
}

void require(const Result<void>& result) {
  if (!result) FAIL(result.error().message);
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a VRF device is made, named, adopted, and goes with its routes") {
  KernelRecorder recorder;
  if (lacks(recorder, &KernelSupport::vrf, "VRF devices")) return;
  const VrfDevice red = made(recorder, {"customer-red-of-north", table});
  CHECK(red.name == "vrf1001");
  CHECK_FALSE(red.adopted);
  CHECK(contains(output_of("ip link show customer-red-of-north"), "alias customer-red-of-north"));
  CHECK(contains(output_of("ip link show vrf1001"), "UP"));
  for (const char* family : {"-4", "-6"})
    CHECK(contains(output_of(std::string("ip ") + family + " route show table 1001"), "unreachable default"));
  CHECK(recorder.wait_for<LinkChanged>([&](const LinkChanged& changed) {
    return changed.link.index == red.index && changed.link.vrf_table == table && changed.link.up;
  }));

  REQUIRE(shell("ip link set vrf1001 down"));
  const VrfDevice again = made(recorder, {"customer-red-of-north", table});
  CHECK(again.adopted);
  CHECK(again.index == red.index);
  CHECK(contains(output_of("ip link show vrf1001"), "UP"));

  require(recorder.kernel().enslave(index_of("site0"), red.index));
  CHECK(contains(output_of("ip link show site0"), "master vrf1001"));
  CHECK(contains(output_of("ip route show table 1001"), "10.1.0.0/24 dev site0"));
  require(recorder.kernel().release(index_of("site0")));
  CHECK_FALSE(contains(output_of("ip link show site0"), "master"));

  require(recorder.kernel().remove_vrf(red.index));
  require(recorder.kernel().remove_vrf(red.index));
  CHECK(recorder.wait_for<LinkGone>([&](const LinkGone& gone) { return gone.link.index == red.index; }));
  recorder.kernel().flush_table(1, table);
  REQUIRE(recorder.wait_for<TableFlushed>([](const TableFlushed& flushed) { return flushed.error == 0; }));
  CHECK(output_of("ip route show table 1001; ip -6 route show table 1001").empty());
}

TEST_CASE("conflicts over tables and names are refused with a reason") {
  KernelRecorder recorder;
  CHECK(contains(refusal(recorder, {"red", TableId{254}}), "belongs to the system"));
  CHECK(contains(refusal(recorder, {"core0", table}), "not a VRF device"));
  if (lacks(recorder, &KernelSupport::vrf, "VRF devices")) {
    CHECK(contains(refusal(recorder, {"red", table}), "CONFIG_NET_VRF"));
    return;
  }
  CHECK(made(recorder, {"red", table}).name == "red");
  CHECK(contains(refusal(recorder, {"blue", table}), "already that of the VRF device 'red'"));
  CHECK(contains(refusal(recorder, {"red", TableId{1002}}), "cannot be changed"));
}

TEST_CASE("rules: l3mdev at 1000, local behind it, in both families, whatever was there") {
  KernelRecorder recorder;
  if (lacks(recorder, &KernelSupport::vrf, "VRF devices")) return;
  made(recorder, {"red", table});
  REQUIRE(shell("ip rule del pref 1000; ip -6 rule del pref 1000"));
  for (int round = 0; round < 2; ++round) {
    require(recorder.kernel().ensure_rules());
    for (const char* family : {"-4", "-6"}) {
      const std::string rules = output_of(std::string("ip ") + family + " rule show");
      CHECK(contains(rules, "1000:\tfrom all lookup [l3mdev-table]"));
      CHECK(contains(rules, "32765:\tfrom all lookup local"));
      CHECK_FALSE(contains(rules, "\n0:"));
      CHECK_FALSE(rules.starts_with("0:"));
      CHECK(std::count(rules.begin(), rules.end(), '\n') == (family[1] == '4' ? 4 : 3));
    }
  }
}

TEST_CASE("lookups within a VRF end in it") {
  KernelRecorder recorder;
  if (lacks(recorder, &KernelSupport::vrf, "VRF devices")) return;
  const VrfDevice red = made(recorder, {"red", table});
  require(recorder.kernel().ensure_rules());
  REQUIRE(
      shell("ip route add default via 10.0.0.2 && ip link set site0 master red && "
            "ip route add 192.0.2.0/24 via 10.1.0.2 table 1001 && "
            "ip -6 addr add 2001:db8:7::1/64 dev site0 nodad"));
  const auto inside = recorder.look_up(red.index, "192.0.2.1");
  REQUIRE(inside.route);
  CHECK(inside.route->key.table == table);
  CHECK(inside.route->hops == ForwardingHops{{address("10.1.0.2"), index_of("site0"), {}}});
  CHECK_FALSE(recorder.look_up(red.index, "203.0.113.1").route);
  CHECK(recorder.look_up(IfIndex{}, "203.0.113.1").route);
  const auto ipv6 = recorder.look_up(red.index, "2001:db8:7::2");
  REQUIRE(ipv6.route);
  CHECK(ipv6.route->key == RouteKey{table, prefix("2001:db8:7::/64")});
  CHECK_FALSE(recorder.look_up(red.index, "2001:db8::2").route);
}

TEST_CASE("labels lead into VRFs, are swapped and popped, and come back as they went") {
  KernelRecorder recorder;
  if (lacks(recorder, &KernelSupport::vrf, "VRF devices") || lacks(recorder, &KernelSupport::mpls, "MPLS")) return;
  const auto sysctls = sysctls_for({.label_limit = 1000, .core_interfaces = {"core0", "absent0"}});
  CHECK(recorder.kernel().apply_sysctls(sysctls, false).size() >= 2);
  const auto faults = recorder.kernel().apply_sysctls(sysctls, true);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].name == "net.mpls.conf.absent0.input");

  const VrfDevice red = made(recorder, {"red", table});
  const std::vector<ReplaceLabel> wanted{
      {Label{100}, {{std::nullopt, red.index, {}}}},
      {Label{101}, {{address("10.0.0.2"), index_of("core0"), {Label{55}, Label{56}}}}},
      {Label{102}, {{address("10.0.0.2"), index_of("core0"), {}}}},
      {Label{103},
       {{address("10.0.0.2"), index_of("core0"), {Label{57}}}, {address("2001:db8::2"), index_of("core0"), {}}}}};
  std::vector<Operation> operations;
  for (const ReplaceLabel& label : wanted) operations.push_back({operations.size(), label});
  recorder.submit(operations);
  recorder.submit(operations);
  REQUIRE(recorder.settle());
  CHECK(recorder.refused() == 0);
  const auto dump = [&] {
    return recorder.dumped<MplsRoute>([&](Cookie cookie) { recorder.kernel().dump_labels(cookie, route_protocol); });
  };
  const auto held = dump();
  REQUIRE(held.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    CHECK(held[i].label == wanted[i].label);
    CHECK(held[i].hops == wanted[i].hops);
  }
  CHECK(recorder.all<LabelChanged>().empty());

  recorder.forget();
  recorder.submit({{1, ReplaceLabel{Label{5000}, wanted[0].hops}}});
  REQUIRE(recorder.settle());
  REQUIRE(recorder.refused() == 1);
  CHECK(contains(recorder.all<Refused>().front()->text, "platform_labels"));

  recorder.forget();
  recorder.submit({{1, DeleteLabel{Label{101}}}, {2, DeleteLabel{Label{101}}}});
  REQUIRE(recorder.settle());
  CHECK(recorder.acknowledged() == 2);
  REQUIRE(shell("ip -f mpls route del 102"));
  CHECK(recorder.wait_for<LabelGone>([](const LabelGone& gone) { return gone.route.label == Label{102}; }));
  REQUIRE(shell("ip link del red"));
  CHECK(recorder.wait_for<LabelGone>([](const LabelGone& gone) { return gone.route.label == Label{100}; }));
  CHECK(recorder.wait_for<LinkGone>([&](const LinkGone& gone) { return gone.link.index == red.index; }));
  CHECK(dump().size() == 1);
}

TEST_CASE("VPN routes: labels put on by next-hop objects in the VRF's table") {
  KernelRecorder recorder;
  if (lacks(recorder, &KernelSupport::vrf, "VRF devices") ||
      lacks(recorder, &KernelSupport::encapsulation, "MPLS encapsulation"))
    return;
  made(recorder, {"red", table});
  const NextHopObjectId hop = first_next_hop_id;
  const NextHopObjectId group{hop.value() + 1};
  recorder.submit(
      {{1, ReplaceNextHop{.id = hop, .hop = {address("10.0.0.2"), index_of("core0"), {Label{1002}, Label{200}}}}},
       {2, ReplaceNextHopGroup{.id = group, .members = {hop}}},
       {3, ReplaceRoute{.key = {table, prefix("10.2.0.0/24")}, .next_hop = group}},
       {4, ReplaceRoute{.key = {table, prefix("10.3.0.0/24")},
                        .hops = {{address("10.0.0.2"), index_of("core0"), {Label{77}}}}}}});
  REQUIRE(recorder.settle());
  CHECK(recorder.refused() == 0);
  CHECK(contains(output_of("ip route show table 1001"), "encap mpls  1002/200 via 10.0.0.2"));
  const auto objects =
      recorder.dumped<NextHopObject>([&](Cookie cookie) { recorder.kernel().dump_next_hops(cookie, route_protocol); });
  REQUIRE(objects.size() == 2);
  CHECK(objects[0].hop.labels == std::vector<Label>{Label{1002}, Label{200}});
  CHECK(objects[1].members == std::vector<NextHopObjectId>{hop});
}

}  // namespace vrfd::netlink
