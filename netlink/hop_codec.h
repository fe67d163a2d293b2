// Ways out within route, label and next-hop messages: gateway, device, MPLS labels; alone or as RTA_MULTIPATH.
//
// IPv4 and IPv6 routes carry labels as an MPLS encapsulation (RTA_ENCAP), label routes as RTA_NEWDST; a gateway of
// another family than the route is RTA_VIA. Label stacks are RFC 3032 entries, outermost first, the last with the S
// bit.
#pragma once

#include <span>

#include "netlink/message.h"
#include "vrf/types/forwarding.h"

namespace vrfd::netlink {

// AF_MPLS of the kernel.
inline constexpr std::uint8_t mpls_family = 28;

Bytes label_stack(std::span<const Label> labels);
// Latches a fault for an empty stack, a broken entry or an S bit elsewhere than at the end.
std::vector<Label> decode_label_stack(Decoder& decoder, std::string_view name, ByteView value);

// The gateway, device and labels of a route of `family` (AF_INET, AF_INET6, AF_MPLS); several become RTA_MULTIPATH.
void put_hops(MessageWriter& writer, std::uint8_t family, const ForwardingHops& hops);
// An MPLS encapsulation under the attribute numbers of routes or of next-hop objects.
void put_encapsulation(MessageWriter& writer, std::uint16_t type_attribute, std::uint16_t attribute,
                       std::span<const Label> labels);

// Collects one hop from the attributes of a route or of a member of RTA_MULTIPATH.
struct HopFields {
  ForwardingHop hop;
  std::uint16_t encapsulation = 0;
  ByteView encapsulated;
  bool partial = false;

  // Takes a route attribute if it is about the hop.
  void take(Decoder& decoder, std::uint16_t type, ByteView value);
  // Decodes the encapsulation, whose type may follow it.
  void finish(Decoder& decoder);
};

struct DecodedHops {
  ForwardingHops hops;
  bool impaired = false;
  bool partial = false;
};

void decode_multipath(Decoder& decoder, ByteView value, DecodedHops& into);
// RTNH_F_DEAD or RTNH_F_LINKDOWN.
bool is_impaired(unsigned hop_flags);

}  // namespace vrfd::netlink
