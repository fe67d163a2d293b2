#include "vrf/only_to_customer.h"

#include <algorithm>

namespace vrfd {

namespace {

constexpr std::uint8_t optional_transitive = 0xC0;
constexpr std::size_t octets_of_as = 4;

bool is_it(const UnknownAttribute& attribute) {
  return attribute.type == only_to_customer_type && attribute.value.size() == octets_of_as;
}

void set(Asn asn, PathAttributes& attributes) {
  if (only_to_customer(attributes)) return;
  UnknownAttribute mark{.flags = optional_transitive, .type = only_to_customer_type, .value = {}};
  ByteWriter(mark.value).u32(asn.value());
  attributes.unknown.push_back(std::move(mark));
  canonicalize(attributes);
}

}  // namespace

std::optional<Asn> only_to_customer(const PathAttributes& attributes) {
  const auto found = std::find_if(attributes.unknown.begin(), attributes.unknown.end(), is_it);
  if (found == attributes.unknown.end()) return std::nullopt;
  return Asn{ByteReader(found->value).u32()};
}

bool is_leak(Role role, Asn peer_as, const PathAttributes& attributes) {
  const auto mark = only_to_customer(attributes);
  if (!mark) return false;
  const bool from_below = role == Role::provider || role == Role::rs_server;
  return from_below || (role == Role::peer && *mark != peer_as);
}

void mark_received(Role role, Asn peer_as, PathAttributes& attributes) {
  if (role == Role::customer || role == Role::peer || role == Role::rs_client) set(peer_as, attributes);
}

bool may_leave(Role role, const PathAttributes& attributes) {
  const bool upwards = role == Role::customer || role == Role::peer || role == Role::rs_client;
  return !upwards || !only_to_customer(attributes);
}

void mark_sent(Role role, Asn own_as, PathAttributes& attributes) {
  if (role == Role::provider || role == Role::peer || role == Role::rs_server) set(own_as, attributes);
}

}  // namespace vrfd
