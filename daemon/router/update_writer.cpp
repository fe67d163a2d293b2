#include "daemon/router/update_writer.h"

#include <algorithm>

namespace vrfd {

namespace {

// The path identifier (RFC 7911, 3) of what is announced where they are in use: one path of a prefix, the best.
constexpr std::uint32_t only_path = 1;

}  // namespace

unsigned count_messages(ByteView octets) {
  unsigned count = 0;
  for (; octets.size() >= bgp::header_octets; ++count) {
    const std::size_t length = static_cast<std::size_t>(octets[16] << 8 | octets[17]);
    octets = octets.subspan(std::min(length, octets.size()));
  }
  return count;
}

std::vector<EncodedPart> UpdateWriter::encode(const OutBatch& batch, const bgp::SessionContext& session,
                                              const SelfNextHop& self) {
  session_ = &session;
  self_ = self;
  const auto is_member = [&](const OutRoute& route) {
    return route.attributes != AttrId::none &&
           std::find(batch.members.begin(), batch.members.end(), route.source) != batch.members.end();
  };
  std::vector<OutRoute> routes = batch.routes;
  const auto own = std::stable_partition(routes.begin(), routes.end(), [&](const auto& r) { return !is_member(r); });
  std::stable_sort(own, routes.end(), [](const OutRoute& a, const OutRoute& b) { return a.source < b.source; });

  std::vector<Part> parts(1);
  add_routes({routes.begin(), own}, parts.front().octets);
  for (auto at = own; at != routes.end();) {
    const PeerId source = at->source;
    const auto last = std::find_if(at, routes.end(), [&](const OutRoute& r) { return r.source != source; });
    add_routes({at, last}, parts.emplace_back(Part{{}, source, {}}).octets);
    std::vector<OutRoute> lost(at, last);
    std::erase_if(lost, [](const OutRoute& r) { return !r.withdraw_from_source; });
    add_withdrawals(lost, parts.emplace_back(Part{{}, {}, source}).octets);
    at = last;
  }

  std::vector<EncodedPart> encoded;
  for (Part& part : parts) {
    if (part.octets.empty()) continue;
    const unsigned messages = count_messages(part.octets);
    encoded.push_back({std::make_shared<const Bytes>(std::move(part.octets)), messages, part.except, part.only});
  }
  return encoded;
}

void UpdateWriter::add_routes(std::span<const OutRoute> routes, Bytes& out) {
  while (!routes.empty()) {
    const auto last =
        std::find_if_not(routes.begin(), routes.end(), [&](const auto& r) { return same_words(r, routes.front()); });
    const auto run = routes.first(static_cast<std::size_t>(last - routes.begin()));
    if (run.front().attributes == AttrId::none)
      add_withdrawals(run, out);
    else
      add_run(run, out);
    routes = routes.subspan(run.size());
  }
}

void UpdateWriter::add_run(std::span<const OutRoute> run, Bytes& out) {
  table_.attributes()[run.front().attributes].copy_to(attributes_);
  if (attributes_.next_hop.is_unspecified()) {
    attributes_.next_hop = self_.address;
    attributes_.next_hop_link_local = self_.link_local;
  }
  if (run.front().reflected_from != 0) reflect(run.front().reflected_from, cluster_id_, attributes_);
  nlri_.clear();
  for (const OutRoute& route : run) nlri_.push_back(announced(route));
  const bgp::AttributeBlock block = bgp::encode_attributes(attributes_, table_.family(), *session_);
  // What does not fit into a message cannot be announced, and must not stay as it was (RFC 8654, 5).
  if (!bgp::encode_reachable(table_.family(), block, nlri_, *session_, out)) add_withdrawals(run, out);
}

void UpdateWriter::add_withdrawals(std::span<const OutRoute> routes, Bytes& out) {
  if (routes.empty()) return;
  nlri_.clear();
  for (const OutRoute& route : routes) nlri_.push_back(announced(route));
  bgp::encode_unreachable(table_.family(), nlri_, *session_, out);
}

AnnouncedNlri UpdateWriter::announced(const OutRoute& route) const {
  return {table_.nlri(route.dest), only_path, route.label};
}

}  // namespace vrfd
