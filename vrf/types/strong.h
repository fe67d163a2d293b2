// Strong integers: an interface index is not a table id, and the compiler says so.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace vrfd {

template <class Tag, class T>
class Strong {
 public:
  using value_type = T;
  constexpr Strong() = default;
  constexpr explicit Strong(T value) : value_(value) {}
  constexpr T value() const { return value_; }
  constexpr auto operator<=>(const Strong&) const = default;

 private:
  T value_{};
};

// A Linux interface index; 0 is none.
using IfIndex = Strong<struct IfIndexTag, std::uint32_t>;
// A kernel routing table (RTA_TABLE); 254 is main.
using TableId = Strong<struct TableIdTag, std::uint32_t>;
// A position in the core's array of peers (every source of paths is one: BGP peers, local routes, imports).
using PeerId = Strong<struct PeerIdTag, std::uint16_t>;
// A position in the core's array of VPN instances; 0 is the public instance.
using InstanceId = Strong<struct InstanceIdTag, std::uint16_t>;

inline constexpr InstanceId public_instance{0};
inline constexpr TableId main_table{254};

}  // namespace vrfd

template <class Tag, class T>
struct std::hash<vrfd::Strong<Tag, T>> {
  std::size_t operator()(const vrfd::Strong<Tag, T>& s) const noexcept { return std::hash<T>{}(s.value()); }
};
