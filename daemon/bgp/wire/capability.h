// Capabilities of an OPEN (RFC 5492) and what two sides make of them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vrf/types/asn.h"
#include "vrf/types/bytes.h"
#include "vrf/types/family.h"
#include "vrf/types/role.h"

namespace vrfd::bgp {

// RFC 4724, 3; `notification` is the N bit of RFC 8538.
struct GracefulRestartCapability {
  struct PerFamily {
    Family family{};
    bool forwarding_preserved = false;
  };
  bool restarted = false;
  bool notification = false;
  std::uint16_t restart_time_s = 0;  // 0 to 4095
  std::vector<PerFamily> families;
};

// RFC 9494, 3.
struct LongLivedCapability {
  struct PerFamily {
    Family family{};
    bool forwarding_preserved = false;
    std::uint32_t stale_time_s = 0;  // 24 bits
  };
  std::vector<PerFamily> families;
};

struct UnknownCapability {
  std::uint8_t code = 0;
  Bytes value;
};

struct AddPath {
  Family family{};
  bool receive = false;
  bool send = false;
};

// One side's offer. `families` holds those that vrfd knows; others are kept in `unknown`.
struct Capabilities {
  FamilySet families;                                         // code 1, RFC 4760
  bool route_refresh = false;                                 // code 2, RFC 2918
  bool enhanced_refresh = false;                              // code 70, RFC 7313
  bool extended_message = false;                              // code 6, RFC 8654
  std::optional<Asn> four_octet_as;                           // code 65, RFC 6793
  std::optional<GracefulRestartCapability> graceful_restart;  // code 64
  std::optional<LongLivedCapability> long_lived;              // code 71
  std::vector<AddPath> add_path;                              // code 69, RFC 7911
  std::optional<Role> role;                                   // code 9, RFC 9234: what the speaker says it is
  bool contradicting_roles = false;                           // several that differ: as if none fitted
  FamilySet extended_next_hop;                                // code 5, RFC 8950: families whose next hop may be IPv6
  std::vector<UnknownCapability> unknown;
};

// What decides how the octets of a session are read and written; made from both OPENs.
struct SessionContext {
  bool four_octet_as = false;
  bool internal = false;  // iBGP
  FamilySet families;     // negotiated
  FamilySet add_path_receive;
  FamilySet add_path_send;
  FamilySet extended_next_hop;
  // The peer may put more than one label before a route (RFC 8277, 2.1); vrfd never agrees to that.
  bool several_labels = false;
  bool route_refresh = false;
  bool enhanced_refresh = false;
  bool extended_message = false;
  Asn local_as;
  Asn peer_as;
  bool enforce_first_as = true;  // external sessions only
  bool long_lived = false;       // the peer knows LLGR_STALE (RFC 9494)
};

}  // namespace vrfd::bgp
