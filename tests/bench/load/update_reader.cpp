#include "tests/bench/load/update_reader.h"

#include "tests/bench/load/route_state.h"

namespace vrfd::bench {

namespace {

constexpr std::uint8_t vpn_safi = 128;

std::uint32_t address_at(const std::uint8_t* at, std::size_t octets) {
  std::uint32_t address = 0;
  for (std::size_t i = 0; i != octets; ++i) address |= static_cast<std::uint32_t>(at[i]) << (24 - 8 * i);
  return address;
}

bool read_plain(Octets nlri, std::uint32_t value, std::vector<RouteChange>& changes) {
  for (std::size_t at = 0; at < nlri.size();) {
    const std::uint8_t length = nlri[at++];
    const std::size_t octets = (length + 7u) / 8;
    if (octets > 4 || at + octets > nlri.size()) return false;
    changes.push_back({key_of(address_at(&nlri[at], octets), length), value});
    at += octets;
  }
  return true;
}

bool read_vpn(Octets nlri, std::uint64_t attributes, bool withdrawn, std::vector<RouteChange>& changes) {
  for (std::size_t at = 0; at < nlri.size();) {
    const std::size_t bits = nlri[at++];
    const std::size_t octets = (bits + 7) / 8;
    if (octets < 11 || octets > 15 || at + octets > nlri.size()) return false;
    const std::uint32_t label = number_at(&nlri[at]) >> 12;
    const std::uint64_t rd = static_cast<std::uint64_t>(number_at(&nlri[at + 3])) << 32 | number_at(&nlri[at + 7]);
    const std::uint32_t address = address_at(&nlri[at + 11], octets - 11);
    changes.push_back(
        {key_of(rd, address, static_cast<std::uint8_t>(bits - 88)), withdrawn ? 0 : value_of(attributes, label)});
    at += octets;
  }
  return true;
}

// IPv4 or VPNv4 routes of MP_REACH or MP_UNREACH.
bool read_routes(std::uint8_t safi, Octets nlri, std::uint64_t attributes, bool withdrawn,
                 std::vector<RouteChange>& changes) {
  if (safi == vpn_safi) return read_vpn(nlri, attributes, withdrawn, changes);
  return read_plain(nlri, withdrawn ? 0 : value_of(attributes, 0), changes);
}

}  // namespace

std::uint32_t value_of(std::uint64_t attributes, std::uint32_t label) { return shortened(attributes + mix(label, 3)); }

bool UpdateReader::read_attributes(Octets block) {
  reach_ = unreach_ = next_hop_ = {};
  sum_ = 0;
  for (std::size_t at = 0; at + 3 <= block.size();) {
    const std::uint8_t code = block[at + 1];
    const bool extended = (block[at] & 0x10) != 0;
    const std::size_t start = at + (extended ? 4 : 3);
    if (start > block.size()) return false;
    const std::size_t size = extended ? short_at(&block[at + 2]) : block[at + 2];
    if (start + size > block.size()) return false;
    const Octets value = block.subspan(start, size);
    if (code == code_reach)
      reach_ = value;
    else if (code == code_unreach)
      unreach_ = value;
    else if (code == code_next_hop)
      next_hop_ = value;
    else
      sum_ += fingerprint(code, value);
    at = start + size;
  }
  return true;
}

bool UpdateReader::read(Octets body, std::vector<RouteChange>& changes) {
  if (body.size() < 4) return false;
  const std::size_t withdrawn = short_at(&body[0]);
  if (withdrawn + 4 > body.size()) return false;
  const std::size_t attributes = short_at(&body[2 + withdrawn]);
  if (withdrawn + 4 + attributes > body.size()) return false;
  if (!read_plain(body.subspan(2, withdrawn), 0, changes)) return false;
  if (attributes == 0) return true;
  if (!read_attributes(body.subspan(4 + withdrawn, attributes))) return false;
  if (unreach_.size() > 3 && !read_routes(unreach_[2], unreach_.subspan(3), 0, true, changes)) return false;
  if (reach_.size() > 5) {
    const std::size_t hop = reach_[3];
    if (hop < 4 || 5 + hop > reach_.size()) return false;
    const std::uint64_t sum = sum_ + fingerprint_of_next_hop(reach_.subspan(hop, 4));  // its last four octets
    if (!read_routes(reach_[2], reach_.subspan(5 + hop), sum, false, changes)) return false;
  }
  const Octets nlri = body.subspan(4 + withdrawn + attributes);
  return nlri.empty() || read_plain(nlri, value_of(sum_ + fingerprint_of_next_hop(next_hop_), 0), changes);
}

}  // namespace vrfd::bench
