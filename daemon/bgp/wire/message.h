// BGP messages as values (RFC 4271, 4; RFC 2918; RFC 7313). What the wire layer decodes to and encodes from; sessions
// and the router see only these.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/bgp/wire/capability.h"
#include "vrf/types/attributes.h"
#include "vrf/types/family.h"
#include "vrf/types/nlri.h"

namespace vrfd::bgp {

inline constexpr std::size_t header_octets = 19;
inline constexpr std::size_t message_limit = 4096;
inline constexpr std::size_t extended_message_limit = 65535;  // RFC 8654

enum class MessageType : std::uint8_t { open = 1, update = 2, notification = 3, keepalive = 4, route_refresh = 5 };

struct Open {
  std::uint8_t version = 4;
  Asn asn;                        // the four-octet one where that capability is present
  std::uint16_t hold_time_s = 0;  // 0, or at least 3
  IpAddress router_id;
  Capabilities capabilities;
};

struct Keepalive {};

// RFC 4271, 4.5. `data` as on the wire (RFC 9003 shutdown communication included).
struct Notification {
  std::uint8_t code = 0;
  std::uint8_t subcode = 0;
  Bytes data;
  bool operator==(const Notification&) const = default;
};

// RFC 2918; the subtypes are RFC 7313's.
enum class RefreshSubtype : std::uint8_t { request = 0, begin = 1, end = 2 };

struct RouteRefresh {
  Family family{};
  RefreshSubtype subtype = RefreshSubtype::request;
};

// RFC 7606, 2, from mild to severe.
enum class Verdict : std::uint8_t { ok, attribute_discard, treat_as_withdraw, session_reset };

// One thing wrong in an UPDATE, for the log and the counters.
struct AttributeFault {
  std::uint8_t type = 0;  // attribute type code; 0 for the message itself
  Verdict verdict = Verdict::ok;
  std::string text;
};

// The routes of one NLRI field. One UPDATE may announce IPv4 in its own field and another family in MP_REACH_NLRI,
// each with a next hop of its own (RFC 7606, 5.1), so the next hop stands here; unspecified where withdrawn.
struct FamilyRoutes {
  Family family{};
  std::vector<AnnouncedNlri> routes;
  IpAddress next_hop;
  std::optional<IpAddress> next_hop_link_local;
  bool several_labels = false;  // before some of the routes
};

// An UPDATE after RFC 7606: `reachable` is empty where the verdict is treat_as_withdraw (its routes have moved to
// `withdrawn`). `withdrawn` comes before `reachable`: a prefix in both is announced (RFC 4271, 4.3). `end_of_rib`
// names the family of an End-of-RIB marker (RFC 4724, 2).
struct Update {
  // Meaningful where `reachable` is not empty; its next hop is that of the first row there.
  PathAttributes attributes;
  std::vector<FamilyRoutes> reachable;  // one row for each NLRI field with routes, none empty
  std::vector<FamilyRoutes> withdrawn;  // the same
  std::optional<Family> end_of_rib;
  // The path of an external peer does not start with its AS, and that is enforced: the routes are kept, but not
  // eligible (RFC 4271, 6.3).
  bool foreign_first_as = false;
  Verdict verdict = Verdict::ok;
  std::vector<AttributeFault> faults;
};

// A ROUTE-REFRESH that must be ignored: a family or a subtype not known or not negotiated (RFC 7313, 5).
struct Ignored {
  std::string text;
};

using Message = std::variant<Open, Update, Notification, Keepalive, RouteRefresh, Ignored>;

}  // namespace vrfd::bgp
