#include "vrf/types/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace vrfd {

IpAddress IpAddress::v4(std::uint32_t host_order) {
  IpAddress address;
  for (unsigned i = 0; i != 4; ++i) address.octets_[i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  return address;
}

std::optional<IpAddress> IpAddress::from(ByteView octets) {
  if (octets.size() != 4 && octets.size() != 16) return std::nullopt;
  IpAddress address;
  address.family_ = octets.size() == 4 ? AddressFamily::ipv4 : AddressFamily::ipv6;
  std::copy(octets.begin(), octets.end(), address.octets_.begin());
  return address;
}

std::optional<IpAddress> IpAddress::from(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos) return std::nullopt;
  terminated[text.copy(terminated, text.size())] = '\0';
  IpAddress address;
  if (inet_pton(AF_INET, terminated, address.octets_.data()) == 1) return address;
  address.family_ = AddressFamily::ipv6;
  if (inet_pton(AF_INET6, terminated, address.octets_.data()) == 1) return address;
  return std::nullopt;
}

std::uint32_t IpAddress::v4_value() const {
  return static_cast<std::uint32_t>(octets_[0]) << 24 | static_cast<std::uint32_t>(octets_[1]) << 16 |
         static_cast<std::uint32_t>(octets_[2]) << 8 | octets_[3];
}

bool IpAddress::is_unspecified() const {
  return std::all_of(octets_.begin(), octets_.end(), [](std::uint8_t o) { return o == 0; });
}

bool IpAddress::is_link_local() const { return !is_v4() && octets_[0] == 0xFE && (octets_[1] & 0xC0) == 0x80; }

bool IpAddress::is_multicast() const { return is_v4() ? (octets_[0] & 0xF0) == 0xE0 : octets_[0] == 0xFF; }

bool IpAddress::is_loopback() const {
  if (is_v4()) return octets_[0] == 127;
  return octets_[15] == 1 && std::all_of(octets_.begin(), octets_.end() - 1, [](std::uint8_t o) { return o == 0; });
}

bool IpAddress::is_unicast() const {
  if (is_unspecified() || is_loopback() || is_multicast()) return false;
  return !is_v4() || (octets_[0] != 0 && v4_value() != 0xFFFFFFFF);
}

std::optional<IpAddress> IpAddress::v4_mapped() const {
  static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (is_v4() || !std::equal(mapped.begin(), mapped.end(), octets_.begin())) return std::nullopt;
  return from(ByteView(octets_).subspan(12));
}

std::string to_string(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN];
  inet_ntop(address.is_v4() ? AF_INET : AF_INET6, address.octets().data(), text, sizeof text);
  return text;
}

}  // namespace vrfd

std::size_t std::hash<vrfd::IpAddress>::operator()(const vrfd::IpAddress& address) const noexcept {
  const auto octets = address.octets();
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(octets.data()), octets.size()});
}
