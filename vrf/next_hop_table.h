// BGP next hops: which exist, where the kernel's tables lead them, who must be asked again.
//
// A next hop is an address together with the instance in whose tables it is looked up (VPN routes: the public one). It
// is reachable if the kernel forwards packets to it (RFC 4271, 5.1.3 and 9.1.2.1); recursion is the kernel's affair. An
// answer holds until something that could change it happened; meanwhile, and while the next answer is awaited, the old
// one is used. A next hop once tracked keeps its number: there are few (hundreds), routes are many.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "vrf/types/forwarding.h"

namespace vrfd {

enum class NextHopId : std::uint32_t { none = 0xFFFFFFFF };
constexpr std::uint32_t index_of(NextHopId id) { return static_cast<std::uint32_t>(id); }

// pending: never answered. assumed: nobody is asked (a box without forwarding of its own, a route reflector).
enum class NextHopState : std::uint8_t { pending, reachable, unreachable, assumed };

// The kernel's answer. `hops` carry the transport labels.
struct Resolution {
  RouteType type = RouteType::unicast;
  Prefix matched;
  std::uint32_t metric = 0;
  std::uint8_t protocol = 0;
  ForwardingHops hops;
  bool operator==(const Resolution&) const = default;
};

struct NextHop {
  InstanceId instance;
  IpAddress address;
  NextHopState state = NextHopState::pending;
  Resolution resolution;  // of the last answer, if that was a route
  bool queued = false;
  bool dormant = false;  // its instance is gone
};

// What an answer changed: nothing; how packets get there; whether they do, or the metric, so that best paths may
// change.
enum class NextHopChange : std::uint8_t { none, hops, reachability };

struct NextHopRules {
  bool assume_reachable = false;
  bool default_route_resolves = true;
};

class NextHopTable {
 public:
  explicit NextHopTable(NextHopRules rules = {}) : rules_(rules) {}

  // Its number; a lookup is queued when it is new.
  NextHopId track(InstanceId instance, const IpAddress& address);
  bool reachable(NextHopId id) const {
    const NextHopState state = next_hops_[index_of(id)].state;
    return state == NextHopState::reachable || state == NextHopState::assumed;
  }
  // Of the route to it; 0 where that is not known.
  std::uint32_t metric(NextHopId id) const { return next_hops_[index_of(id)].resolution.metric; }
  const NextHop& operator[](NextHopId id) const { return next_hops_[index_of(id)]; }
  // Ids are 0 … size() - 1.
  std::size_t size() const { return next_hops_.size(); }

  struct Lookup {
    NextHopId id;
    InstanceId instance;
    IpAddress address;
  };
  // The lookups to be done now, at most `budget` of them.
  std::vector<Lookup> take_lookups(std::size_t budget);
  bool lookups_wait() const { return !queue_.empty(); }
  // The answer; nothing: there is no route. A hop without gateway is on the next hop's link: its gateway is the next
  // hop. Routes that deliver locally, discard, or have no hop do not resolve.
  NextHopChange set(NextHopId id, std::optional<Resolution> answer);
  // No answer came; asks again.
  void requeue(NextHopId id);

  // A kernel route for `prefix` came, went or changed in the tables of `instance`.
  void invalidate(InstanceId instance, const Prefix& prefix);
  void invalidate_all(InstanceId instance);
  // A device went down or away, or moved to another VRF: asks again for what leaves through it.
  void invalidate_device(IfIndex device);
  // The instance goes: its next hops lead nowhere, until a successor with the same number tracks them anew. Those that
  // were reachable are returned.
  std::vector<NextHopId> remove_instance(InstanceId instance);

 private:
  using Key = std::pair<InstanceId, IpAddress>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept {
      return std::hash<IpAddress>{}(key.second) * 31 + key.first.value();
    }
  };

  NextHopId add(const Key& key);
  void start(NextHopId id);
  bool resolves(const Resolution& answer) const;

  NextHopRules rules_;
  std::vector<NextHop> next_hops_;
  std::unordered_map<Key, NextHopId, KeyHash> ids_;
  std::map<Key, NextHopId> ordered_;  // for ranges of addresses
  std::deque<NextHopId> queue_;
  NextHopId last_ = NextHopId::none;  // found last
};

}  // namespace vrfd
