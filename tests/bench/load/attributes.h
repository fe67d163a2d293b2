// Path attributes as octets: what a source sends, what becomes of them in a router, and a fingerprint of them that does
// not depend on the order in which a router writes attributes and communities, nor on the flags.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tests/bench/load/octet_writer.h"

namespace vrfd::bench {

enum AttributeCode : std::uint8_t {
  code_origin = 1,
  code_as_path = 2,
  code_next_hop = 3,
  code_med = 4,
  code_local_preference = 5,
  code_communities = 8,
  code_originator = 9,
  code_cluster_list = 10,
  code_reach = 14,
  code_unreach = 15,
  code_extended_communities = 16,
};

struct Attribute {
  std::uint8_t flags = 0;
  std::uint8_t code = 0;
  Buffer value;
};

using AttributeSet = std::vector<Attribute>;  // in ascending order of the codes, without next hop

void put_attribute(Buffer& out, std::uint8_t flags, std::uint8_t code, Octets value);
AttributeSet split_attributes(Octets block);
bool has_community(const AttributeSet& set, std::uint32_t community);

// What a router is expected to do to the routes that it passes on.
struct Treatment {
  std::optional<std::uint32_t> prepend;        // its AS, in front of the path; takes MED and LOCAL_PREF away
  std::optional<std::uint32_t> next_hop;       // its own address
  std::optional<std::uint32_t> add_community;  // by its import policy
  std::optional<std::uint32_t> deny_community;
  std::optional<std::uint32_t> originator;  // a reflector's
  std::optional<std::uint32_t> cluster;
};

// The set as it arrives at a receiver, or nothing where the policy denies it.
std::optional<AttributeSet> treated(AttributeSet set, const Treatment& treatment);

// Sums of these are the fingerprint of a route's attributes.
std::uint64_t fingerprint(std::uint8_t code, Octets value);
std::uint64_t fingerprint_of_next_hop(Octets address);
std::uint64_t fingerprint(const AttributeSet& set);

}  // namespace vrfd::bench
