// The fake kernel keeps the rules that tests rely on.
#include "tests/model/fake_kernel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>

namespace vrfd::netlink {

namespace {

constexpr TableId table{1001};
constexpr IfIndex core{3};
constexpr NextHopObjectId hop_id = first_next_hop_id;
constexpr NextHopObjectId group_id{first_next_hop_id.value() + 1};

Prefix prefix(std::string_view text) { return *Prefix::from(text); }

ForwardingHop hop() { return {IpAddress::v4(0x0A000002), core, {Label{77}}}; }

void submit(FakeKernel& kernel, std::vector<Operation> operations) { REQUIRE(kernel.submit(operations)); }

void install(FakeKernel& kernel) {
  kernel.set_link({.index = core, .name = "core0", .up = true, .carrier = true});
  submit(kernel, {{1, ReplaceNextHop{.id = hop_id, .hop = hop()}},
                  {2, ReplaceNextHopGroup{.id = group_id, .members = {hop_id}}},
                  {3, ReplaceRoute{.key = {table, prefix("10.2.0.0/16")}, .next_hop = group_id}},
                  {4, ReplaceRoute{.key = {table, prefix("2001:db8::/32")}, .hops = {hop()}}}});
}

template <class Event>
std::size_t count(FakeKernel& kernel) {
  KernelEvents events;
  kernel.drain(events);
  return static_cast<std::size_t>(std::count_if(
      events.begin(), events.end(), [](const KernelEvent& event) { return std::holds_alternative<Event>(event); }));
}

}  // namespace

TEST_CASE("fake kernel: operations are executed, refused, delayed") {
  FakeKernel kernel;
  install(kernel);
  CHECK(count<Acknowledged>(kernel) == 4);
  CHECK(kernel.routes().size() == 2);
  CHECK(kernel.hops_of(*kernel.route(table, "10.2.0.0/16")) == ForwardingHops{hop()});

  submit(kernel, {{5, ReplaceRoute{.key = {table, prefix("10.3.0.0/16")}, .next_hop = NextHopObjectId{9}}}});
  CHECK(count<Refused>(kernel) == 1);
  kernel.refuse = [](const Change&) { return ENOMEM; };
  submit(kernel, {{6, DeleteRoute{.key = {table, prefix("10.2.0.0/16")}}}});
  CHECK(count<Refused>(kernel) == 1);
  kernel.refuse = nullptr;
  kernel.delay(true);
  submit(kernel, {{7, DeleteRoute{.key = {table, prefix("10.2.0.0/16")}}}});
  CHECK(count<Acknowledged>(kernel) == 0);
  CHECK(kernel.routes().size() == 2);
  kernel.run(1);
  CHECK(count<Acknowledged>(kernel) == 1);
  CHECK(kernel.routes().size() == 1);
  std::vector<Operation> many(3, Operation{8, DeleteLabel{Label{16}}});
  kernel.set_room(2);
  CHECK_FALSE(kernel.submit(many));
  CHECK(many.size() == 3);
}

TEST_CASE("fake kernel: a dead link takes IPv4 silently, IPv6 with a word") {
  FakeKernel kernel;
  install(kernel);
  count<Overrun>(kernel);
  kernel.set_link({.index = core, .name = "core0", .up = true, .carrier = false});
  CHECK(kernel.routes().empty());
  CHECK(kernel.next_hops().empty());
  CHECK(count<RouteGone>(kernel) == 1);
  submit(kernel, {{1, ReplaceNextHop{.id = hop_id, .hop = hop()}}});
  CHECK(count<Refused>(kernel) == 1);
}

TEST_CASE("fake kernel: lookups, dumps, VRF devices and lost notifications") {
  FakeKernel kernel;
  install(kernel);
  auto links = *kernel.links();
  const auto red = kernel.ensure_vrf({"red", table}, links);
  REQUIRE(red.has_value());
  CHECK(links.size() == kernel.links()->size());
  CHECK_FALSE(kernel.ensure_vrf({"blue", table}, links).has_value());
  kernel.lookup(1, red->index, IpAddress::v4(0x0A020001));
  kernel.lookup(2, red->index, IpAddress::v4(0x0B000000));
  kernel.dump_routes(3, {.table = table, .protocol = route_protocol});
  KernelEvents events;
  kernel.drain(events);
  bool found = false;
  bool none = false;
  std::size_t dumped = 0;
  for (const KernelEvent& event : events) {
    if (const auto* answer = std::get_if<LookupAnswer>(&event)) {
      if (answer->cookie == 1) found = answer->route && answer->route->hops == ForwardingHops{hop()};
      if (answer->cookie == 2) none = !answer->route && answer->error == EHOSTUNREACH;
    }
    if (const auto* chunk = std::get_if<DumpChunk<KernelRoute>>(&event)) dumped += chunk->objects.size();
  }
  CHECK(found);
  CHECK(none);
  CHECK(dumped == 2);

  kernel.lose_notifications(true);
  kernel.remove_route({table, prefix("10.2.0.0/16")}, route_metric);
  CHECK(count<RouteGone>(kernel) == 0);
  kernel.lose_notifications(false);
  CHECK(count<Overrun>(kernel) == 1);
  submit(kernel, {{9, ReplaceLabel{Label{100}, {{std::nullopt, red->index, {}}}}}});
  CHECK(kernel.labels().size() == 1);
  CHECK(kernel.remove_vrf(red->index).has_value());
  CHECK(kernel.labels().empty());
  CHECK(count<LabelGone>(kernel) == 1);
}

}  // namespace vrfd::netlink
