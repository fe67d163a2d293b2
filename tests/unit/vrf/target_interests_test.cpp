#include "vrf/target_interests.h"

#include <doctest/doctest.h>

#include "vrf/core.h"
#include "vrf/types/target_membership.h"

using namespace vrfd;

namespace {

constexpr Asn own{65000};

Prefix membership(const char* target) { return membership_of(own, *RouteTarget::from(target)); }
std::vector<ExtendedCommunity> with_target(const char* target) { return {RouteTarget::from(target)->community()}; }

// A reflector with two clients that speak the family.
struct Reflector {
  Reflector() : core({.assume_reachable = true}), first(client(1)), second(client(2)) {}
  PeerId client(std::uint32_t router_id) {
    return core.sources().add(
        {SourceKind::internal, public_instance, own, router_id, IpAddress::v4(0x0AFF0000 + router_id), true});
  }
  AdjRibIn rib_in(PeerId peer, Family family) {
    return AdjRibIn(peer, public_instance, core.table(public_instance, family), core.decision(),
                    {.local_as = own, .router_id = 99});
  }
  void announce(AdjRibIn& in, const Prefix& prefix) {
    PathAttributes a;
    a.origin = Origin::igp;
    a.next_hop = IpAddress::v4(0x0AFF0001);
    const AttributesRef attributes(core.attributes(), core.attributes().intern(a));
    const std::vector<AnnouncedNlri> routes{{{{}, prefix}, 0, {}}};
    in.announce(routes, attributes.id());
    run();
  }
  void withdraw(AdjRibIn& in, const Prefix& prefix) {
    const std::vector<AnnouncedNlri> routes{{{{}, prefix}, 0, {}}};
    in.withdraw(routes);
    run();
  }
  void run() {
    while (core.step(4096, [](RouteTable&) {})) {
    }
  }
  static ExportRules to_client() {
    ExportRules rules;
    rules.family = Family::rtc;
    rules.route_reflector_client = true;
    rules.local_as = own;
    rules.router_id = 99;
    rules.cluster_id = 99;
    return rules;
  }

  Core core;
  PeerId first, second;
};

}  // namespace

TEST_CASE("a set of targets: whole ones, beginnings, everything") {
  const IpAddress address = membership("65000:100").address();
  const TargetSet one({membership("65000:100")});
  CHECK(one.wants(with_target("65000:100")));
  CHECK_FALSE(one.wants(with_target("65000:101")));
  CHECK_FALSE(one.wants({}));
  const TargetSet of_one_as({*Prefix::from(address, 32 + 32)});
  CHECK(of_one_as.wants(with_target("65000:101")));
  CHECK_FALSE(of_one_as.wants(with_target("65001:100")));
  CHECK(TargetSet({*Prefix::from(address, 32)}).wants({}));
  CHECK(TargetSet({everything_membership()}).wants({}));
  CHECK_FALSE(TargetSet().wants(with_target("65000:100")));
  CHECK(TargetSet({membership("65000:100"), membership_of(Asn{1}, *RouteTarget::from("65000:100"))}) == one);
}

TEST_CASE("what peers want comes and goes with their memberships") {
  Reflector box;
  AdjRibIn in = box.rib_in(box.first, Family::rtc);
  CHECK(*box.core.interests().of(box.first) == TargetSet());
  box.announce(in, membership("65000:100"));
  box.announce(in, membership("65000:200"));
  CHECK(box.core.interests().take_changed() == std::vector{box.first});
  CHECK(box.core.interests().take_changed().empty());
  CHECK(*box.core.interests().of(box.first) == TargetSet({membership("65000:100"), membership("65000:200")}));
  CHECK(*box.core.interests().of(box.second) == TargetSet());
  box.withdraw(in, membership("65000:100"));
  CHECK(*box.core.interests().of(box.first) == TargetSet({membership("65000:200")}));
  in.clear(SIZE_MAX);
  box.run();
  CHECK(*box.core.interests().of(box.first) == TargetSet());
  CHECK(box.core.table(public_instance, Family::rtc).size() == 0);
}

TEST_CASE("a client is told of a membership even if it is its own, as the reflector's") {
  Reflector box;
  AdjRibIn in = box.rib_in(box.first, Family::rtc);
  RouteTable& table = box.core.table(public_instance, Family::rtc);
  UpdateGroup& group = box.core.join(table, box.first, Reflector::to_client());
  box.announce(in, membership("65000:100"));
  const OutRoute out = group.announced(table.find({{}, membership("65000:100")}));
  REQUIRE(out.attributes != AttrId::none);
  CHECK(out.source != box.first);
  const PathAttributes& sent = box.core.attributes()[out.attributes].value();
  CHECK(sent.next_hop.is_unspecified());
  CHECK_FALSE(sent.originator_id);
  CHECK(out.reflected_from == 99);
  in.clear(SIZE_MAX);
  box.run();
  box.core.leave(table, box.first);
}

TEST_CASE("another reflector is told what clients want, though the best path is a third one's") {
  Reflector box;
  const PeerId other =
      box.core.sources().add({SourceKind::internal, public_instance, own, 0, IpAddress::v4(0x0AFF0009)});
  AdjRibIn of_client = box.rib_in(box.first, Family::rtc);
  AdjRibIn of_other = box.rib_in(other, Family::rtc);
  RouteTable& table = box.core.table(public_instance, Family::rtc);
  ExportRules rules = Reflector::to_client();
  rules.route_reflector_client = false;
  UpdateGroup& group = box.core.join(table, other, rules);
  box.announce(of_other, membership("65000:100"));  // the lowest router id wins
  const DestId dest = table.find({{}, membership("65000:100")});
  CHECK(group.announced(dest).attributes == AttrId::none);
  box.announce(of_client, membership("65000:100"));
  CHECK(table.path(table.best(dest)).source == other);
  CHECK(group.announced(dest).source == box.first);
  of_client.clear(SIZE_MAX);
  of_other.clear(SIZE_MAX);
  box.run();
  box.core.leave(table, other);
}

TEST_CASE("VPN routes that are not wanted are withdrawn, and nothing else is sent") {
  Reflector box;
  AdjRibIn memberships = box.rib_in(box.first, Family::rtc);
  AdjRibIn in = box.rib_in(box.second, Family::vpnv4);
  RouteTable& vpn = box.core.table(public_instance, Family::vpnv4);
  ExportRules rules = Reflector::to_client();
  rules.family = Family::vpnv4;
  box.announce(memberships, membership("65000:100"));
  rules.wanted = {box.core.interests().of(box.first)};
  box.core.join(vpn, box.first, rules);
  const auto route = [&](const char* prefix, const char* target) {
    PathAttributes a;
    a.origin = Origin::igp;
    a.next_hop = IpAddress::v4(0x0AFF0002);
    a.extended_communities = with_target(target);
    const AttributesRef attributes(box.core.attributes(), box.core.attributes().intern(a));
    const Nlri nlri{*RouteDistinguisher::from("65000:1"), *Prefix::from(prefix)};
    const std::vector<AnnouncedNlri> routes{{nlri, 0, Label{100}}};
    in.announce(routes, attributes.id());
    box.run();
    return vpn.find(nlri);
  };
  const DestId wanted = route("10.1.0.0/16", "65000:100");
  const DestId other = route("10.2.0.0/16", "65000:200");
  const auto told = [&](DestId dest) {
    return box.core.group_of(vpn, box.first)->announced(dest).attributes != AttrId::none;
  };
  CHECK(told(wanted));
  CHECK_FALSE(told(other));
  box.announce(memberships, membership("65000:200"));
  box.core.change_wanted(vpn, box.first);
  box.run();
  CHECK(told(other));
  CHECK(box.core.group_of(vpn, box.first)->outcome().announced == 1);
  box.withdraw(memberships, membership("65000:100"));
  box.core.change_wanted(vpn, box.first);
  box.run();
  CHECK_FALSE(told(wanted));
  CHECK(box.core.group_of(vpn, box.first)->outcome().withdrawn == 1);
  memberships.clear(SIZE_MAX);
  in.clear(SIZE_MAX);
  box.run();
  box.core.leave(vpn, box.first);
}
