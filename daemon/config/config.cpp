#include "daemon/config/config.h"

#include <algorithm>
#include <utility>

namespace vrfd::config {

namespace {

template <class T>
const T* find_named(const std::vector<T>& sorted, std::string_view name) {
  const auto found = std::lower_bound(sorted.begin(), sorted.end(), name,
                                      [](const T& one, std::string_view wanted) { return one.name < wanted; });
  return found != sorted.end() && found->name == name ? &*found : nullptr;
}

}  // namespace

std::string name_of(const Peer& peer) { return peer.range ? to_string(*peer.range) : to_string(peer.address); }

Peer member_of(const Peer& range, const IpAddress& address) {
  Peer member = range;
  member.joined_from = std::exchange(member.range, std::nullopt);
  member.address = address;
  member.passive = true;
  return member;
}

const VpnInstance* find_instance(const Config& config, std::string_view name) {
  return name.empty() ? &config.public_instance : find_named(config.vpn_instances, name);
}

const Peer* find_peer(const VpnInstance& instance, const IpAddress& address) {
  const auto found = std::lower_bound(instance.peers.begin(), instance.peers.end(), address,
                                      [](const Peer& peer, const IpAddress& wanted) { return peer.address < wanted; });
  // A single address sorts before a range that begins with it.
  const bool is_it = found != instance.peers.end() && found->address == address && !found->range;
  return is_it ? &*found : nullptr;
}

const Peer* find_range(const VpnInstance& instance, const IpAddress& address) {
  const Peer* longest = nullptr;
  for (const Peer& peer : instance.peers) {
    if (!peer.range || !peer.range->contains(address)) continue;
    if (longest == nullptr || peer.range->length() > longest->range->length()) longest = &peer;
  }
  return longest;
}

const PrefixList* find_prefix_list(const Config& config, std::string_view name) {
  return find_named(config.prefix_lists, name);
}

const PolicyDefinition* find_policy(const Config& config, std::string_view name) {
  return find_named(config.policies, name);
}

}  // namespace vrfd::config
