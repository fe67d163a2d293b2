// A VPN instance as the routing core sees it (RFC 4364): two tables, targets, a label, policies between VPN and VRF.
// The public instance has the same shape; its tables are those of the peers with family ipv4 and ipv6.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "vrf/attribute_memo.h"
#include "vrf/policy/compiled_policy.h"
#include "vrf/route_table.h"
#include "vrf/types/community.h"
#include "vrf/types/label.h"

namespace vrfd {

class RouteLabels;

// Which exported routes share a label (RFC 4364, 4.3.2): all of the instance, those of one next hop, none. `swap`:
// those of an AS border that share next hop and label.
enum class LabelSharing : std::uint8_t { instance, next_hop, route, swap };

// What a route of this router's own is there for; several may name one prefix. Its number is the path identifier.
enum class LocalRoute : std::uint8_t { network, direct, static_, kernel, default_originate };

struct InstanceSettings {
  std::string name;  // empty for the public instance
  // Without one the instance exports nothing.
  std::optional<RouteDistinguisher> rd;
  std::vector<RouteTarget> import_targets;
  std::vector<RouteTarget> export_targets;
  // What VPN peers are told to send its packets with; without one it exports nothing.
  std::optional<Label> label;
  // Of routes that have a next hop; `VpnInstance::labels` gives theirs out.
  LabelSharing label_sharing = LabelSharing::instance;
  std::shared_ptr<const CompiledPolicy> import_policy;  // VPN to VRF; null accepts all
  std::shared_ptr<const CompiledPolicy> export_policy;  // VRF to VPN
  unsigned maximum_paths = 1;
  bool backup_path = false;
  // Of each address family; what goes beyond it is not used (prefix_limit.h).
  std::optional<std::uint32_t> maximum_prefixes{};
  // Nothing is forwarded here: next hops are not asked for.
  bool assume_reachable = false;
  bool operator==(const InstanceSettings&) const = default;
};

inline constexpr std::size_t address_families = 2;
constexpr std::size_t index_of(AddressFamily family) { return static_cast<std::size_t>(family); }

struct VpnInstance {
  VpnInstance(InstanceId instance, PeerId local_source, InstanceSettings given, AttributeTable& attributes,
              RdTable& rds)
      : id(instance),
        self(local_source),
        settings(std::move(given)),
        tables{std::make_unique<RouteTable>(Family::ipv4, attributes, rds),
               std::make_unique<RouteTable>(Family::ipv6, attributes, rds)} {}

  RouteTable& table(AddressFamily family) { return *tables[index_of(family)]; }
  const RouteTable& table(AddressFamily family) const { return *tables[index_of(family)]; }

  InstanceId id;
  PeerId self;  // the source of its own routes, and of what it exports
  InstanceSettings settings;
  std::array<std::unique_ptr<RouteTable>, address_families> tables;
  // Null where all routes have the instance's label, and had it since the start.
  RouteLabels* labels = nullptr;
};

using InstanceList = std::vector<std::unique_ptr<VpnInstance>>;  // by InstanceId; null where there is none

}  // namespace vrfd
