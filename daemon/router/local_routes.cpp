#include "daemon/router/local_routes.h"

#include <algorithm>

#include "netlink/numbers.h"

namespace vrfd {

namespace {

// RTPROT_KERNEL, RTPROT_BOOT and RTPROT_STATIC.
constexpr std::uint8_t protocol_kernel = 2;
constexpr std::uint8_t protocol_boot = 3;
constexpr std::uint8_t protocol_static = 4;

bool stays_on_link(const Prefix& prefix) {
  return prefix.address().is_link_local() || prefix.address().is_multicast() || prefix.address().is_loopback();
}

}  // namespace

std::optional<LocalRoute> LocalRoutes::kind_of(const netlink::KernelRoute& route) {
  if (route.protocol == netlink::route_protocol || stays_on_link(route.key.prefix) || route.impaired)
    return std::nullopt;
  const bool discards = route.type == RouteType::blackhole || route.type == RouteType::unreachable;
  if (route.type != RouteType::unicast && !(discards && route.protocol != protocol_kernel)) return std::nullopt;
  // The last resort that an administrator put in place is no destination.
  if (discards && route.key.prefix.is_default()) return std::nullopt;
  if (route.protocol == protocol_static || route.protocol == protocol_boot) return LocalRoute::static_;
  if (route.protocol != protocol_kernel) return LocalRoute::kernel;
  const bool connected = route.hops.size() == 1 && !route.hops.front().via;
  return connected ? std::optional(LocalRoute::direct) : std::nullopt;
}

void LocalRoutes::configure(std::set<LocalRoute> imported, const std::vector<Prefix>& networks) {
  imported_ = std::move(imported);
  imported_.insert(LocalRoute::network);
  std::erase_if(present_, [](const auto& entry) { return entry.first.second == LocalRoute::network; });
  for (const Prefix& prefix : networks) present_[{prefix, LocalRoute::network}] = {0};
  const std::set<Key> before = announced_;
  for (const Key& key : before) update(key);
  for (const auto& [key, metrics] : present_) update(key);
}

void LocalRoutes::changed(const netlink::KernelRoute& route) {
  gone(route);
  const auto kind = kind_of(route);
  if (!kind) return;
  const Key key{route.key.prefix, *kind};
  present_[key].insert(route.metric);
  update(key);
}

// Of whatever kind it was: a route that was replaced has the same prefix and metric.
void LocalRoutes::gone(const netlink::KernelRoute& route) {
  for (LocalRoute kind : {LocalRoute::direct, LocalRoute::static_, LocalRoute::kernel}) {
    const auto at = present_.find({route.key.prefix, kind});
    if (at == present_.end() || at->second.erase(route.metric) == 0) continue;
    const Key key = at->first;
    if (at->second.empty()) present_.erase(at);
    update(key);
  }
}

void LocalRoutes::dumped(const netlink::KernelRoute& route) {
  if (const auto kind = kind_of(route)) dumped_[{route.key.prefix, *kind}].insert(route.metric);
}

void LocalRoutes::end_dump(AddressFamily family) {
  const auto concerned = [&](const Key& key) {
    return key.first.family() == family && key.second != LocalRoute::network;
  };
  std::vector<Key> differing;
  for (const auto& [key, metrics] : present_)
    if (concerned(key) && !dumped_.contains(key)) differing.push_back(key);
  for (const auto& [key, metrics] : dumped_)
    if (!present_.contains(key)) differing.push_back(key);
  std::erase_if(present_, [&](const auto& entry) { return concerned(entry.first); });
  present_.merge(dumped_);
  dumped_.clear();
  for (const Key& key : differing) update(key);
}

void LocalRoutes::clear() {
  present_.clear();
  const std::set<Key> before = announced_;
  for (const Key& key : before) withdraw(key);
}

void LocalRoutes::update(const Key& key) {
  if (present_.contains(key) && imported_.contains(key.second))
    announce(key);
  else
    withdraw(key);
}

void LocalRoutes::announce(const Key& key) {
  const auto attributes = attributes_(instance_, key.first, key.second);
  if (!attributes) return withdraw(key);
  core_.set_local_route(instance_, key.first, key.second, *attributes);
  core_.attributes().release(*attributes);
  announced_.insert(key);
}

void LocalRoutes::withdraw(const Key& key) {
  if (announced_.erase(key) != 0) core_.remove_local_route(instance_, key.first, key.second);
}

}  // namespace vrfd
