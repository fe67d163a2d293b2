// A table of routes that a source announces: prefixes in groups that share their attributes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/load/attributes.h"

namespace vrfd::bench {

enum class Family : std::uint8_t { ipv4, vpnv4 };

struct Route {
  std::uint32_t address = 0;
  std::uint8_t length = 0;
  std::uint32_t label = 0;  // VPN families only
  std::uint64_t rd = 0;
};

struct Table {
  struct Group {
    AttributeSet attributes;
    std::size_t begin = 0;  // its routes
    std::size_t end = 0;
  };
  Family family = Family::ipv4;
  std::vector<Route> routes;
  std::vector<Group> groups;
};

// What identifies a route in a receiver's table.
inline std::uint64_t key_of(std::uint32_t address, std::uint8_t length) {
  return static_cast<std::uint64_t>(address) << 8 | length | 1ull << 40;
}
inline std::uint64_t key_of(std::uint64_t rd, std::uint32_t address, std::uint8_t length) {
  return mix(rd, key_of(address, length));
}
inline std::uint64_t key_of(Family family, const Route& route) {
  return family == Family::ipv4 ? key_of(route.address, route.length) : key_of(route.rd, route.address, route.length);
}

struct TableOrder {
  Family family = Family::ipv4;
  std::size_t routes = 0;
  std::size_t routes_per_group = 7;
  std::uint32_t seed = 1;            // of the prefixes
  std::uint32_t attribute_seed = 1;  // the same prefixes with another one have other attributes
  std::uint32_t first_as = 65001;    // of every path; 0: iBGP, the paths begin elsewhere
  std::uint32_t extra_prepends = 0;  // of first_as, so that another source's routes are better
  std::uint32_t marked_in_10 = 1;    // so many of ten groups have the community `mark`
  std::uint32_t mark = 0;            // 0: none
  std::uint32_t rds = 1;             // VPN: so many route distinguishers and targets, in turn
  std::uint32_t rd_as = 65000;
};

// Prefixes of lengths as in the Internet, no two the same; attribute sets of which no two are the same.
Table make_table(const TableOrder& order);

// A table written by the driver: per group u32 size of the attributes, the attributes, u32 size of the NLRI, the NLRI.
Table read_table(const std::string& path);

}  // namespace vrfd::bench
