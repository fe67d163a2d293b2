#include "daemon/router/update_writer.h"

#include <doctest/doctest.h>

#include <map>

#include "tests/unit/daemon/bgp/wire/octets.h"
#include "vrf/core.h"

using namespace vrfd;

namespace {

constexpr Asn own{65000};
constexpr std::uint32_t first_id = 0x0AFF0001;
constexpr std::uint32_t second_id = 0x0AFF0002;
constexpr std::uint32_t cluster_id = 99;

Prefix prefix(const char* text) { return *Prefix::from(text); }

std::uint64_t announced_by_preview(UpdateGroup& group, const ExportRules& rules) {
  UpdateGroup::Preview preview;
  CHECK(group.preview(rules, SIZE_MAX, preview));
  return preview.outcome.announced;
}

// A reflector of two clients that announce, and a third one that is told.
struct Reflector {
  Reflector() : core({.assume_reachable = true}), first(client(first_id)), second(client(second_id)), third(client(3)) {
    core.join(table(), third, rules(cluster_id));
  }
  PeerId client(std::uint32_t router_id) {
    return core.sources().add({SourceKind::internal, public_instance, own, router_id, IpAddress::v4(router_id), true});
  }
  static ExportRules rules(std::uint32_t cluster) {
    ExportRules rules;
    rules.family = Family::ipv4;
    rules.route_reflector_client = true;
    rules.local_as = own;
    rules.cluster_id = cluster;
    return rules;
  }
  RouteTable& table() { return core.table(public_instance, Family::ipv4); }
  UpdateGroup& group() { return *core.group_of(table(), third); }
  AdjRibIn rib_in(PeerId peer) {
    return AdjRibIn(peer, public_instance, table(), core.decision(), {.local_as = own, .router_id = 98});
  }
  // Of every client the same attributes.
  void announce(AdjRibIn& in, const char* text) {
    PathAttributes value;
    value.next_hop = IpAddress::v4(0x0A000001);
    value.local_preference = 100;
    const AttributesRef attributes(core.attributes(), core.attributes().intern(value));
    in.announce(std::vector<AnnouncedNlri>{{{{}, prefix(text)}, 0, {}}}, attributes.id());
    run();
  }
  void run() {
    while (core.step(4096, [](RouteTable&) {})) {
    }
  }
  // What the third client is told now, by prefix.
  std::map<Prefix, PathAttributes> told() {
    const bgp::SessionContext session = bgp::test::internal_session();
    std::map<Prefix, PathAttributes> routes;
    OutBatch batch;
    while (group().next_batch([](PeerId) { return true; }, 100, batch))
      for (const EncodedPart& part : UpdateWriter(group()).encode(batch, session, {}))
        read(*part.octets, session, routes);
    return routes;
  }
  static void read(ByteView octets, const bgp::SessionContext& session, std::map<Prefix, PathAttributes>& routes) {
    while (!octets.empty()) {
      const bgp::Frame frame = std::get<bgp::Frame>(bgp::next_frame(octets, bgp::message_limit_of(session)));
      bgp::Update update;
      REQUIRE_FALSE(bgp::decode_update(frame.body(), session, update));
      for (const bgp::FamilyRoutes& row : update.reachable)
        for (const AnnouncedNlri& route : row.routes) routes[route.nlri.prefix] = update.attributes;
      octets = octets.subspan(frame.octets.size());
    }
  }

  Core core;
  PeerId first, second, third;
};

}  // namespace

TEST_CASE("a reflected route says where it is from and through which cluster, and takes no attributes of its own") {
  Reflector box;
  AdjRibIn of_first = box.rib_in(box.first);
  AdjRibIn of_second = box.rib_in(box.second);
  box.announce(of_first, "10.1.0.0/16");
  box.announce(of_second, "10.2.0.0/16");
  box.announce(of_first, "10.3.0.0/16");
  CHECK(box.core.attributes().size() == 1);
  auto told = box.told();
  REQUIRE(told.size() == 3);
  for (const auto& [text, id] :
       {std::pair{"10.1.0.0/16", first_id}, {"10.2.0.0/16", second_id}, {"10.3.0.0/16", first_id}}) {
    CHECK(told[prefix(text)].originator_id == IpAddress::v4(id));
    CHECK(told[prefix(text)].cluster_list == std::vector{IpAddress::v4(cluster_id)});
  }
  of_first.clear(SIZE_MAX);
  of_second.clear(SIZE_MAX);
  box.run();
}

TEST_CASE("a reflected route is told again when only its origin moved, or the cluster is another one") {
  Reflector box;
  AdjRibIn of_first = box.rib_in(box.first);
  AdjRibIn of_second = box.rib_in(box.second);
  box.announce(of_first, "10.1.0.0/16");
  box.announce(of_second, "10.1.0.0/16");
  CHECK(box.told()[prefix("10.1.0.0/16")].originator_id == IpAddress::v4(first_id));
  of_first.clear(SIZE_MAX);
  box.run();
  CHECK(box.told()[prefix("10.1.0.0/16")].originator_id == IpAddress::v4(second_id));
  CHECK(box.told().empty());
  CHECK(announced_by_preview(box.group(), Reflector::rules(cluster_id)) == 0);
  CHECK(announced_by_preview(box.group(), Reflector::rules(7)) == 1);
  box.group().set_rules(Reflector::rules(7));
  box.table().request_work();
  box.run();
  CHECK(box.group().outcome().announced == 1);
  CHECK(box.told()[prefix("10.1.0.0/16")].cluster_list == std::vector{IpAddress::v4(7)});
  of_second.clear(SIZE_MAX);
  box.run();
}
