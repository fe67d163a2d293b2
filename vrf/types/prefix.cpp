#include "vrf/types/prefix.h"

#include "vrf/types/text.h"

namespace vrfd {

namespace {

// The first `length` bits of `address`, the rest zero.
IpAddress masked(const IpAddress& address, unsigned length) {
  std::array<std::uint8_t, 16> octets{};
  const auto from = address.octets();
  for (std::size_t i = 0; i != from.size(); ++i) {
    const unsigned bits = length > i * 8 ? length - static_cast<unsigned>(i) * 8 : 0;
    octets[i] = bits >= 8 ? from[i] : static_cast<std::uint8_t>(from[i] & ~(0xFFu >> bits));
  }
  return *IpAddress::from(ByteView(octets).first(from.size()));
}

}  // namespace

std::optional<Prefix> Prefix::from(const IpAddress& address, unsigned length) {
  if (length > bits_of(address.family())) return std::nullopt;
  Prefix prefix;
  prefix.address_ = masked(address, length);
  prefix.length_ = static_cast<std::uint8_t>(length);
  return prefix;
}

std::optional<Prefix> Prefix::from(std::string_view text) {
  const auto slash = text.find('/');
  auto address = IpAddress::from(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return host(*address);
  auto length = parse_decimal(text.substr(slash + 1), 128);
  return length ? from(*address, static_cast<unsigned>(*length)) : std::nullopt;
}

Prefix default_prefix(AddressFamily family) {
  const std::array<std::uint8_t, 16> zero{};
  return *Prefix::from(*IpAddress::from(ByteView(zero).first(octets_of(family))), 0);
}

Prefix Prefix::host(const IpAddress& address) { return *from(address, bits_of(address.family())); }

bool Prefix::contains(const IpAddress& address) const {
  return address.family() == family() && masked(address, length_) == address_;
}

bool Prefix::covers(const Prefix& other) const { return other.length_ >= length_ && contains(other.address_); }

std::string to_string(const Prefix& prefix) {
  return to_string(prefix.address()) + "/" + std::to_string(prefix.length());
}

}  // namespace vrfd

std::size_t std::hash<vrfd::Prefix>::operator()(const vrfd::Prefix& prefix) const noexcept {
  return std::hash<vrfd::IpAddress>{}(prefix.address()) * 131 + prefix.length();
}
