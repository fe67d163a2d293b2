// Operations: what is submitted is what the kernel then holds; what it refuses is named.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/lab/netlink/kernel_recorder.h"

namespace vrfd::netlink {

namespace {

constexpr TableId table{1001};
constexpr std::uint32_t route_count = 10000;
constexpr NextHopObjectId hop_id{first_next_hop_id.value()};
constexpr NextHopObjectId group_id{first_next_hop_id.value() + 1};

Prefix numbered(std::uint32_t i) { return *Prefix::from(IpAddress::v4(0x0B000000 + (i << 8)), 24); }

std::vector<Operation> many_routes(std::uint32_t count) {
  std::vector<Operation> operations;
  for (std::uint32_t i = 0; i < count; ++i)
    operations.push_back({i, ReplaceRoute{.key = {table, numbered(i)}, .next_hop = group_id}});
  return operations;
}

std::vector<Operation> group_over(std::string_view via, const char* device) {
  return {{1, ReplaceNextHop{.id = hop_id, .hop = {address(via), index_of(device), {}}}},
          {2, ReplaceNextHopGroup{.id = group_id, .members = {hop_id}}}};
}

}  // namespace

TEST_CASE("10,000 routes over one next-hop group are the kernel's table, exactly") {
  KernelRecorder recorder;
  recorder.submit(group_over("10.0.0.2", "core0"));
  recorder.submit(many_routes(route_count));
  REQUIRE(recorder.settle());
  CHECK(recorder.refused() == 0);

  auto routes = recorder.own_routes(table);
  REQUIRE(routes.size() == route_count);
  std::sort(routes.begin(), routes.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
  for (std::uint32_t i = 0; i < route_count; ++i) {
    REQUIRE(routes[i].key == RouteKey{table, numbered(i)});
    REQUIRE(routes[i].next_hop == group_id);
    REQUIRE(routes[i].metric == route_metric);
  }
  // Our own changes do not come back as events.
  for (const RouteChanged* changed : recorder.all<RouteChanged>()) CHECK(changed->route.protocol != route_protocol);
  CHECK(recorder.all<NextHopChanged>().empty());
  CHECK(recorder.kernel().counters().batches <= 20);

  std::vector<Operation> deletions;
  for (std::uint32_t i = 0; i < route_count; i += 2) deletions.push_back({i, DeleteRoute{.key = {table, numbered(i)}}});
  recorder.forget();
  recorder.submit(deletions);
  recorder.submit(deletions);  // absent already: success
  REQUIRE(recorder.settle());
  CHECK(recorder.refused() == 0);
  CHECK(recorder.own_routes(table).size() == route_count / 2);

  recorder.kernel().flush_table(7, table);
  REQUIRE(recorder.wait_for<TableFlushed>([](const TableFlushed& flushed) {
    return flushed.cookie == 7 && flushed.routes == route_count / 2 && flushed.error == 0;
  }));
  CHECK(recorder.own_routes(table).empty());
}

TEST_CASE("one message moves all routes of a group to another next hop") {
  KernelRecorder recorder;
  recorder.submit(group_over("10.0.0.2", "core0"));
  recorder.submit(many_routes(100));
  const NextHopObjectId other{hop_id.value() + 2};
  recorder.submit({{3, ReplaceNextHop{.id = other, .hop = {address("10.1.0.2"), index_of("site0"), {}}}},
                   {4, ReplaceNextHopGroup{.id = group_id, .members = {other}}}});
  REQUIRE(recorder.settle());
  CHECK(recorder.refused() == 0);
  CHECK(output_of("ip route show table 1001 | grep -c 'via 10.1.0.2 dev site0'") == "100\n");

  recorder.submit({{5, ReplaceNextHopGroup{.id = group_id, .members = {hop_id, other}}}});
  REQUIRE(recorder.settle());
  const auto objects =
      recorder.dumped<NextHopObject>([&](Cookie cookie) { recorder.kernel().dump_next_hops(cookie, route_protocol); });
  CHECK(objects.size() == 3);
  CHECK(std::count_if(objects.begin(), objects.end(), [](const auto& object) { return object.members.size() == 2; }) ==
        1);
}

TEST_CASE("refusals name the operation and carry the kernel's words; the rest of the batch is done") {
  KernelRecorder recorder;
  recorder.submit(group_over("10.0.0.2", "core0"));
  REQUIRE(recorder.settle());
  recorder.forget();
  auto operations = many_routes(1000);
  for (const std::size_t bad : {std::size_t{10}, std::size_t{500}})
    std::get<ReplaceRoute>(operations[bad].change).next_hop = NextHopObjectId{first_next_hop_id.value() + 99};
  recorder.submit(operations);
  REQUIRE(recorder.settle());
  const auto refusals = recorder.all<Refused>();
  REQUIRE(refusals.size() == 2);
  CHECK(refusals[0]->cookie == 10);
  CHECK(refusals[1]->cookie == 500);
  CHECK(refusals[0]->error == EINVAL);
  CHECK(refusals[0]->text.find("Nexthop id does not exist") != std::string::npos);
  CHECK(recorder.acknowledged() == 998);
  CHECK(recorder.own_routes(table).size() == 998);
}

TEST_CASE("direct, multipath, IPv6 and special routes come back as they went") {
  KernelRecorder recorder;
  const IfIndex core = index_of("core0");
  const IfIndex site = index_of("site0");
  const std::vector<ReplaceRoute> wanted{
      {.key = {table, prefix("20.0.0.0/8")}, .hops = {{address("10.0.0.2"), core, {}}}},
      {.key = {table, prefix("20.1.0.0/16")},
       .hops = {{address("10.0.0.2"), core, {}}, {address("10.1.0.2"), site, {}}}},
      {.key = {table, prefix("20.2.0.0/16")}, .hops = {{address("2001:db8::2"), core, {}}}},
      {.key = {table, prefix("20.3.0.0/16")}, .type = RouteType::blackhole},
      {.key = {table, prefix("20.4.0.0/16")}, .type = RouteType::prohibit},
      {.key = {table, prefix("20.5.0.0/16")}, .hops = {{std::nullopt, site, {}}}},
      {.key = {table, prefix("2001:db8:1::/48")}, .hops = {{address("2001:db8::2"), core, {}}}},
      {.key = {table, prefix("2001:db8:2::/48")},
       .hops = {{address("2001:db8::2"), core, {}}, {address("2001:db8::3"), core, {}}}},
      {.key = {table, prefix("::/0")}, .metric = unreachable_metric, .type = RouteType::unreachable},
  };
  std::vector<Operation> operations;
  for (const ReplaceRoute& route : wanted) operations.push_back({operations.size(), route});
  recorder.submit(operations);
  recorder.submit(operations);
  REQUIRE(recorder.settle());
  CHECK(recorder.refused() == 0);

  auto held = recorder.own_routes(table);
  for (KernelRoute& route : recorder.own_routes(table, AddressFamily::ipv6)) held.push_back(std::move(route));
  REQUIRE(held.size() == wanted.size());
  for (const ReplaceRoute& route : wanted) {
    INFO(to_string(route.key.prefix));
    const auto found = std::find_if(held.begin(), held.end(), [&](const auto& one) { return one.key == route.key; });
    REQUIRE(found != held.end());
    CHECK(found->type == route.type);
    CHECK(found->metric == route.metric);
    CHECK(found->hops == route.hops);
    CHECK(found->protocol == route_protocol);
    CHECK_FALSE(found->impaired);
  }
}

TEST_CASE("a submission that the queue has no room for is left with the caller") {
  KernelRecorder recorder({.operations = 10, .events = 1000});
  auto first = many_routes(100);
  CHECK(recorder.kernel().room() == 10);
  CHECK(recorder.kernel().submit(first));  // alone in the queue, so it is let in
  CHECK(first.empty());
  // The thread may or may not have taken it; either way nothing is lost.
  auto second = many_routes(5);
  while (!recorder.kernel().submit(second)) CHECK(second.size() == 5);
  REQUIRE(recorder.wait([&] { return recorder.acknowledged() + recorder.refused() == 105; }));
}

}  // namespace vrfd::netlink
