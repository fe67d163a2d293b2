// The rows of instances, forwarding and the daemon itself. Short answers hold their rows under the noun; rows of `show
// fib` and `show labels` are streamed one by one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vrfd::protocol {

class JsonWriter;

struct VpnInstanceRow {
  std::string name{};
  std::optional<std::string> description{};
  std::optional<std::string> rd{};
  std::vector<std::string> import_targets{};
  std::vector<std::string> export_targets{};
  std::optional<std::uint32_t> table{};
  std::optional<std::string> vrf_device{};
  std::string device_state{};  // up down missing conflict none
  std::vector<std::string> interfaces{};
  std::optional<std::uint32_t> label{};
  std::string label_mode{};  // per_instance per_next_hop per_route
  std::uint64_t routes = 0;
  std::uint64_t fib_routes = 0;
  std::optional<std::uint32_t> maximum_prefixes{};  // of each address family
  std::optional<std::string> limit_state{};         // within warning over; null without a limit
  std::uint64_t over_limit = 0;                     // prefixes that are not used because of it
};

struct VpnInstancesAnswer {
  std::vector<VpnInstanceRow> vpn_instances{};
};

// One way out, as the kernel takes it.
struct HopRow {
  std::optional<std::string> via{};
  std::optional<std::string> dev{};
  std::vector<std::uint32_t> labels{};
};

struct FibRow {
  std::optional<std::string> vpn_instance{};
  std::uint32_t table = 0;
  std::string prefix{};
  std::string state{};  // installed pending failed foreign missing
  std::vector<HopRow> next_hops{};
  std::optional<std::string> error{};  // the kernel's text
};

struct LabelRow {
  std::uint32_t label = 0;
  std::optional<std::string> vpn_instance{};
  std::string mode{};                   // per_instance per_next_hop per_route swap
  std::optional<std::string> prefix{};  // of a label per route
  std::vector<HopRow> next_hops{};      // where a packet with that label goes
  std::string state{};                  // installed pending failed
  std::optional<std::string> error{};
};

struct NextHopRow {
  std::string next_hop{};
  std::optional<std::string> vpn_instance{};  // whose table resolves it; null: the main table
  std::string state{};                        // resolved unresolved
  std::optional<std::string> resolved_by{};   // the prefix
  std::vector<HopRow> next_hops{};
  // Accepted paths that lead over it, of all tables: a VPN route counts once more in each instance that it is in.
  std::uint64_t routes = 0;
  std::optional<std::string> reason{};
};

struct NextHopsAnswer {
  std::vector<NextHopRow> next_hops{};
};

struct PolicyTerm {
  std::uint32_t term = 0;
  std::vector<std::string> match{};
  std::vector<std::string> set{};
  std::string then{};  // accept reject next
};

struct PolicyUse {
  std::optional<std::string> peer{};  // null: the instance's own
  std::optional<std::string> vpn_instance{};
  std::string family{};
  std::string direction{};  // import export
};

struct PolicyRow {
  std::string name{};
  std::vector<PolicyTerm> terms{};
  std::vector<PolicyUse> used_by{};
  bool pending = false;  // a use of it still runs an older version
};

struct PoliciesAnswer {
  std::vector<PolicyRow> policies{};
};

struct StatusKernel {
  std::string state{};  // off awaiting syncing synced
  bool vrf = false;
  bool mpls = false;
  std::uint64_t installed = 0;
  std::uint64_t pending = 0;
  std::uint64_t failed = 0;
  std::uint64_t overruns = 0;
};

struct StatusConfig {
  std::string file{};
  std::string applied{};  // RFC 3339, UTC
  std::uint64_t revision = 0;
  std::uint64_t pending = 0;
  std::optional<std::uint64_t> rollback_in_s{};  // where a confirm is awaited
};

struct StatusAnswer {
  std::string version{};
  std::string started{};
  std::uint64_t uptime_s = 0;
  std::uint32_t as = 0;
  std::string router_id{};
  std::uint64_t peers = 0;
  std::uint64_t established = 0;
  std::uint64_t vpn_instances = 0;
  std::uint64_t routes = 0;
  std::uint64_t jobs_running = 0;
  std::string restart{};     // done selecting relearning (RFC 4724, 4.1)
  std::uint64_t cursor = 0;  // of the newest event, for `monitor --since`
  StatusKernel kernel{};
  StatusConfig config{};
  std::vector<std::string> problems{};  // what is not as it must be, one sentence each
};

struct AuditDifference {
  std::optional<std::string> vpn_instance{};
  std::uint32_t table = 0;
  std::string prefix{};  // or "label 100"
  std::string kind{};    // missing foreign different
  bool repaired = false;
};

// `differences` holds the first of them; the counts are exact.
struct AuditAnswer {
  std::string state{};  // clean drift repaired
  std::uint64_t examined = 0;
  std::uint64_t missing = 0;
  std::uint64_t foreign = 0;
  std::uint64_t different = 0;
  std::uint64_t repaired = 0;
  std::vector<AuditDifference> differences{};
  std::vector<std::string> problems{};  // settings that may be why, one sentence each
};

// Of a sound configuration; a wrong one is the error `invalid_config` with all its faults.
struct ConfigCheckAnswer {
  bool valid = true;
  std::vector<std::string> warnings{};
};

// What an applied configuration did at once, and how many things wait (`show pending` lists them).
struct ConfigApplyAnswer {
  std::uint64_t revision = 0;
  std::vector<std::string> changes{};
  std::uint64_t pending = 0;
  std::optional<std::uint64_t> rollback_in_s{};
  std::vector<std::string> warnings{};
};

void write(JsonWriter& out, const VpnInstanceRow& row);
void write(JsonWriter& out, const VpnInstancesAnswer& answer);
void write(JsonWriter& out, const HopRow& row);
void write(JsonWriter& out, const FibRow& row);
void write(JsonWriter& out, const LabelRow& row);
void write(JsonWriter& out, const NextHopRow& row);
void write(JsonWriter& out, const NextHopsAnswer& answer);
void write(JsonWriter& out, const PolicyTerm& term);
void write(JsonWriter& out, const PolicyUse& use);
void write(JsonWriter& out, const PolicyRow& row);
void write(JsonWriter& out, const PoliciesAnswer& answer);
void write(JsonWriter& out, const StatusKernel& kernel);
void write(JsonWriter& out, const StatusConfig& config);
void write(JsonWriter& out, const StatusAnswer& answer);
void write(JsonWriter& out, const AuditDifference& difference);
void write(JsonWriter& out, const AuditAnswer& answer);
void write(JsonWriter& out, const ConfigCheckAnswer& answer);
void write(JsonWriter& out, const ConfigApplyAnswer& answer);

}  // namespace vrfd::protocol
