// What a speaker is to its eBGP neighbour (RFC 9234, 4.1); the values are those of the BGP Role capability.
#pragma once

#include <cstdint>

namespace vrfd {

enum class Role : std::uint8_t { provider = 0, rs_server = 1, rs_client = 2, customer = 3, peer = 4 };

// RFC 9234, 4.2: the pairs that fit each other.
constexpr Role counterpart_of(Role role) {
  switch (role) {
    case Role::provider:
      return Role::customer;
    case Role::rs_server:
      return Role::rs_client;
    case Role::rs_client:
      return Role::rs_server;
    case Role::customer:
      return Role::provider;
    case Role::peer:
      break;
  }
  return Role::peer;
}

}  // namespace vrfd
