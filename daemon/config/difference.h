// What lies between two configurations, sorted by how it takes effect: at once, by a refresh, or by a reset. It is the
// core of `config diff`, of applying a configuration and of `show pending`.
//
// The effect of a key stands in its row of the table of keys. Policies count by outcome: a policy that was renamed, or
// whose prefix list was, needs no refresh; one that kept its name and changed its content, or that of a prefix list in
// it, does. Peers and instances that come or go are no change of theirs.
#pragma once

#include <string>
#include <vector>

#include "daemon/config/config.h"

namespace vrfd::config {

enum class Direction : std::uint8_t { import_, export_ };

// An instance's name (empty: the public one) and a peer's (see `name_of`).
struct PeerKey {
  std::string vpn_instance = {};
  std::string peer = {};
  auto operator<=>(const PeerKey&) const = default;
};

// Something that acts at once, by the names of its keys.
struct PeerChange {
  PeerKey key = {};
  std::vector<std::string> keys = {};
  bool operator==(const PeerChange&) const = default;
};
struct InstanceChange {
  std::string vpn_instance = {};
  std::vector<std::string> keys = {};
  bool operator==(const InstanceChange&) const = default;
};

// Waits for a refresh. Without a peer it is the policy of the instance itself, between VRF and VPN.
struct PendingRefresh {
  std::string vpn_instance = {};
  std::string peer = {};
  Family family = Family::ipv4;
  Direction direction = Direction::import_;
  std::vector<std::string> keys = {};  // what changed
  std::string command = {};            // what makes it take effect
  bool operator==(const PendingRefresh&) const = default;
};

// Waits for a new session. The new session brings all else that changed for the peer into effect.
struct PendingReset {
  PeerKey key = {};
  std::vector<std::string> keys = {};
  std::string command = {};
  bool operator==(const PendingReset&) const = default;
};

struct Difference {
  std::vector<std::string> top_keys = {};  // of the top level, acting at once
  std::vector<std::string> added_instances = {};
  std::vector<std::string> removed_instances = {};
  std::vector<InstanceChange> changed_instances = {};
  std::vector<PeerKey> added_peers = {};    // within instances that stay
  std::vector<PeerKey> removed_peers = {};  // likewise
  std::vector<PeerChange> changed_peers = {};
  std::vector<PendingRefresh> refreshes = {};
  std::vector<PendingReset> resets = {};
  bool operator==(const Difference&) const = default;
  bool empty() const { return *this == Difference{}; }
};

Difference difference(const Config& from, const Config& to);

// One line each: "+ peer 192.0.2.2 of VPN instance red", "~ …: takes effect with `refresh bgp …`".
std::vector<std::string> describe(const Difference& difference);

// "refresh bgp vpn-instance red ipv4-family 192.0.2.2 import". `selector` as the command takes it: an address, "all",
// "group ce".
std::string refresh_command(std::string_view vpn_instance, std::string_view selector, Family family,
                            Direction direction);
std::string reset_command(std::string_view vpn_instance, std::string_view selector, Family family);

}  // namespace vrfd::config
