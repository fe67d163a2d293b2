#include "vrf/mpls_fib.h"

#include <doctest.h>

namespace vrfd {
namespace {

constexpr InstanceId red{1};

struct Bench {
  NextHopTable next_hops;
  ForwardingTable forwarding{next_hops};
  MplsFib fib{forwarding};
  TimePoint now{};

  Bench() { forwarding.set_lookup_device(red, IfIndex{10}); }
  void look_up_in_red(std::uint32_t label) { set(label, Leg::lookup(red, AddressFamily::ipv4)); }
  void set(std::uint32_t label, Leg leg) { fib.set(Label{label}, forwarding.intern({&leg, 1})); }
  FibOperations emitted() {
    FibOperations out;
    while (fib.step(10, out)) {
    }
    forwarding.emit_removals(out);
    return out;
  }
  FibOperations emit_confirmed() {
    FibOperations out = emitted();
    for (const FibOperation& operation : out) fib.acknowledge(FibCookie::from(operation.cookie));
    return out;
  }
  FibState state(std::uint32_t label) const { return fib.row(Label{label})->state; }
};

const ForwardingHops red_hops{{std::nullopt, IfIndex{10}, {}}};

TEST_CASE("a label looks up in its instance; no next-hop object is made for it") {
  Bench bench;
  bench.look_up_in_red(1000);
  const FibOperations out = bench.emitted();
  REQUIRE(out.size() == 1);
  CHECK(std::get<ReplaceLabel>(out[0].change).hops == red_hops);
  CHECK_FALSE(bench.fib.installed(Label{1000}));
  bench.fib.acknowledge(FibCookie::from(out[0].cookie));
  CHECK(bench.fib.installed(Label{1000}));
  bench.look_up_in_red(1000);
  CHECK(bench.emitted().empty());
}

TEST_CASE("a label follows its instance's device, and its next hop") {
  Bench bench;
  bench.look_up_in_red(1000);
  const NextHopId id = bench.next_hops.track(public_instance, IpAddress::v4(1));
  bench.set(1001, Leg::via(id, AddressFamily::ipv4, Label{77}));
  CHECK(bench.emit_confirmed().size() == 1);
  CHECK(bench.fib.row(Label{1001})->reason == PendingReason::next_hop_unknown);
  Resolution answer;
  answer.hops = {{IpAddress::v4(2), IfIndex{3}, {Label{500}}}};
  bench.next_hops.set(id, answer);
  bench.forwarding.update(id);
  FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 1);
  CHECK(std::get<ReplaceLabel>(out[0].change).hops[0].labels == std::vector{Label{500}, Label{77}});
  bench.forwarding.set_lookup_device(red, IfIndex{11});
  out = bench.emit_confirmed();
  REQUIRE(out.size() == 1);
  CHECK(std::get<ReplaceLabel>(out[0].change).hops[0].device == IfIndex{11});
  bench.forwarding.set_lookup_device(red, IfIndex{});
  out = bench.emit_confirmed();
  REQUIRE(out.size() == 1);
  CHECK(std::holds_alternative<DeleteLabel>(out[0].change));
  CHECK(bench.state(1000) == FibState::pending);
}

TEST_CASE("a removed label is deleted, also when it came back and went again meanwhile") {
  Bench bench;
  bench.look_up_in_red(1000);
  bench.emit_confirmed();
  bench.fib.remove(Label{1000});
  const FibOperations first = bench.emitted();
  REQUIRE(first.size() == 1);
  bench.look_up_in_red(1000);
  bench.fib.acknowledge(FibCookie::from(first[0].cookie));
  CHECK(bench.emit_confirmed().size() == 1);
  CHECK(bench.fib.installed(Label{1000}));
  bench.fib.remove(Label{1000});
  CHECK(bench.emit_confirmed().size() == 1);
  CHECK(bench.fib.size() == 0);
  CHECK(bench.forwarding.size() == 0);
}

TEST_CASE("a refused label keeps its error and is tried again; a refused delete, too") {
  Bench bench;
  bench.look_up_in_red(1000);
  FibOperations out = bench.emitted();
  bench.fib.refuse(FibCookie::from(out[0].cookie), 22, "Label >= configured maximum in platform_labels.", bench.now);
  CHECK(bench.state(1000) == FibState::failed);
  CHECK(bench.fib.row(Label{1000})->text == "Label >= configured maximum in platform_labels.");
  bench.fib.retry(bench.now);
  CHECK(bench.emitted().empty());
  bench.now = *bench.fib.next_retry();
  bench.fib.retry(bench.now);
  CHECK(bench.emit_confirmed().size() == 1);
  CHECK(bench.state(1000) == FibState::installed);

  bench.fib.remove(Label{1000});
  out = bench.emitted();
  bench.fib.refuse(FibCookie::from(out[0].cookie), 110, "", bench.now);
  bench.now += std::chrono::minutes(1);
  bench.fib.retry(bench.now);
  CHECK(bench.emit_confirmed().size() == 1);
  CHECK(bench.fib.size() == 0);
}

TEST_CASE("after a restart a label stays while its instance has no device yet") {
  Bench bench;
  bench.forwarding.set_lookup_device(red, IfIndex{});
  bench.look_up_in_red(1000);
  CHECK(bench.emitted().empty());
  bench.fib.begin_sync(SyncPurpose::adopt);
  bench.fib.found({Label{1000}, true, red_hops});
  bench.fib.found({Label{2000}, true, red_hops});
  bench.fib.end_sync(DumpOutcome::complete);
  CHECK(bench.emitted().empty());
  bench.forwarding.set_lookup_device(red, IfIndex{10});
  const FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 1);
  CHECK(std::get<ReplaceLabel>(out[0].change).label == Label{1000});
}

TEST_CASE("comparison with a dump") {
  Bench bench;
  for (std::uint32_t label : {1000u, 1001u, 1002u, 1003u}) bench.look_up_in_red(label);
  bench.emit_confirmed();
  const std::vector<FoundLabel> found{{Label{1000}, true, red_hops},
                                      {Label{1001}, true, {{std::nullopt, IfIndex{9}, {}}}},
                                      {Label{1002}, false, red_hops},
                                      {Label{2000}, true, red_hops},
                                      {Label{2001}, false, red_hops}};
  const auto sync = [&](SyncPurpose purpose) {
    bench.fib.begin_sync(purpose);
    for (const FoundLabel& label : found) bench.fib.found(label);
    return bench.fib.end_sync(DumpOutcome::complete);
  };
  for (int i = 0; i != 2; ++i) {
    CHECK(sync(SyncPurpose::audit) == FibDifference{1, 1, 1, 1});
    CHECK(bench.emitted().empty());
  }
  CHECK(bench.state(1002) == FibState::foreign);
  CHECK(bench.state(1003) == FibState::missing);
  CHECK(sync(SyncPurpose::adopt) == FibDifference{1, 1, 1, 1});
  CHECK(bench.emit_confirmed().size() == 2);
  bench.fib.begin_sync(SyncPurpose::repair);
  bench.fib.found(found[3]);
  CHECK(bench.fib.end_sync(DumpOutcome::broken).clean());
  FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 1);  // the stale one was seen, so much is certain
  CHECK(std::get<DeleteLabel>(out[0].change).label == Label{2000});
  bench.fib.label_gone(Label{1000});
  CHECK(bench.emit_confirmed().size() == 1);
}

}  // namespace
}  // namespace vrfd
