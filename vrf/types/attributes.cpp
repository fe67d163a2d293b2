#include "vrf/types/attributes.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

namespace vrfd {

namespace {

constexpr std::size_t segment_limit = 255;

template <class T>
void sort_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

struct Brackets {
  std::string_view open, close;
};

Brackets brackets_of(SegmentType type) {
  switch (type) {
    case SegmentType::set:
      return {"{", "}"};
    case SegmentType::confed_sequence:
      return {"(", ")"};
    case SegmentType::confed_set:
      return {"[", "]"};
    case SegmentType::sequence:
      break;
  }
  return {"", ""};
}

std::string to_string(const AsSegment& segment) {
  const Brackets brackets = brackets_of(segment.type);
  std::string text(brackets.open);
  for (std::size_t i = 0; i != segment.asns.size(); ++i) {
    if (i != 0) text += ' ';
    text += to_string(segment.asns[i]);
  }
  text += brackets.close;
  return text;
}

}  // namespace

void canonicalize(PathAttributes& attributes) {
  sort_unique(attributes.communities);
  sort_unique(attributes.extended_communities);
  sort_unique(attributes.large_communities);
  std::erase_if(attributes.as_path, [](const AsSegment& segment) { return segment.asns.empty(); });
  std::sort(attributes.unknown.begin(), attributes.unknown.end(),
            [](const UnknownAttribute& a, const UnknownAttribute& b) {
              return std::tie(a.type, a.flags, a.value) < std::tie(b.type, b.flags, b.value);
            });
}

std::uint32_t hop_count(const AsPath& path) {
  std::uint32_t hops = 0;
  for (const AsSegment& segment : path) {
    if (segment.type == SegmentType::sequence) hops += static_cast<std::uint32_t>(segment.asns.size());
    if (segment.type == SegmentType::set) hops += 1;
  }
  return hops;
}

std::optional<Asn> first_as(const AsPath& path) {
  if (path.empty() || path.front().type != SegmentType::sequence || path.front().asns.empty()) return std::nullopt;
  return path.front().asns.front();
}

std::optional<Asn> origin_as(const AsPath& path) {
  if (path.empty() || path.back().type != SegmentType::sequence || path.back().asns.empty()) return std::nullopt;
  return path.back().asns.back();
}

void prepend(AsPath& path, Asn asn, unsigned times) {
  for (; times != 0; --times) {
    if (path.empty() || path.front().type != SegmentType::sequence || path.front().asns.size() == segment_limit)
      path.insert(path.begin(), AsSegment{});
    auto& asns = path.front().asns;
    asns.insert(asns.begin(), asn);
  }
}

unsigned occurrences(const AsPath& path, Asn asn) {
  std::ptrdiff_t count = 0;
  for (const AsSegment& segment : path) count += std::count(segment.asns.begin(), segment.asns.end(), asn);
  return static_cast<unsigned>(count);
}

std::string to_string(const AsPath& path) {
  std::string text;
  for (const AsSegment& segment : path) {
    if (!text.empty()) text += ' ';
    text += to_string(segment);
  }
  return text;
}

std::string_view name_of(Origin origin) {
  static constexpr std::array<std::string_view, 3> names{"igp", "egp", "incomplete"};
  return names[static_cast<std::size_t>(origin)];
}

}  // namespace vrfd
