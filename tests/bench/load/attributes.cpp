#include "tests/bench/load/attributes.h"

#include <algorithm>

namespace vrfd::bench {

namespace {

constexpr std::uint8_t extended_length = 0x10;
constexpr std::uint8_t as_set = 1;
constexpr std::uint8_t as_sequence = 2;

// Sequences that follow each other are one.
std::uint64_t fingerprint_of_path(Octets value) {
  std::uint64_t found = code_as_path;
  for (std::size_t at = 0; at + 2 <= value.size();) {
    const std::uint8_t kind = value[at];
    const std::size_t count = value[at + 1];
    at += 2;
    if (at + 4 * count > value.size()) return 0;
    std::uint64_t members = 0;
    for (std::size_t i = 0; i != count; ++i, at += 4) {
      const std::uint32_t asn = number_at(&value[at]);
      if (kind == as_sequence)
        found = mix(found, asn);
      else
        members += mix(asn, kind);
    }
    if (kind != as_sequence) found = mix(found, members);
  }
  return found;
}

std::uint64_t sum_of_members(std::uint8_t code, Octets value, std::size_t size) {
  std::uint64_t sum = mix(code, value.size());
  for (std::size_t at = 0; at + size <= value.size(); at += size)
    sum += size == 4 ? mix(number_at(&value[at]), code) : mix(word_at(&value[at]), code);
  return sum;
}

Attribute* find(AttributeSet& set, std::uint8_t code) {
  const auto found = std::find_if(set.begin(), set.end(), [&](const Attribute& a) { return a.code == code; });
  return found == set.end() ? nullptr : &*found;
}

Attribute& find_or_add(AttributeSet& set, std::uint8_t flags, std::uint8_t code) {
  if (Attribute* found = find(set, code)) return *found;
  const auto place = std::find_if(set.begin(), set.end(), [&](const Attribute& a) { return a.code > code; });
  return *set.insert(place, Attribute{flags, code, {}});
}

Buffer number(std::uint32_t value) {
  Buffer out;
  put32(out, value);
  return out;
}

void prepend(AttributeSet& set, std::uint32_t asn) {
  Attribute& path = find_or_add(set, 0x40, code_as_path);
  Buffer& value = path.value;
  if (value.size() < 2 || value[0] != as_sequence || value[1] == 255) value.insert(value.begin(), {as_sequence, 0});
  ++value[1];
  const Buffer first = number(asn);
  value.insert(value.begin() + 2, first.begin(), first.end());
}

}  // namespace

void put_attribute(Buffer& out, std::uint8_t flags, std::uint8_t code, Octets value) {
  const bool extended = value.size() > 255;
  put8(out, extended ? flags | extended_length : flags & ~extended_length);
  put8(out, code);
  if (extended)
    put16(out, value.size());
  else
    put8(out, value.size());
  put(out, value);
}

AttributeSet split_attributes(Octets block) {
  AttributeSet set;
  for (std::size_t at = 0; at + 3 <= block.size();) {
    const bool extended = (block[at] & extended_length) != 0;
    const std::size_t size = extended ? short_at(&block[at + 2]) : block[at + 2];
    const std::size_t start = at + (extended ? 4 : 3);
    if (start + size > block.size()) break;
    set.push_back({block[at], block[at + 1], Buffer(&block[start], &block[start] + size)});
    at = start + size;
  }
  return set;
}

bool has_community(const AttributeSet& set, std::uint32_t community) {
  for (const Attribute& attribute : set) {
    if (attribute.code != code_communities) continue;
    for (std::size_t at = 0; at + 4 <= attribute.value.size(); at += 4)
      if (number_at(&attribute.value[at]) == community) return true;
  }
  return false;
}

std::optional<AttributeSet> treated(AttributeSet set, const Treatment& treatment) {
  if (treatment.deny_community && has_community(set, *treatment.deny_community)) return std::nullopt;
  if (treatment.prepend) {
    std::erase_if(set, [](const Attribute& a) { return a.code == code_med || a.code == code_local_preference; });
    prepend(set, *treatment.prepend);
  }
  if (treatment.next_hop) find_or_add(set, 0x40, code_next_hop).value = number(*treatment.next_hop);
  if (treatment.add_community && !has_community(set, *treatment.add_community))
    put32(find_or_add(set, 0xc0, code_communities).value, *treatment.add_community);
  if (treatment.originator) find_or_add(set, 0x80, code_originator).value = number(*treatment.originator);
  if (treatment.cluster) find_or_add(set, 0x80, code_cluster_list).value = number(*treatment.cluster);
  return set;
}

std::uint64_t fingerprint(std::uint8_t code, Octets value) {
  switch (code) {
    case code_as_path:
      return fingerprint_of_path(value);
    case code_communities:
      return sum_of_members(code, value, 4);
    case code_extended_communities:
      return sum_of_members(code, value, 8);
    case code_med:  // 0 is as good as none, and some routers write it
      return value.size() == 4 && number_at(value.data()) == 0 ? 0 : hash_of(value, code);
    default:
      return hash_of(value, code);
  }
}

std::uint64_t fingerprint_of_next_hop(Octets address) { return fingerprint(code_next_hop, address); }

std::uint64_t fingerprint(const AttributeSet& set) {
  std::uint64_t sum = 0;
  for (const Attribute& attribute : set) sum += fingerprint(attribute.code, attribute.value);
  return sum;
}

}  // namespace vrfd::bench
