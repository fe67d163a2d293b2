// The rows of `show bgp peer`, `show pending` and `show slow-peers`. `vpn_instance` of a public peer is null.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vrfd::protocol {

class JsonWriter;

struct PeerFamily {
  std::string family{};
  std::uint64_t received = 0;
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t advertised = 0;
  std::optional<std::uint64_t> update_group{};
  std::uint64_t refresh_sent = 0;
  std::uint64_t refresh_received = 0;
  std::optional<std::uint32_t> maximum_prefixes{};
  std::optional<std::string> limit_state{};        // within warning over; null without a limit
  std::string stale{};                             // none awaiting long_lived resyncing
  std::optional<std::uint64_t> stale_ends_in_s{};  // when what is stale goes, or is used only for want of better
};

// What both sides agreed on (RFC 4724, RFC 8538, RFC 9494), as the peer has said it.
struct PeerGracefulRestart {
  std::uint32_t restart_time_s = 0;
  bool restarting = false;                // the R bit of its last OPEN
  bool notification = false;              // both sides: routes stay after a NOTIFICATION, too
  std::vector<std::string> families{};    // of which it keeps our routes
  std::vector<std::string> preserved{};   // of which it has kept forwarding, the F bit
  std::vector<std::string> long_lived{};  // with a long-lived stale time
};

// "route_refresh", "multiprotocol ipv4"; one that has no name here by its number: "capability 73".
struct PeerCapabilities {
  std::vector<std::string> advertised{};
  std::vector<std::string> received{};
};

// RFC 7606 outcomes.
struct PeerMalformed {
  std::uint64_t attribute_discard = 0;
  std::uint64_t treat_as_withdraw = 0;
  std::uint64_t session_reset = 0;
};

struct PeerNotification {
  std::uint8_t code = 0;
  std::uint8_t subcode = 0;
  std::string name{};
};

struct LastReset {
  std::string at{};  // RFC 3339, UTC
  std::string by{};  // local peer
  std::optional<PeerNotification> notification{};
  std::optional<std::string> message{};
};

struct PeerRow {
  std::string peer{};
  std::optional<std::string> vpn_instance{};
  std::optional<std::uint32_t> as{};
  std::string type{};  // internal external
  std::optional<std::string> group{};
  std::optional<std::string> description{};
  std::string state{};  // idle connect active open_sent open_confirm established shutdown
  std::optional<std::uint64_t> uptime_s{};
  std::optional<std::string> router_id{};
  std::optional<std::uint32_t> hold_time_s{};  // negotiated
  std::vector<PeerFamily> families{};
  PeerCapabilities capabilities{};
  std::optional<PeerGracefulRestart> graceful_restart{};
  PeerMalformed malformed{};
  std::optional<LastReset> last_reset{};
  std::optional<std::uint64_t> restart_in_s{};  // after a limit was exceeded
  std::optional<std::string> range{};           // by which a peer came that is not configured by address
  bool slow = false;
  std::uint64_t output_queue = 0;
};

struct PeersAnswer {
  std::vector<PeerRow> peers{};
};

// Live state that is older than the configuration, and the command that makes the change take effect.
struct PendingRow {
  std::optional<std::string> peer{};  // null: a policy of the instance itself
  std::optional<std::string> vpn_instance{};
  std::string family{};
  std::optional<std::string> direction{};  // import export; null where a new session is needed
  std::string change{};                    // what differs: policy as address capabilities …
  std::string since{};
  std::string command{};
};

struct PendingAnswer {
  std::vector<PendingRow> pending{};
};

struct SlowPeerRow {
  std::string peer{};
  std::optional<std::string> vpn_instance{};
  std::string family{};
  std::uint32_t as = 0;
  std::string reason{};  // relative absolute
  std::string since{};
  std::uint64_t count = 0;
  std::uint64_t lag = 0;
  std::optional<std::string> last_end{};
  std::optional<std::uint64_t> returns_in_s{};
};

struct SlowPeersAnswer {
  std::vector<SlowPeerRow> slow_peers{};
};

void write(JsonWriter& out, const PeerFamily& family);
void write(JsonWriter& out, const PeerCapabilities& capabilities);
void write(JsonWriter& out, const PeerGracefulRestart& restart);
void write(JsonWriter& out, const PeerMalformed& malformed);
void write(JsonWriter& out, const PeerNotification& notification);
void write(JsonWriter& out, const LastReset& reset);
void write(JsonWriter& out, const PeerRow& row);
void write(JsonWriter& out, const PeersAnswer& answer);
void write(JsonWriter& out, const PendingRow& row);
void write(JsonWriter& out, const PendingAnswer& answer);
void write(JsonWriter& out, const SlowPeerRow& row);
void write(JsonWriter& out, const SlowPeersAnswer& answer);

}  // namespace vrfd::protocol
