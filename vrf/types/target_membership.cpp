#include "vrf/types/target_membership.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace vrfd {

namespace {

constexpr unsigned target_bits_in_full = 64;

std::uint64_t number_at(const Prefix& membership, std::size_t first, std::size_t count) {
  std::uint64_t number = 0;
  for (std::uint8_t octet : membership.address().octets().subspan(first, count)) number = number << 8 | octet;
  return number;
}

void write_number(std::uint64_t number, std::span<std::uint8_t> octets) {
  for (std::size_t i = octets.size(); i != 0; --i, number >>= 8) octets[i - 1] = static_cast<std::uint8_t>(number);
}

}  // namespace

Prefix everything_membership() { return default_prefix(AddressFamily::ipv6); }

Prefix membership_of(Asn origin, RouteTarget target) {
  std::array<std::uint8_t, 16> octets{};
  const std::span<std::uint8_t> all(octets);
  write_number(origin.value(), all.subspan(0, 4));
  write_number(target.community().value(), all.subspan(4, 8));
  return Prefix::stored(octets, membership_bits);
}

bool is_membership(const Prefix& prefix) {
  return prefix.length() == 0 || (prefix.length() >= membership_origin_bits && prefix.length() <= membership_bits);
}

std::uint64_t target_bits(const Prefix& membership) { return number_at(membership, 4, 8); }

unsigned target_length(const Prefix& membership) {
  return membership.length() - std::min(membership.length(), membership_origin_bits);
}

std::string membership_text(const Prefix& membership) {
  if (membership.is_default()) return "default";
  const std::string origin = to_string(Asn{static_cast<std::uint32_t>(number_at(membership, 0, 4))}) + ":";
  const unsigned length = target_length(membership);
  if (length == 0) return origin + "*";
  const ExtendedCommunity target{target_bits(membership)};
  if (length == target_bits_in_full) return origin + to_string(target);
  std::array<char, 24> digits{};
  std::snprintf(digits.data(), digits.size(), "0x%016llx", static_cast<unsigned long long>(target.value()));
  return origin + digits.data() + "/" + std::to_string(membership.length());
}

}  // namespace vrfd
