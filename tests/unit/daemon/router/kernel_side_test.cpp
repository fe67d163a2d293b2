// What the kernel holds for an instance that changes, and whose VRF device comes and goes.
#include "netlink/numbers.h"
#include "tests/unit/daemon/commands/router_bench.h"

using namespace vrfd;

namespace {

constexpr IfIndex other_vrf{77};

std::string configuration(const std::string& top, const std::string& red) {
  return R"({"as": 65000, "router_id": "10.255.0.1", "listen_port": 10179, )" + top + R"(
    "peers": { "10.255.0.2": { "as": 65000, "passive": true, "families": { "vpnv4": {}, "ipv4": {} } } },
    "vpn_instances": {)" +
         red + "} }";
}

std::string red(unsigned table = 1001, unsigned label = 5001) {
  return R"("red": { "rd": "65000:1", "import_targets": ["65000:100"], "interfaces": ["e1"], "table": )" +
         std::to_string(table) + R"(, "label": )" + std::to_string(label) + "}";
}

struct Bench : RouterBench {
  explicit Bench(const std::string& config = configuration("", red())) : RouterBench(config) {
    kernel.set_route(kernel_route(main_table.value(), "10.255.0.2/32", 2, "172.16.1.254"));
    learn("10.2.0.0/16");
  }
  void learn(const char* prefix) {
    announce(peer("", "10.255.0.2"), Family::vpnv4, prefix, {Asn{65200}}, "65001:1", "65000:100", "10.255.0.2");
    settle();
  }
  void apply(const std::string& config) {
    const auto parsed = config::parse(config);
    REQUIRE_MESSAGE(parsed.has_value(), (parsed ? "" : to_string(parsed.error())));
    REQUIRE(router.apply(*parsed).empty());
  }
  // Work at a later time.
  void wait(Duration time) {
    for (int round = 0; round != 3; ++round) {
      router.step(Clock::now() + time);
      router.kernel().drain(Clock::now() + time);
    }
  }
  const KernelInstance& view() { return *router.kernel().instance(instance("red").id()); }
  std::optional<Label> announced() { return router.kernel().announced_label(instance("red").id()); }
  bool has(unsigned table, const char* prefix) { return kernel.route(TableId{table}, prefix) != nullptr; }
  bool has(unsigned label) { return kernel.labels().contains(Label{label}); }
  std::size_t routes_in(unsigned table) {
    return static_cast<std::size_t>(std::count_if(kernel.routes().begin(), kernel.routes().end(), [&](auto& one) {
      return one.first.key.table == TableId{table} && one.second.protocol == netlink::route_protocol;
    }));
  }
  FibRow fib_row(const char* prefix) {
    const Fib& fib = *router.kernel().fib(instance("red").id(), AddressFamily::ipv4);
    const DestId dest = fib.routes().find({{}, *Prefix::from(prefix)});
    REQUIRE(dest != no_index);
    REQUIRE(fib.next(dest) == dest);
    return fib.row(dest);
  }
  // And the device is tried for again.
  void free_table() {
    kernel.remove_link(other_vrf);
    run();
    router.on_timer(Clock::now() + std::chrono::minutes(1));
    settle();
  }
  void take_table() {
    kernel.set_link(
        {.index = other_vrf, .name = "other", .up = true, .carrier = true, .kind = "vrf", .vrf_table = TableId{1001}});
  }
};

}  // namespace

TEST_CASE("nothing is programmed in the table of a VRF that somebody else has, until it is free") {
  Bench bench(configuration("", ""));
  bench.take_table();
  bench.settle();
  bench.apply(configuration("", red()));
  bench.announce(bench.peer("", "10.255.0.2"), Family::ipv4, "198.51.100.0/24", {Asn{65200}});
  bench.settle();
  CHECK(bench.view().state == DeviceState::conflict);
  CHECK(bench.has(main_table.value(), "198.51.100.0/24"));
  CHECK(bench.routes_in(1001) == 0);
  CHECK_FALSE(bench.has(5001));
  CHECK(bench.fib_row("10.2.0.0/16").state == FibState::pending);
  CHECK(bench.fib_row("10.2.0.0/16").reason == PendingReason::device_missing);

  bench.free_table();
  CHECK(bench.view().state == DeviceState::up);
  CHECK(bench.has(1001, "10.2.0.0/16"));
  CHECK(bench.has(5001));
  CHECK(bench.fib_row("10.2.0.0/16").state == FibState::installed);
}

TEST_CASE("an instance that has lost its device leaves nothing in a table that is another VRF's now") {
  Bench bench;
  REQUIRE(bench.has(1001, "10.2.0.0/16"));
  REQUIRE(bench.has(5001));
  bench.kernel.remove_link(bench.view().device);
  bench.take_table();
  bench.settle();
  CHECK(bench.view().state == DeviceState::conflict);
  CHECK(bench.routes_in(1001) == 0);
  CHECK_FALSE(bench.has(5001));
  bench.learn("10.3.0.0/16");
  CHECK(bench.routes_in(1001) == 0);

  bench.free_table();
  for (const char* prefix : {"10.2.0.0/16", "10.3.0.0/16", "0.0.0.0/0", "::/0"}) CHECK(bench.has(1001, prefix));
  CHECK(bench.has(5001));
}

TEST_CASE("a device that was deleted is made again, with its routes") {
  Bench bench;
  bench.kernel.remove_link(bench.view().device);
  bench.settle();
  CHECK(bench.view().state == DeviceState::up);
  CHECK(bench.has(1001, "10.2.0.0/16"));
  CHECK(bench.has(5001));
}

TEST_CASE("another table: nothing stays in the former one, the unreachable defaults neither") {
  Bench bench;
  REQUIRE(bench.has(1001, "0.0.0.0/0"));
  bench.apply(configuration("", red(1002)));
  bench.settle();
  CHECK(bench.routes_in(1001) == 0);
  for (const char* prefix : {"10.2.0.0/16", "0.0.0.0/0", "::/0"}) CHECK(bench.has(1002, prefix));
}

TEST_CASE("another label is announced once the kernel has it, and the former one rests") {
  Bench bench;
  REQUIRE(bench.announced() == Label{5001});
  bench.kernel.delay(true);
  bench.apply(configuration("", red(1001, 5002)));
  bench.run();
  CHECK(bench.announced() == Label{5001});
  bench.kernel.delay(false);
  bench.settle();
  CHECK(bench.announced() == Label{5002});
  CHECK(bench.router.core().instance(bench.instance("red").id())->settings.label == Label{5002});
  CHECK(bench.has(5001));
  CHECK(bench.has(5002));
  CHECK(bench.router.kernel().next_deadline());
  bench.wait(LabelPool::rest - std::chrono::seconds(10));
  CHECK(bench.has(5001));
  bench.wait(LabelPool::rest + std::chrono::seconds(10));
  CHECK_FALSE(bench.has(5001));
  CHECK(bench.has(5002));
}

TEST_CASE("a label that its instance comes back to while it rests stays") {
  Bench bench;
  for (unsigned label : {5002u, 5001u}) {
    bench.apply(configuration("", red(1001, label)));
    bench.settle();
  }
  CHECK(bench.announced() == Label{5001});
  bench.wait(LabelPool::rest + std::chrono::seconds(10));
  CHECK(bench.has(5001));
  CHECK_FALSE(bench.has(5002));
}

TEST_CASE("a label that rests goes with its instance, and is another's who takes it") {
  Bench bench;
  const std::string blue = R"(, "blue": { "rd": "65000:2", "table": 1003, "label": 5001 })";
  bench.apply(configuration("", red(1001, 5002)));
  bench.settle();
  bench.apply(configuration("", red(1001, 5002) + blue));
  bench.settle();
  bench.wait(LabelPool::rest + std::chrono::seconds(10));
  CHECK(bench.has(5001));
  bench.apply(configuration("", red(1001, 5003) + blue));
  bench.settle();
  CHECK(bench.has(5002));
  bench.apply(configuration("", R"("blue": { "rd": "65000:2", "table": 1003, "label": 5001 })"));
  bench.settle();
  CHECK(bench.has(5001));
  CHECK_FALSE(bench.has(5002));
  CHECK_FALSE(bench.has(5003));
}

TEST_CASE("a link that is no core link any more takes no labelled packets, where vrfd sees to it") {
  const std::string input = "net/mpls/conf/core/input";
  const std::string with = R"("core_interfaces": ["core"], )";
  Bench bench(configuration(with, red()));
  REQUIRE(bench.kernel.sysctls().at(input) == 1);
  bench.apply(configuration(R"("core_interfaces": ["core", "core2"], )", red()));
  CHECK(bench.kernel.sysctls().at(input) == 1);
  bench.apply(configuration("", red()));
  CHECK(bench.kernel.sysctls().at(input) == 0);
  bench.apply(configuration(with, red()));
  bench.apply(configuration(R"("manage_sysctls": false, )", red()));
  CHECK(bench.kernel.sysctls().at(input) == 1);
}
