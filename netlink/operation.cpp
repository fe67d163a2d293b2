#include "netlink/operation.h"

#include "netlink/mpls_codec.h"
#include "netlink/neighbour_codec.h"
#include "netlink/nexthop_codec.h"
#include "netlink/route_codec.h"

namespace vrfd::netlink {

static_assert(sizeof(Operation) <= 80);

namespace {

struct Encoder {
  std::span<std::uint8_t> space;
  std::uint32_t sequence;

  std::size_t operator()(const ReplaceRoute& change) const {
    return encode_route_replace(space,
                                {.key = change.key,
                                 .type = change.type,
                                 .protocol = route_protocol,
                                 .metric = change.metric,
                                 .next_hop = change.next_hop,
                                 .hops = change.hops},
                                sequence);
  }
  std::size_t operator()(const DeleteRoute& change) const {
    return encode_route_delete(space, change.key, change.metric, route_protocol, sequence);
  }
  std::size_t operator()(const ReplaceNextHop& change) const {
    return encode_next_hop_replace(
        space, {.id = change.id, .protocol = route_protocol, .family = change.family, .hop = change.hop, .members = {}},
        sequence);
  }
  std::size_t operator()(const ReplaceNextHopGroup& change) const {
    return encode_next_hop_replace(
        space, {.id = change.id, .protocol = route_protocol, .hop = {}, .members = change.members}, sequence);
  }
  std::size_t operator()(const DeleteNextHop& change) const {
    return encode_next_hop_delete(space, change.id, sequence);
  }
  std::size_t operator()(const ReplaceLabel& change) const {
    return encode_label_replace(space, {.label = change.label, .protocol = route_protocol, .hops = change.hops},
                                sequence);
  }
  std::size_t operator()(const DeleteLabel& change) const {
    return encode_label_delete(space, change.label, route_protocol, sequence);
  }
  std::size_t operator()(const ReplaceNeighbour& change) const {
    return encode_neighbour_replace(space,
                                    {.device = change.device,
                                     .address = change.address,
                                     .link_layer = change.link_layer,
                                     .protocol = route_protocol},
                                    sequence);
  }
  std::size_t operator()(const DeleteNeighbour& change) const {
    return encode_neighbour_delete(space, change.device, change.address, sequence);
  }
  std::size_t operator()(const ProbeNeighbour& change) const {
    return encode_neighbour_probe(space, change.device, change.address, sequence);
  }
};

}  // namespace

std::size_t encode(std::span<std::uint8_t> space, const Change& change, std::uint32_t sequence) {
  return std::visit(Encoder{space, sequence}, change);
}

bool is_deletion(const Change& change) {
  return std::holds_alternative<DeleteRoute>(change) || std::holds_alternative<DeleteNextHop>(change) ||
         std::holds_alternative<DeleteLabel>(change) || std::holds_alternative<DeleteNeighbour>(change);
}

}  // namespace vrfd::netlink
