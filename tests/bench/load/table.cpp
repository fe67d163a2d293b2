#include "tests/bench/load/table.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <unordered_set>

namespace vrfd::bench {

namespace {

using Random = std::mt19937;

std::uint32_t below(Random& random, std::uint32_t bound) { return static_cast<std::uint32_t>(random() % bound); }

struct LengthShare {
  std::uint8_t length;
  std::uint32_t thousandths;  // all up to here
};

// Of the IPv4 table of the Internet in 2024.
constexpr std::array<LengthShare, 9> lengths{
    {{16, 14}, {17, 22}, {18, 36}, {19, 62}, {20, 106}, {21, 158}, {22, 268}, {23, 368}, {24, 1000}}};

Route random_prefix(Random& random) {
  const std::uint32_t draw = below(random, 1000);
  const auto share = std::find_if(lengths.begin(), lengths.end(), [&](LengthShare s) { return draw < s.thousandths; });
  std::uint32_t first = 1 + below(random, 222);
  if (first == 10 || first == 127) ++first;
  const std::uint32_t address = first << 24 | (static_cast<std::uint32_t>(random()) & 0xffffff);
  return {.address = address & ~(0xffffffffu >> share->length), .length = share->length};
}

std::vector<Route> make_routes(const TableOrder& order, Random& random) {
  std::vector<Route> routes;
  routes.reserve(order.routes);
  std::unordered_set<std::uint64_t> taken;
  taken.reserve(order.routes);
  while (routes.size() != order.routes) {
    Route route = random_prefix(random);
    if (!taken.insert(key_of(route.address, route.length)).second) continue;
    routes.push_back(route);
  }
  return routes;
}

Buffer make_path(const TableOrder& order, Random& random) {
  Buffer path;
  const std::uint32_t own = order.first_as == 0 ? 0 : 1 + order.extra_prepends;
  const std::uint32_t others = 2 + below(random, 4);
  put8(path, 2);
  put8(path, own + others);
  for (std::uint32_t i = 0; i != own; ++i) put32(path, order.first_as);
  for (std::uint32_t i = 0; i != others; ++i) put32(path, 100000 + below(random, 300000));
  return path;
}

Buffer make_communities(const TableOrder& order, Random& random) {
  Buffer communities;
  for (std::uint32_t count = below(random, 4); count != 0; --count)
    put32(communities, (30000 + below(random, 20000)) << 16 | below(random, 60000));
  if (order.mark != 0 && below(random, 10) < order.marked_in_10) put32(communities, order.mark);
  return communities;
}

AttributeSet make_attributes(const TableOrder& order, Random& random, std::uint32_t vpn) {
  AttributeSet set;
  set.push_back({0x40, code_origin, {static_cast<std::uint8_t>(below(random, 8) == 0 ? 2 : 0)}});
  set.push_back({0x40, code_as_path, make_path(order, random)});
  if (order.first_as == 0) set.push_back({0x40, code_local_preference, {0, 0, 0, 100}});
  if (Buffer communities = make_communities(order, random); !communities.empty())
    set.push_back({0xc0, code_communities, std::move(communities)});
  if (order.family == Family::vpnv4) {
    Buffer target{0, 2};
    put16(target, order.rd_as);
    put32(target, vpn);
    set.push_back({0xc0, code_extended_communities, std::move(target)});
  }
  return set;
}

void put_in_vpn(Route& route, const TableOrder& order, std::uint32_t vpn) {
  route.rd = static_cast<std::uint64_t>(order.rd_as) << 32 | vpn;
  route.label = 1000 + vpn;
}

std::uint32_t read_number(Octets octets, std::size_t at) {
  if (at + 4 > octets.size()) throw std::runtime_error("the table's file is cut off");
  return number_at(&octets[at]);
}

void read_prefixes(Table& table, Octets nlri) {
  for (std::size_t at = 0; at < nlri.size();) {
    Route route;
    route.length = nlri[at++];
    for (std::uint8_t bits = 0, shift = 24; bits < route.length;
         bits = static_cast<std::uint8_t>(bits + 8), shift = static_cast<std::uint8_t>(shift - 8))
      route.address |= static_cast<std::uint32_t>(nlri[at++]) << shift;
    table.routes.push_back(route);
  }
}

}  // namespace

Table make_table(const TableOrder& order) {
  Random prefixes(order.seed), random(order.attribute_seed + 1000);
  Table table{.family = order.family, .routes = make_routes(order, prefixes), .groups = {}};
  for (std::size_t begin = 0; begin < order.routes; begin += order.routes_per_group) {
    const std::size_t end = std::min(begin + order.routes_per_group, order.routes);
    const std::uint32_t vpn = 1 + static_cast<std::uint32_t>(table.groups.size() % order.rds);
    for (std::size_t i = begin; i != end; ++i)
      if (order.family == Family::vpnv4) put_in_vpn(table.routes[i], order, vpn);
    table.groups.push_back({make_attributes(order, random, vpn), begin, end});
  }
  return table;
}

Table read_table(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const Buffer content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const Octets octets(content);
  Table table;
  for (std::size_t at = 0; at < octets.size();) {
    const std::uint32_t size = read_number(octets, at);
    const Octets attributes = octets.subspan(at + 4, size);
    at += 4 + size;
    const std::uint32_t nlri = read_number(octets, at);
    const std::size_t begin = table.routes.size();
    read_prefixes(table, octets.subspan(at + 4, nlri));
    table.groups.push_back({split_attributes(attributes), begin, table.routes.size()});
    at += 4 + nlri;
  }
  return table;
}

}  // namespace vrfd::bench
