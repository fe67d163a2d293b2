// Kernel routes of an instance's table that become BGP routes (`import_routes`), and its `networks`.
//
// Kept is what the kernel has; the core is told differences. Events change it one by one; a dump of the table replaces
// it, which catches what the kernel does without telling (a link that goes down).
#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "netlink/objects.h"
#include "vrf/core.h"

namespace vrfd {

class LocalRoutes {
 public:
  // With a reference; nothing: not originated.
  using Attributes = std::function<std::optional<AttrId>(InstanceId, const Prefix&, LocalRoute)>;

  LocalRoutes(Core& core, InstanceId instance, const Attributes& attributes)
      : core_(core), instance_(instance), attributes_(attributes) {}

  // What is imported, and the networks; all is announced anew where the attributes differ.
  void configure(std::set<LocalRoute> imported, const std::vector<Prefix>& networks);

  void changed(const netlink::KernelRoute& route);
  void gone(const netlink::KernelRoute& route);
  // A dump of one family of the table.
  void begin_dump() { dumped_.clear(); }
  void dumped(const netlink::KernelRoute& route);
  void end_dump(AddressFamily family);
  // The instance goes.
  void clear();

 private:
  using Key = std::pair<Prefix, LocalRoute>;
  using Metrics = std::set<std::uint32_t>;

  static std::optional<LocalRoute> kind_of(const netlink::KernelRoute& route);
  void announce(const Key& key);
  void withdraw(const Key& key);
  void update(const Key& key);

  Core& core_;
  InstanceId instance_;
  const Attributes& attributes_;
  std::set<LocalRoute> imported_;
  std::map<Key, Metrics> present_;  // a prefix may stand in the table with several metrics
  std::map<Key, Metrics> dumped_;
  std::set<Key> announced_;
};

}  // namespace vrfd
