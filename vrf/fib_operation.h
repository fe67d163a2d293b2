// What the core asks of the kernel, as values, and the numbers that match answers to questions.
//
// All are idempotent. Order matters: whoever carries them out keeps the order in which they were emitted, since objects
// come before the groups and routes over them, and go after those. A route takes 48 octets here; half a million a
// second pass through.
#pragma once

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "vrf/types/forwarding.h"

namespace vrfd {

// Over the next-hop object `object`; without one (0) the type forwards nothing.
struct ReplaceRoute {
  RouteKey key;
  NextHopObjectId object;
  RouteType type = RouteType::unicast;
};

struct DeleteRoute {
  RouteKey key;
};

// `family` is that of the routes that use it, of interest where the hop has no gateway.
struct ReplaceHop {
  NextHopObjectId id;
  AddressFamily family = AddressFamily::ipv4;
  ForwardingHop hop;
};

// Never empty; the members are hops, not groups.
struct ReplaceGroup {
  NextHopObjectId id;
  std::vector<NextHopObjectId> members;
};

struct DeleteObject {
  NextHopObjectId id;
};

struct ReplaceLabel {
  Label label;
  ForwardingHops hops;
};

struct DeleteLabel {
  Label label;
};

// Hops are rare and large, so they stand behind a pointer and routes stay small.
using FibChange = std::variant<ReplaceRoute, DeleteRoute, std::unique_ptr<const ReplaceHop>, ReplaceGroup, DeleteObject,
                               ReplaceLabel, DeleteLabel>;

struct FibOperation {
  std::uint64_t cookie = 0;
  FibChange change;
};
static_assert(sizeof(FibOperation) <= 48);
using FibOperations = std::vector<FibOperation>;

// Who emits an operation: FIBs are numbered from 0, those below have numbers of their own.
enum class FibOwner : std::uint16_t {
  first_reserved = 0xFFFD,
  neighbours = first_reserved,
  labels = 0xFFFE,
  next_hop_objects = 0xFFFF
};

// The parts of a cookie. The owner compares `generation` with that of what it sent last about `index`: answers to
// anything older say nothing.
struct FibCookie {
  FibOwner owner{};
  std::uint16_t generation = 0;
  std::uint32_t index = 0;

  std::uint64_t value() const {
    return static_cast<std::uint64_t>(owner) << 48 | static_cast<std::uint64_t>(generation) << 32 | index;
  }
  static FibCookie from(std::uint64_t value) {
    return {static_cast<FibOwner>(value >> 48), static_cast<std::uint16_t>(value >> 32),
            static_cast<std::uint32_t>(value)};
  }
};

// Monotone. What was emitted when `emitted` was N is settled, done or refused, once `settled` has reached N.
struct FibProgress {
  std::uint64_t emitted = 0;
  std::uint64_t settled = 0;
  std::uint64_t in_flight() const { return emitted - settled; }
};

// How the kernel differs from what is wished.
struct FibDifference {
  std::size_t missing = 0;    // wished, not there
  std::size_t stale = 0;      // there and ours, not wished
  std::size_t different = 0;  // there and ours, otherwise than wished
  std::size_t foreign = 0;    // somebody else's in the place of ours
  bool clean() const { return missing + stale + different + foreign == 0; }
  FibDifference& operator+=(const FibDifference& other) {
    missing += other.missing;
    stale += other.stale;
    different += other.different;
    foreign += other.foreign;
    return *this;
  }
  bool operator==(const FibDifference&) const = default;
};

// What a comparison with a dump of the kernel is for.
enum class SyncPurpose : std::uint8_t {
  audit,   // report the difference, change nothing
  adopt,   // repair, but leave what is stale: it may yet be learned again after a restart
  repair,  // make the kernel as wished
  retake,  // the same, and take the places back that others' routes hold
};

// Whether a dump shows everything; from one that does not no absence may be concluded.
enum class DumpOutcome : std::uint8_t { complete, broken };

}  // namespace vrfd
