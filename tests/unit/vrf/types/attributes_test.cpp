#include "vrf/types/attributes.h"

#include <doctest/doctest.h>

using namespace vrfd;

namespace {

AsSegment segment(SegmentType type, std::vector<std::uint32_t> values) {
  AsSegment s{type, {}};
  for (std::uint32_t value : values) s.asns.emplace_back(value);
  return s;
}

AsSegment sequence(std::vector<std::uint32_t> values) { return segment(SegmentType::sequence, std::move(values)); }

struct PathRow {
  AsPath path;
  const char* text;
  std::uint32_t hops;
  std::uint32_t first;   // 0: none
  std::uint32_t origin;  // 0: none
};

}  // namespace

TEST_CASE("AS paths: text, hops, first and origin AS") {
  const PathRow rows[] = {
      {{}, "", 0, 0, 0},
      {{sequence({65001})}, "65001", 1, 65001, 65001},
      {{sequence({65001, 4200000000})}, "65001 4200000000", 2, 65001, 4200000000},
      {{sequence({65001}), segment(SegmentType::set, {1, 2})}, "65001 {1 2}", 2, 65001, 0},
      {{segment(SegmentType::set, {1, 2})}, "{1 2}", 1, 0, 0},
      {{segment(SegmentType::confed_sequence, {65101, 65102}), sequence({7})}, "(65101 65102) 7", 1, 0, 7},
      {{segment(SegmentType::confed_set, {1, 2})}, "[1 2]", 0, 0, 0},
      {{sequence({1}), sequence({2})}, "1 2", 2, 1, 2},
  };
  for (const PathRow& row : rows) {
    CAPTURE(row.text);
    CHECK(to_string(row.path) == row.text);
    CHECK(hop_count(row.path) == row.hops);
    CHECK(first_as(row.path).value_or(Asn{}).value() == row.first);
    CHECK(origin_as(row.path).value_or(Asn{}).value() == row.origin);
  }
}

TEST_CASE("prepending goes into a leading sequence, else starts one") {
  AsPath path;
  prepend(path, Asn{1}, 2);
  CHECK(path == AsPath{sequence({1, 1})});
  prepend(path, Asn{2});
  CHECK(path == AsPath{sequence({2, 1, 1})});
  prepend(path, Asn{3}, 0);
  CHECK(path == AsPath{sequence({2, 1, 1})});
  AsPath set{segment(SegmentType::set, {9})};
  prepend(set, Asn{1});
  CHECK(set == AsPath{sequence({1}), segment(SegmentType::set, {9})});
  AsPath confederation{segment(SegmentType::confed_sequence, {9})};
  prepend(confederation, Asn{1});
  CHECK(confederation == AsPath{sequence({1}), segment(SegmentType::confed_sequence, {9})});
}

TEST_CASE("a segment never exceeds 255") {
  AsPath path;
  prepend(path, Asn{1}, 256);
  REQUIRE(path.size() == 2);
  CHECK(path[0].asns.size() == 1);
  CHECK(path[1].asns.size() == 255);
  CHECK(hop_count(path) == 256);
  CHECK(occurrences(path, Asn{1}) == 256);
}

TEST_CASE("occurrences count in every kind of segment") {
  const AsPath path{sequence({1, 2, 1}), segment(SegmentType::set, {1}), segment(SegmentType::confed_sequence, {1})};
  CHECK(occurrences(path, Asn{1}) == 4);
  CHECK(occurrences(path, Asn{2}) == 1);
  CHECK(occurrences(path, Asn{3}) == 0);
}

TEST_CASE("canonical form makes equal routes equal values") {
  PathAttributes a;
  a.communities = {Community{2}, Community{1}, Community{2}};
  a.extended_communities = {ExtendedCommunity{9}, ExtendedCommunity{8}, ExtendedCommunity{9}};
  a.large_communities = {{1, 2, 3}, {1, 1, 1}, {1, 2, 3}};
  a.as_path = {sequence({}), sequence({1}), segment(SegmentType::set, {})};
  a.cluster_list = {IpAddress::v4(2), IpAddress::v4(1)};
  a.unknown = {{0xC0, 100, {1}}, {0xC0, 99, {2}}};
  PathAttributes b;
  b.communities = {Community{1}, Community{2}};
  b.extended_communities = {ExtendedCommunity{8}, ExtendedCommunity{9}};
  b.large_communities = {{1, 1, 1}, {1, 2, 3}};
  b.as_path = {sequence({1})};
  b.cluster_list = {IpAddress::v4(2), IpAddress::v4(1)};  // order is meaning
  b.unknown = {{0xC0, 99, {2}}, {0xC0, 100, {1}}};
  canonicalize(a);
  CHECK(a == b);
  canonicalize(a);
  CHECK(a == b);
}

TEST_CASE("origins by name") {
  CHECK(name_of(Origin::igp) == "igp");
  CHECK(name_of(Origin::egp) == "egp");
  CHECK(name_of(Origin::incomplete) == "incomplete");
}
