// The two verbs. A refresh judges routes again and never drops a session; a reset always does. Neither can be read as
// the other: a refresh without a direction and a reset with one are errors.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/protocol/call.h"
#include "vrf/types/address.h"
#include "vrf/types/asn.h"
#include "vrf/types/family.h"
#include "vrf/types/result.h"

namespace vrfd::protocol {

class JsonWriter;

// Which peers, within an instance and family. As a parameter: "all", "internal", "external", {"peer": "192.0.2.2"},
// {"as": 65001} or {"group": "ce"}.
struct Selector {
  enum class Kind : unsigned char { all, peer, as, group, internal, external };
  Kind kind = Kind::all;
  IpAddress peer{};
  Asn as{};
  std::string group{};
};

enum class Direction : unsigned char { import_routes, export_routes };
constexpr std::string_view name_of(Direction direction) {
  return direction == Direction::import_routes ? "import" : "export";
}

// Without a VPN instance the public one and the VPN families are meant; within one the family is ipv4 or ipv6.
struct RefreshRequest {
  static constexpr std::string_view method = "refresh_bgp";
  std::optional<std::string> vpn_instance{};
  Family family = Family::ipv4;
  Selector selector{};
  Direction direction = Direction::import_routes;
  bool dry_run = false;
  bool no_wait = false;
  bool local = false;
  std::optional<double> timeout_s{};

  static Result<RefreshRequest> from(const Params& params);
};

// `slow_peer` narrows the selector (all or one peer, in vpnv4 or vpnv6) to peers that are slow.
struct ResetRequest {
  static constexpr std::string_view method = "reset_bgp";
  std::optional<std::string> vpn_instance{};
  Family family = Family::ipv4;
  Selector selector{};
  bool slow_peer = false;
  bool graceful = false;
  std::optional<std::string> reason{};  // RFC 9003: at most 255 octets
  bool dry_run = false;
  bool no_wait = false;
  std::optional<double> timeout_s{};

  static Result<ResetRequest> from(const Params& params);
};

void write(JsonWriter& out, const Selector& selector);
void write(JsonWriter& out, const RefreshRequest& request);
void write(JsonWriter& out, const ResetRequest& request);

}  // namespace vrfd::protocol
