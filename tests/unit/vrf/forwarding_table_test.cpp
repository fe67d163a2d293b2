#include "vrf/forwarding_table.h"

#include <doctest.h>

namespace vrfd {
namespace {

IpAddress address(const char* text) { return *IpAddress::from(std::string_view(text)); }

// A table over two next hops behind devices 3 and 4, with everything emitted confirmed unless told otherwise.
struct Bench {
  NextHopTable next_hops;
  ForwardingTable table{next_hops};
  NextHopId a = next_hops.track(public_instance, address("10.0.0.1"));
  NextHopId b = next_hops.track(public_instance, address("10.0.0.2"));
  TimePoint now{};

  Bench() {
    resolve(a, {hop("172.16.3.1", 3, {1003})});
    resolve(b, {hop("172.16.4.1", 4, {3})});
  }
  static ForwardingHop hop(const char* via, std::uint32_t device, std::vector<std::uint32_t> labels) {
    ForwardingHop made{address(via), IfIndex{device}, {}};
    for (std::uint32_t label : labels) made.labels.push_back(Label{label});
    return made;
  }
  void resolve(NextHopId id, ForwardingHops hops) {
    Resolution answer;
    answer.hops = std::move(hops);
    next_hops.set(id, answer.hops.empty() ? std::nullopt : std::optional(answer));
    table.update(id);
  }
  ForwardingId intern(std::vector<Leg> legs) {
    const ForwardingId id = table.intern(legs);
    return id;
  }
  FibOperations emitted() {
    FibOperations out;
    table.emit(out);
    table.emit_removals(out);
    return out;
  }
  void confirm(const FibOperations& operations) {
    for (const FibOperation& operation : operations) table.acknowledge(FibCookie::from(operation.cookie), now);
  }
  FibOperations emit_confirmed() {
    FibOperations out = emitted();
    confirm(out);
    return out;
  }
};

const ReplaceHop& hop_of(const FibOperation& operation) {
  return *std::get<std::unique_ptr<const ReplaceHop>>(operation.change);
}
const ReplaceGroup& group_of(const FibOperation& operation) { return std::get<ReplaceGroup>(operation.change); }

Leg v4(NextHopId id) { return Leg::via(id, AddressFamily::ipv4); }
Leg vpn(NextHopId id, std::uint32_t label) { return Leg::via(id, AddressFamily::ipv4, Label{label}); }

TEST_CASE("equal sets of legs are one forwarding, in any order") {
  Bench bench;
  const ForwardingId both = bench.intern({v4(bench.a), v4(bench.b)});
  CHECK(bench.intern({v4(bench.b), v4(bench.a), v4(bench.b)}) == both);
  const ForwardingId one = bench.intern({v4(bench.a)});
  CHECK(one != both);
  CHECK(bench.intern({v4(bench.a), v4(bench.a)}) == one);
  CHECK(bench.intern({vpn(bench.a, 100)}) != one);
  CHECK(bench.intern({v4(bench.a)}) == one);
  CHECK(bench.intern({}) == ForwardingId::none);
}

TEST_CASE("hops come before their group; the VPN label goes under the transport labels, implicit null nowhere") {
  Bench bench;
  const ForwardingId id = bench.intern({vpn(bench.a, 200), vpn(bench.b, 300)});
  const NextHopObjectId object = bench.table.object(id);
  CHECK(object.value() >= NextHopObjects::first_id);
  const FibOperations out = bench.emitted();
  REQUIRE(out.size() == 3);
  CHECK(hop_of(out[0]).hop.labels == std::vector{Label{1003}, Label{200}});
  CHECK(hop_of(out[1]).hop.labels == std::vector{Label{300}});
  CHECK(group_of(out[2]).id == object);
  CHECK(group_of(out[2]).members == std::vector{hop_of(out[0]).id, hop_of(out[1]).id});
}

TEST_CASE("a next hop that moves replaces its hop, nothing else") {
  Bench bench;
  bench.table.object(bench.intern({vpn(bench.a, 200)}));
  bench.emit_confirmed();
  bench.resolve(bench.a, {Bench::hop("172.16.4.1", 4, {1004})});
  const FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 1);
  CHECK(hop_of(out[0]).hop.device == IfIndex{4});
  bench.resolve(bench.a, {Bench::hop("172.16.4.1", 4, {1004})});
  CHECK(bench.emitted().empty());
}

TEST_CASE("more and fewer hops of a next hop change the group") {
  Bench bench;
  bench.table.object(bench.intern({v4(bench.a)}));
  bench.emit_confirmed();
  bench.resolve(bench.a, {Bench::hop("172.16.3.1", 3, {}), Bench::hop("172.16.4.1", 4, {})});
  FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 3);
  CHECK(group_of(out[2]).members.size() == 2);
  const NextHopObjectId second = hop_of(out[1]).id;
  bench.resolve(bench.a, {Bench::hop("172.16.3.1", 3, {})});
  out = bench.emit_confirmed();
  REQUIRE(out.size() == 2);
  CHECK(group_of(out[0]).members.size() == 1);
  CHECK(std::get<DeleteObject>(out[1].change).id == second);
}

TEST_CASE("a leg that leads nowhere leaves its group; the last one makes it pending") {
  Bench bench;
  const ForwardingId id = bench.intern({v4(bench.a), v4(bench.b)});
  bench.table.object(id);
  bench.emit_confirmed();
  bench.resolve(bench.a, {});
  FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 1);
  CHECK(group_of(out[0]).members.size() == 1);
  const std::uint32_t version = bench.table.version();
  bench.resolve(bench.b, {});
  CHECK(bench.emitted().empty());
  CHECK(bench.table.pending(id) == PendingReason::next_hop_unreachable);
  CHECK(bench.table.version() != version);
  bench.resolve(bench.b, {Bench::hop("172.16.4.1", 4, {3})});
  CHECK(bench.emitted().empty());  // the kernel still has it
  CHECK(bench.table.pending(id) == PendingReason::none);
}

TEST_CASE("backup legs serve while no other does") {
  Bench bench;
  Leg backup = v4(bench.b);
  backup.backup = true;
  bench.table.object(bench.intern({v4(bench.a), backup}));
  FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 3);
  CHECK(group_of(out[2]).members == std::vector{hop_of(out[0]).id});
  bench.resolve(bench.a, {});
  FibOperations switched = bench.emit_confirmed();
  REQUIRE(switched.size() == 1);
  CHECK(group_of(switched[0]).members == std::vector{hop_of(out[1]).id});
}

TEST_CASE("what nobody refers to is removed, the group first; what is wanted again in time stays") {
  Bench bench;
  const ForwardingId id = bench.intern({v4(bench.a)});
  const NextHopObjectId object = bench.table.object(id);
  bench.emit_confirmed();
  bench.table.release(id);
  CHECK(bench.intern({v4(bench.a)}) == id);
  CHECK(bench.emitted().empty());
  bench.table.release(id);
  const FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 2);
  CHECK(std::get<DeleteObject>(out[0].change).id == object);
  CHECK(bench.table.size() == 0);
  // Its id rests.
  CHECK(bench.table.object(bench.intern({v4(bench.a)})) != object);
}

TEST_CASE("an id is used again after its rest") {
  Bench bench;
  const ForwardingId id = bench.intern({v4(bench.a)});
  const NextHopObjectId object = bench.table.object(id);
  bench.emit_confirmed();
  bench.table.release(id);
  bench.emit_confirmed();
  bench.now += NextHopObjects::id_rest;
  bench.table.retry(bench.now);
  const ForwardingId later = bench.intern({v4(bench.a), v4(bench.b)});
  bench.table.object(later);
  const FibOperations out = bench.emitted();
  const bool reused = hop_of(out[0]).id == object || hop_of(out[1]).id == object || group_of(out[2]).id == object;
  CHECK(reused);
}

TEST_CASE("IPv6 routes over an IPv4 core take the neighbour's link-local address") {
  Bench bench;
  const ForwardingId id = bench.intern({Leg::via(bench.a, AddressFamily::ipv6, Label{200})});
  CHECK(bench.table.pending(id) == PendingReason::neighbour_unknown);
  const auto wanted = bench.table.take_wanted_link_locals();
  REQUIRE(wanted.size() == 1);
  CHECK(wanted[0].gateway == address("172.16.3.1"));
  CHECK(bench.table.take_wanted_link_locals().empty());
  bench.table.set_link_local(IfIndex{3}, address("172.16.3.1"), address("fe80::1"));
  CHECK(bench.table.pending(id) == PendingReason::none);
  bench.table.object(id);
  const FibOperations out = bench.emitted();
  CHECK(hop_of(out[0]).hop.via == address("fe80::1"));
  CHECK(hop_of(out[0]).hop.labels == std::vector{Label{1003}, Label{200}});
}

TEST_CASE("a lookup in an instance follows its device") {
  Bench bench;
  const ForwardingId id = bench.intern({Leg::lookup(InstanceId{5}, AddressFamily::ipv6)});
  CHECK(bench.table.pending(id) == PendingReason::device_missing);
  bench.table.set_lookup_device(InstanceId{5}, IfIndex{40});
  bench.table.object(id);
  FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 2);
  CHECK(hop_of(out[0]).hop == ForwardingHop{std::nullopt, IfIndex{40}, {}});
  CHECK(hop_of(out[0]).family == AddressFamily::ipv6);
  bench.table.set_lookup_device(InstanceId{5}, IfIndex{41});
  CHECK(bench.emit_confirmed().size() == 1);
}

TEST_CASE("a dead device takes objects and groups along until the next hop is resolved again") {
  Bench bench;
  const ForwardingId alone = bench.intern({v4(bench.a)});
  const ForwardingId both = bench.intern({v4(bench.a), v4(bench.b)});
  bench.table.object(alone);
  bench.table.object(both);
  bench.emit_confirmed();
  bench.table.device_gone(IfIndex{3});
  CHECK(bench.table.pending(alone) == PendingReason::device_missing);
  CHECK(bench.table.incarnation(alone) == 1);
  CHECK(bench.table.pending(both) == PendingReason::none);
  CHECK(bench.table.incarnation(both) == 0);
  CHECK(bench.emit_confirmed().size() == 1);  // the surviving group, without the dead member
  bench.table.update(bench.a);                // the same answer as before
  const FibOperations out = bench.emit_confirmed();
  CHECK(out.size() == 3);
  CHECK(bench.table.pending(alone) == PendingReason::none);
}

TEST_CASE("a refused hop leaves its groups, is tried again, and comes back when confirmed") {
  Bench bench;
  const ForwardingId id = bench.intern({v4(bench.a), v4(bench.b)});
  bench.table.object(id);
  FibOperations out = bench.emitted();
  bench.table.refuse(FibCookie::from(out[0].cookie), 100, "Nexthop device is not up. (ENETDOWN)", bench.now);
  bench.table.acknowledge(FibCookie::from(out[1].cookie), bench.now);
  FibOperations regrouped = bench.emitted();
  REQUIRE(regrouped.size() == 1);
  CHECK(group_of(regrouped[0]).members.size() == 1);
  // The refusal of the first group, which had the bad member, means nothing any more.
  bench.table.refuse(FibCookie::from(out[2].cookie), 22, "Invalid nexthop id", bench.now);
  CHECK(bench.table.pending(id) == PendingReason::none);
  bench.confirm(regrouped);
  CHECK(bench.table.error(id) == "Nexthop device is not up. (ENETDOWN)");

  REQUIRE(bench.table.next_retry());
  bench.now = *bench.table.next_retry();
  bench.table.retry(bench.now);
  FibOperations again = bench.emitted();
  REQUIRE(again.size() == 1);
  bench.confirm(again);
  FibOperations whole = bench.emit_confirmed();
  REQUIRE(whole.size() == 1);
  CHECK(group_of(whole[0]).members.size() == 2);
  CHECK(bench.table.error(id).empty());
}

TEST_CASE("comparison with a dump: what is missing, different, left over or somebody else's") {
  Bench bench;
  const ForwardingId id = bench.intern({v4(bench.a), v4(bench.b)});
  const NextHopObjectId group = bench.table.object(id);
  const FibOperations out = bench.emit_confirmed();
  const FoundObject a{hop_of(out[0]).id, true, hop_of(out[0]).hop, {}};
  const FoundObject b{hop_of(out[1]).id, true, hop_of(out[1]).hop, {}};
  const FoundObject whole{group, true, {}, {b.id, a.id}};

  bench.table.begin_sync(SyncPurpose::repair);
  for (const FoundObject& found : {a, b, whole}) bench.table.found(found);
  CHECK(bench.table.end_sync(DumpOutcome::complete).clean());
  CHECK(bench.emitted().empty());

  // The group lost a member silently; an object of an earlier run and a stranger's are there.
  const FoundObject leftover{NextHopObjectId{NextHopObjects::first_id + 77}, true, {}, {}};
  const FoundObject stranger{NextHopObjectId{NextHopObjects::first_id + 78}, false, {}, {}};
  for (SyncPurpose purpose : {SyncPurpose::audit, SyncPurpose::repair}) {
    bench.table.begin_sync(purpose);
    for (const FoundObject& found : {b, FoundObject{group, true, {}, {b.id}}, leftover, stranger})
      bench.table.found(found);
    CHECK(bench.table.end_sync(DumpOutcome::complete) == FibDifference{1, 1, 1, 1});
    CHECK(bench.emit_confirmed().size() == (purpose == SyncPurpose::audit ? 0u : 2u));
  }
  bench.table.sweep();
  const FibOperations swept = bench.emitted();
  REQUIRE(swept.size() == 1);
  CHECK(std::get<DeleteObject>(swept[0].change).id == leftover.id);

  bench.table.begin_sync(SyncPurpose::repair);
  CHECK(bench.table.end_sync(DumpOutcome::broken).clean());
  CHECK(bench.emitted().empty());
}

TEST_CASE("a group deleted by somebody is made again, and its routes know") {
  Bench bench;
  const ForwardingId id = bench.intern({v4(bench.a)});
  const NextHopObjectId group = bench.table.object(id);
  bench.emit_confirmed();
  bench.table.object_gone(group);
  CHECK(bench.table.incarnation(id) == 1);
  const FibOperations out = bench.emit_confirmed();
  REQUIRE(out.size() == 1);
  CHECK(group_of(out[0]).id == group);
}

}  // namespace
}  // namespace vrfd
