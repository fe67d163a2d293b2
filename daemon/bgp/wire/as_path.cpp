#include "daemon/bgp/wire/as_path.h"

#include <algorithm>
#include <span>

namespace vrfd::bgp {

namespace {

constexpr std::size_t segment_limit = 255;

bool is_confederation(SegmentType type) {
  return type == SegmentType::confed_sequence || type == SegmentType::confed_set;
}

// The first `hops` of `path`, counted as `hop_count` does; confederation segments before the end of them come along.
AsPath leading_hops(const AsPath& path, std::uint32_t hops) {
  AsPath leading;
  for (const AsSegment& segment : path) {
    if (is_confederation(segment.type)) {
      leading.push_back(segment);
      continue;
    }
    if (hops == 0) break;
    AsSegment& taken = leading.emplace_back(segment);
    if (segment.type == SegmentType::sequence && taken.asns.size() > hops) taken.asns.resize(hops);
    hops -= segment.type == SegmentType::set ? 1 : static_cast<std::uint32_t>(taken.asns.size());
  }
  return leading;
}

void write_segment(SegmentType type, std::span<const Asn> asns, AsnSize size, ByteWriter& writer) {
  writer.u8(static_cast<std::uint8_t>(type));
  writer.u8(static_cast<std::uint8_t>(asns.size()));
  for (const Asn asn : asns) {
    if (size == AsnSize::four)
      writer.u32(asn.value());
    else
      writer.u16(static_cast<std::uint16_t>(asn.value() > 0xFFFF ? as_trans.value() : asn.value()));
  }
}

}  // namespace

const char* decode_as_path(ByteView octets, AsnSize size, AsPath& path) {
  ByteReader reader(octets);
  while (!reader.empty()) {
    const std::uint8_t type = reader.u8();
    const std::size_t count = reader.u8();
    if (type < 1 || type > 4) return "unknown segment type";
    if (reader.ok() && count == 0) return "empty segment";
    ByteReader members(reader.take(count * static_cast<std::size_t>(size)));
    if (!reader.ok()) return "segment runs past the end";
    AsSegment& segment = path.emplace_back();
    segment.type = static_cast<SegmentType>(type);
    segment.asns.reserve(count);
    while (!members.empty()) segment.asns.emplace_back(size == AsnSize::four ? members.u32() : members.u16());
    if (std::find(segment.asns.begin(), segment.asns.end(), Asn{0}) != segment.asns.end()) return "AS 0";
  }
  return nullptr;
}

void encode_as_path(const AsPath& path, AsnSize size, Bytes& out) {
  ByteWriter writer(out);
  for (const AsSegment& segment : path) {
    std::span<const Asn> rest(segment.asns);
    while (!rest.empty()) {
      const std::size_t count = std::min(rest.size(), segment_limit);
      write_segment(segment.type, rest.first(count), size, writer);
      rest = rest.subspan(count);
    }
  }
}

bool has_confederation_segment(const AsPath& path) {
  return std::any_of(path.begin(), path.end(), [](const AsSegment& s) { return is_confederation(s.type); });
}

void remove_confederation_segments(AsPath& path) {
  std::erase_if(path, [](const AsSegment& segment) { return is_confederation(segment.type); });
}

bool needs_four_octets(const AsPath& path) {
  return std::any_of(path.begin(), path.end(), [](const AsSegment& segment) {
    return std::any_of(segment.asns.begin(), segment.asns.end(), [](Asn asn) { return asn.value() > 0xFFFF; });
  });
}

AsPath merge_as4_path(const AsPath& path, const AsPath& as4_path) {
  const std::uint32_t hops = hop_count(path);
  const std::uint32_t as4_hops = hop_count(as4_path);
  if (hops < as4_hops) return path;
  AsPath merged = leading_hops(path, hops - as4_hops);
  for (const AsSegment& segment : as4_path) {
    const bool continues = !merged.empty() && merged.back().type == SegmentType::sequence &&
                           segment.type == SegmentType::sequence &&
                           merged.back().asns.size() + segment.asns.size() <= segment_limit;
    if (!continues) {
      merged.push_back(segment);
      continue;
    }
    merged.back().asns.insert(merged.back().asns.end(), segment.asns.begin(), segment.asns.end());
  }
  return merged;
}

}  // namespace vrfd::bgp
