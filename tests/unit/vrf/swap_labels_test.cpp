#include "vrf/swap_labels.h"

#include <doctest/doctest.h>

#include "vrf/core.h"

using namespace vrfd;

namespace {

constexpr Asn own{65000};
const Nlri route{*RouteDistinguisher::from("65000:1"), *Prefix::from("10.1.0.0/16")};

// The border of an AS: a PE inside, another AS outside, and a kernel.
struct Border {
  Border() {
    core.set_swap_labels(swap);
    inside = core.sources().add({SourceKind::internal, public_instance, own, 1, *IpAddress::from("10.0.0.1")});
    outside = core.sources().add({SourceKind::external, public_instance, Asn{65001}, 2, *IpAddress::from("10.0.1.1")});
    in = std::make_unique<AdjRibIn>(inside, public_instance, vpn(), core.decision(),
                                    ImportRules{.local_as = own, .router_id = 99});
    ExportRules rules;
    rules.family = Family::vpnv4;
    rules.external = true;
    rules.local_as = own;
    core.join(vpn(), outside, rules);
  }
  ~Border() {
    in->clear(SIZE_MAX);
    run();
    core.leave(vpn(), outside);
  }
  RouteTable& vpn() { return core.table(public_instance, Family::vpnv4); }
  void run() {
    do {
      for (const NextHopTable::Lookup& lookup : core.next_hops().take_lookups(100)) {
        const Resolution answer{.matched = Prefix::host(lookup.address), .hops = {{lookup.address, IfIndex{5}, {}}}};
        core.next_hops().set(lookup.id, answer);
        forwarding.update(lookup.id);
        core.next_hop_changed(lookup.id);
      }
      while (core.step(4096, [](RouteTable&) {})) {
      }
    } while (core.next_hops().lookups_wait());
  }
  void announce(std::uint32_t label) {
    PathAttributes a;
    a.origin = Origin::igp;
    a.next_hop = *IpAddress::from("10.0.0.1");
    const AttributesRef received(core.attributes(), core.attributes().intern(a));
    const std::vector<AnnouncedNlri> routes{{route, 0, Label{label}}};
    in->announce(routes, received.id());
    run();
  }
  // The kernel does, or refuses, what it was told.
  void kernel(bool refuses = false) {
    FibOperations sent;
    while (fib.step(100, sent)) {
    }
    for (const FibOperation& operation : sent) {
      const FibCookie cookie = FibCookie::from(operation.cookie);
      if (refuses)
        fib.refuse(cookie, 22, "Label >= configured maximum in platform_labels", TimePoint{});
      else
        fib.acknowledge(cookie);
      if (swap.settled(Label{cookie.index})) core.swap_labels_ready();
    }
    run();
  }
  OutRoute told() { return core.group_of(vpn(), outside)->announced(vpn().find(route)); }
  bool announced() { return told().attributes != AttrId::none; }

  Core core{NextHopRules{}};
  LabelPool pool{LabelRange{Label{1000}, Label{1999}}};
  LabelOwners owners;
  ForwardingTable forwarding{core.next_hops()};
  MplsFib fib{forwarding};
  SwapLabels swap{core.decision(), core.next_hops(), pool, owners, forwarding};
  PeerId inside, outside;
  std::unique_ptr<AdjRibIn> in;
};

}  // namespace

TEST_CASE("a label is in the kernel before a route goes out with it") {
  Border border;
  border.swap.program(&border.fib, true);
  border.announce(500);
  CHECK_FALSE(border.announced());
  border.kernel();
  CHECK(border.told().label == Label{1000});
  border.announce(501);
  CHECK(border.told().label == Label{1000});  // until the new one is there
  border.kernel();
  CHECK(border.told().label == Label{1001});
}

TEST_CASE("a label that the kernel refuses, or that it cannot have, goes out with nothing") {
  Border border;
  border.swap.program(&border.fib, true);
  border.announce(500);
  border.kernel(true);
  CHECK_FALSE(border.announced());

  Border without_mpls;
  without_mpls.swap.program(nullptr, false);
  without_mpls.announce(500);
  CHECK_FALSE(without_mpls.announced());
  CHECK(without_mpls.swap.program(nullptr, true));
  without_mpls.core.swap_labels_changed();
  without_mpls.run();
  CHECK(without_mpls.told().label == Label{1000});
}

TEST_CASE("labels that were given out without a kernel are programmed when there is one") {
  Border border;
  border.announce(500);
  CHECK(border.told().label == Label{1000});
  CHECK(border.swap.program(&border.fib, true));
  CHECK_FALSE(border.swap.program(&border.fib, true));
  border.core.swap_labels_changed();
  border.run();
  CHECK_FALSE(border.fib.installed(Label{1000}));
  border.kernel();
  CHECK(border.fib.installed(Label{1000}));
  CHECK(border.told().label == Label{1000});
}
