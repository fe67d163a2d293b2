#include "vrf/route_labels.h"

#include <doctest/doctest.h>

#include "vrf/core.h"

using namespace vrfd;

namespace {

Prefix prefix(const char* text) { return *Prefix::from(text); }
IpAddress address(const char* text) { return *IpAddress::from(text); }

constexpr Label shared{100};
const RouteDistinguisher rd = *RouteDistinguisher::from("65000:100");
const char* const first_ce = "192.0.2.2";
const char* const second_ce = "198.51.100.2";

// Routes to their next hops, as the router's forwarder has it.
class ToNextHop final : public Forwarder {
 public:
  ToNextHop(Core& core, ForwardingTable& forwarding, InstanceId instance)
      : core_(core), forwarding_(forwarding), instance_(instance) {}
  ForwardingId desired(const RouteTable& table, DestId dest) override {
    const auto next_hop = core_.decision().next_hop_of(table, table.path(table.best(dest)), instance_);
    if (!next_hop) return ForwardingId::none;
    const Leg leg = Leg::via(*next_hop, AddressFamily::ipv4);
    return forwarding_.intern({&leg, 1});
  }

 private:
  Core& core_;
  ForwardingTable& forwarding_;
  InstanceId instance_;
};

// An instance whose routes have labels of their own, two CEs, and a kernel that confirms what it is told.
struct Bench {
  Core core{NextHopRules{}};
  ForwardingTable forwarding{core.next_hops()};
  MplsFib fib{forwarding};
  LabelPool pool{{Label{1000}, Label{1003}}};
  LabelOwners owners;
  InstanceId red;
  PeerId first, second;
  std::unique_ptr<ToNextHop> forwarder;
  std::unique_ptr<RouteLabels> labels;
  TimePoint now{std::chrono::hours(1)};
  bool refuses = false;
  FibOperations sent;  // by the last `kernel`

  explicit Bench(LabelSharing sharing) {
    red = core.add_instance(settings(sharing)).id;
    first = core.sources().add({SourceKind::external, red, Asn{65101}, 1, address(first_ce)});
    second = core.sources().add({SourceKind::external, red, Asn{65102}, 2, address(second_ce)});
    forwarder = std::make_unique<ToNextHop>(core, forwarding, red);
    labels = std::make_unique<RouteLabels>(*core.instance(red), core.decision(), core.next_hops(), pool, owners,
                                           forwarding, &fib, *forwarder);
    core.instance(red)->labels = labels.get();
    labels->advance(now);
  }
  ~Bench() { core.instance(red)->labels = nullptr; }

  static InstanceSettings settings(LabelSharing sharing) {
    InstanceSettings s;
    s.name = "red";
    s.rd = rd;
    s.export_targets = {*RouteTarget::from("65000:100")};
    s.label = shared;
    s.label_sharing = sharing;
    return s;
  }
  void announce(PeerId peer, const char* next_hop, const char* network, std::size_t hops = 1) {
    PathAttributes attributes;
    attributes.origin = Origin::igp;
    attributes.next_hop = address(next_hop);
    attributes.as_path = {{SegmentType::sequence, std::vector<Asn>(hops, Asn{65101})}};
    const AttrId id = core.attributes().intern(attributes);
    rib_in(peer).announce(std::vector<AnnouncedNlri>{{{{}, prefix(network)}, 0, {}}}, id);
    core.attributes().release(id);
    run();
  }
  void withdraw(PeerId peer, const char* network) {
    rib_in(peer).withdraw(std::vector<AnnouncedNlri>{{{{}, prefix(network)}, 0, {}}});
    run();
  }
  AdjRibIn rib_in(PeerId peer) {
    ImportRules rules;
    rules.local_as = Asn{65000};
    return AdjRibIn(peer, red, core.table(red, Family::ipv4), core.decision(), std::move(rules));
  }
  // Routes as far as they get without the kernel; each CE is on a link of its own.
  void run() {
    do {
      for (const NextHopTable::Lookup& lookup : core.next_hops().take_lookups(100)) {
        Resolution answer;
        answer.matched = Prefix::host(lookup.address);
        answer.hops = {{std::nullopt, IfIndex{lookup.address == address(first_ce) ? 1u : 2u}, {}}};
        core.next_hops().set(lookup.id, answer);
        forwarding.update(lookup.id);
        core.next_hop_changed(lookup.id);
      }
      while (core.step(4096, [](RouteTable&) {})) {
      }
    } while (core.next_hops().lookups_wait());
  }
  // The kernel does what it was told, and routes go on.
  void kernel() {
    sent.clear();
    while (fib.step(100, sent)) {
    }
    for (const FibOperation& operation : sent) {
      const FibCookie cookie = FibCookie::from(operation.cookie);
      if (refuses)
        fib.refuse(cookie, 22, "refused", now);
      else
        fib.acknowledge(cookie);
      const auto owner = owners.find(Label{cookie.index});
      if (owner != owners.end() && owner->second->settled(owner->first))
        core.request_work(core.table(red, Family::ipv4));
    }
    run();
    labels->retire();
  }
  void pass(Duration time) {
    now += time;
    labels->advance(now);
  }
  std::optional<Label> exported(const char* network) {
    RouteTable& vpn = core.table(public_instance, Family::vpnv4);
    const DestId dest = vpn.find({rd, prefix(network)});
    const PathId best = dest == no_index ? no_index : vpn.best(dest);
    return best == no_index ? std::nullopt : std::optional(vpn.extra(best).label);
  }
  IfIndex device(Label label) const { return fib.row(label)->hops.at(0).device; }
};

constexpr IfIndex first_link{1};
constexpr IfIndex second_link{2};

}  // namespace

TEST_CASE("routes of one next hop share a label, which is in the kernel before they are announced") {
  Bench bench(LabelSharing::next_hop);
  bench.announce(bench.first, first_ce, "10.1.0.0/16");
  bench.announce(bench.first, first_ce, "10.2.0.0/16");
  bench.announce(bench.second, second_ce, "10.3.0.0/16");
  CHECK_FALSE(bench.exported("10.1.0.0/16"));
  bench.kernel();
  const auto label = bench.exported("10.1.0.0/16");
  REQUIRE(label);
  CHECK(*label != shared);
  CHECK(bench.exported("10.2.0.0/16") == label);
  CHECK(bench.exported("10.3.0.0/16") != label);
  CHECK(bench.device(*label) == first_link);
  CHECK(bench.device(*bench.exported("10.3.0.0/16")) == second_link);
  const RouteLabels::Row* row = bench.labels->next({});
  REQUIRE(row);
  CHECK(row->next_hop == address(first_ce));
  CHECK(row->routes == 2);
  row = bench.labels->next(row->label);
  REQUIRE(row);
  CHECK(row->next_hop == address(second_ce));
  CHECK(bench.labels->next(row->label) == nullptr);
  // A further route needs nothing of the kernel.
  bench.announce(bench.first, first_ce, "10.4.0.0/16");
  CHECK(bench.exported("10.4.0.0/16") == label);
}

TEST_CASE("a route of this router's own has the instance's label") {
  for (const LabelSharing sharing : {LabelSharing::next_hop, LabelSharing::route}) {
    Bench bench(sharing);
    const AttrId attributes = bench.core.attributes().intern({});
    bench.core.set_local_route(bench.red, prefix("10.9.0.0/16"), LocalRoute::direct, attributes);
    bench.core.attributes().release(attributes);
    bench.run();
    CHECK(bench.exported("10.9.0.0/16") == shared);
    CHECK(bench.labels->empty());
  }
}

TEST_CASE("a label per route stays with its prefix and follows the best path") {
  Bench bench(LabelSharing::route);
  bench.announce(bench.first, first_ce, "10.1.0.0/16");
  bench.announce(bench.first, first_ce, "10.2.0.0/16");
  bench.announce(bench.second, second_ce, "10.1.0.0/16", 2);
  bench.kernel();
  const auto label = bench.exported("10.1.0.0/16");
  REQUIRE(label);
  CHECK(bench.exported("10.2.0.0/16") != label);
  CHECK(bench.device(*label) == first_link);
  bench.withdraw(bench.first, "10.1.0.0/16");
  CHECK(bench.exported("10.1.0.0/16") == label);
  bench.kernel();
  REQUIRE(bench.sent.size() == 1);
  CHECK(std::get<ReplaceLabel>(bench.sent[0].change).hops[0].device == second_link);
  CHECK(bench.device(*label) == second_link);
  CHECK(bench.labels->next({})->prefix == prefix("10.1.0.0/16"));
}

TEST_CASE("a label that no announcement carries rests in the kernel, then goes and may be given to another") {
  Bench bench(LabelSharing::route);
  bench.announce(bench.first, first_ce, "10.1.0.0/16");
  bench.kernel();
  const Label label = *bench.exported("10.1.0.0/16");
  bench.withdraw(bench.first, "10.1.0.0/16");
  bench.kernel();
  CHECK_FALSE(bench.exported("10.1.0.0/16"));
  CHECK(bench.fib.installed(label));
  CHECK(bench.labels->next_deadline() == bench.now + LabelPool::rest);
  CHECK(bench.labels->next({})->resting_to == bench.now + LabelPool::rest);
  for (const char* other : {"10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16", "10.5.0.0/16"})
    bench.announce(bench.first, first_ce, other);
  bench.kernel();
  // Three labels are left, the fourth route has the instance's.
  CHECK(bench.exported("10.4.0.0/16") == Label{1003});
  CHECK(bench.exported("10.5.0.0/16") == shared);
  CHECK(bench.labels->problem().starts_with("no MPLS label is left"));
  bench.pass(LabelPool::rest);
  bench.kernel();
  REQUIRE(bench.sent.size() == 1);
  CHECK(std::holds_alternative<DeleteLabel>(bench.sent[0].change));
  CHECK_FALSE(bench.labels->holds(label));
  CHECK(bench.pool.remembered().size() == 3);
  bench.announce(bench.first, first_ce, "10.6.0.0/16");
  bench.kernel();
  CHECK(bench.exported("10.6.0.0/16") == label);
}

TEST_CASE("a route that comes back while its label rests has it again") {
  Bench bench(LabelSharing::route);
  bench.announce(bench.first, first_ce, "10.1.0.0/16");
  bench.kernel();
  const auto label = bench.exported("10.1.0.0/16");
  bench.withdraw(bench.first, "10.1.0.0/16");
  bench.kernel();
  bench.pass(LabelPool::rest / 2);
  bench.announce(bench.second, second_ce, "10.1.0.0/16");
  CHECK(bench.exported("10.1.0.0/16") == label);
  bench.kernel();
  CHECK(bench.device(*label) == second_link);
  bench.pass(LabelPool::rest);
  bench.kernel();
  CHECK(bench.fib.installed(*label));
}

TEST_CASE("another mode announces new labels when the kernel has them, and lets the old ones rest") {
  Bench bench(LabelSharing::next_hop);
  bench.announce(bench.first, first_ce, "10.1.0.0/16");
  bench.kernel();
  const Label old = *bench.exported("10.1.0.0/16");
  bench.core.change_instance(bench.red, Bench::settings(LabelSharing::route));
  bench.run();
  CHECK(bench.exported("10.1.0.0/16") == old);  // until the new one is there
  bench.kernel();
  const Label young = *bench.exported("10.1.0.0/16");
  CHECK(young != old);
  CHECK(young != shared);
  CHECK(bench.fib.installed(old));
  bench.core.change_instance(bench.red, Bench::settings(LabelSharing::instance));
  bench.run();
  CHECK(bench.exported("10.1.0.0/16") == shared);
  bench.kernel();
  bench.pass(LabelPool::rest);
  CHECK(bench.labels->empty());
}

TEST_CASE("a label that the kernel refuses leaves the route with the instance's, until it is taken") {
  Bench bench(LabelSharing::route);
  bench.refuses = true;
  bench.announce(bench.first, first_ce, "10.1.0.0/16");
  bench.kernel();
  CHECK(bench.exported("10.1.0.0/16") == shared);
  bench.refuses = false;
  bench.now = *bench.fib.next_retry();
  bench.fib.retry(bench.now);
  bench.kernel();
  CHECK(bench.exported("10.1.0.0/16") == bench.labels->next({})->label);
}

TEST_CASE("without labels in the kernel routes do not wait for it") {
  Bench bench(LabelSharing::route);
  RouteLabels unprogrammed(*bench.core.instance(bench.red), bench.core.decision(), bench.core.next_hops(), bench.pool,
                           bench.owners, bench.forwarding, nullptr, *bench.forwarder);
  bench.core.instance(bench.red)->labels = &unprogrammed;
  bench.announce(bench.first, first_ce, "10.1.0.0/16");
  CHECK(bench.exported("10.1.0.0/16") == Label{1000});
  CHECK(bench.fib.size() == 0);
  bench.core.instance(bench.red)->labels = bench.labels.get();
}

TEST_CASE("an instance that goes takes its labels out of the kernel at once") {
  Bench bench(LabelSharing::route);
  bench.announce(bench.first, first_ce, "10.1.0.0/16");
  bench.kernel();
  bench.core.instance(bench.red)->labels = nullptr;
  bench.labels.reset();
  FibOperations out;
  bench.fib.step(100, out);
  REQUIRE(out.size() == 1);
  CHECK(std::holds_alternative<DeleteLabel>(out[0].change));
  CHECK(bench.pool.used() == 0);
}
