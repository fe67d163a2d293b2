// A row of `show bgp … routes`: one path, with the attributes as they came or as they would go out. Tables of a
// million rows are streamed, so a row is written without a tree in between.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vrf/types/attributes.h"

namespace vrfd::protocol {

class JsonWriter;

struct RouteRow {
  std::string prefix{};
  std::optional<std::string> rd{};
  std::optional<std::string> vpn_instance{};
  std::string family{};
  std::optional<std::uint32_t> path_id{};  // with ADD-PATH only
  // Whose route it is; null for a local one. Of what is advertised to all peers: whom it goes to.
  std::optional<std::string> peer{};
  std::optional<std::string> next_hop{};
  std::optional<std::string> next_hop_link_local{};
  std::vector<std::uint32_t> labels{};
  std::optional<std::uint32_t> local_preference{};
  std::optional<std::uint32_t> med{};
  AsPath as_path{};
  std::string origin{};  // igp egp incomplete
  std::optional<Aggregator> aggregator{};
  std::vector<std::string> communities{};
  std::vector<std::string> extended_communities{};
  std::vector<std::string> large_communities{};
  std::vector<UnknownAttribute> unknown_attributes{};
  bool best = false;
  std::string state{};                  // accepted rejected ineligible
  std::optional<std::string> reason{};  // of a rejection, an ineligible path, or why this one is not the best
};

// Fills what stems from the attributes: next hops, preferences, path, origin, aggregator, communities, unknown ones.
void set_attributes(RouteRow& row, const PathAttributes& attributes);

void write(JsonWriter& out, const RouteRow& row);

}  // namespace vrfd::protocol
