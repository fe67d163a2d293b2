// The requests of every other command. Each is read strictly from parameters (`from`) and written by the client.
#pragma once

#include <algorithm>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/protocol/call.h"
#include "vrf/types/address.h"
#include "vrf/types/community.h"
#include "vrf/types/family.h"
#include "vrf/types/prefix.h"
#include "vrf/types/result.h"
#include "vrf/types/route_distinguisher.h"

namespace vrfd::protocol {

class JsonWriter;

// Nothing if no parameter is given, else what is wrong.
std::optional<Error> unexpected(const Params& params);
void write_empty(JsonWriter& out);

template <std::size_t size>
struct MethodName {
  char text[size]{};
  consteval MethodName(const char (&literal)[size]) { std::copy_n(literal, size, text); }
};

// A request without parameters.
template <MethodName name>
struct PlainRequest {
  static constexpr std::string_view method{name.text};
  static Result<PlainRequest> from(const Params& params) {
    if (auto wrong = unexpected(params)) return *wrong;
    return PlainRequest{};
  }
};
template <MethodName name>
void write(JsonWriter& out, const PlainRequest<name>&) {
  write_empty(out);
}

using ShowPendingRequest = PlainRequest<"show_pending">;
using ShowSlowPeersRequest = PlainRequest<"show_slow_peers">;
using ShowLabelsRequest = PlainRequest<"show_labels">;
using ShowNextHopsRequest = PlainRequest<"show_next_hops">;
using ShowStatusRequest = PlainRequest<"show_status">;
using FibAuditRequest = PlainRequest<"fib_audit">;
using FibRepairRequest = PlainRequest<"fib_repair">;
using DoctorRequest = PlainRequest<"doctor">;
using ConfigShowRequest = PlainRequest<"config_show">;
using ConfigConfirmRequest = PlainRequest<"config_confirm">;
using ConfigHistoryRequest = PlainRequest<"config_history">;

struct ShowPeersRequest {
  static constexpr std::string_view method = "show_bgp_peer";
  std::optional<IpAddress> peer{};
  std::optional<std::string> vpn_instance{};
  static Result<ShowPeersRequest> from(const Params& params);
};

// `accepted_paths` is what the instance's table holds; the others are a peer's view.
enum class RouteView : unsigned char { accepted_paths, received, rejected, advertised };

struct ShowRoutesRequest {
  static constexpr std::string_view method = "show_bgp_routes";
  std::optional<std::string> vpn_instance{};
  Family family = Family::ipv4;
  std::optional<Prefix> prefix{};
  bool longer = false;
  std::optional<RouteDistinguisher> rd{};
  std::optional<RouteTarget> rt{};
  std::optional<IpAddress> peer{};
  RouteView view = RouteView::accepted_paths;
  bool count = false;
  static Result<ShowRoutesRequest> from(const Params& params);
};

struct ShowVpnInstanceRequest {
  static constexpr std::string_view method = "show_vpn_instance";
  std::optional<std::string> name{};
  static Result<ShowVpnInstanceRequest> from(const Params& params);
};

struct ShowFibRequest {
  static constexpr std::string_view method = "show_fib";
  std::optional<std::string> vpn_instance{};
  bool drift = false;
  static Result<ShowFibRequest> from(const Params& params);
};

struct ShowJobsRequest {
  static constexpr std::string_view method = "show_jobs";
  std::optional<std::uint64_t> job{};
  static Result<ShowJobsRequest> from(const Params& params);
};

struct ShowPolicyRequest {
  static constexpr std::string_view method = "show_policy";
  std::optional<std::string> name{};
  static Result<ShowPolicyRequest> from(const Params& params);
};

// `longest_match`: an address was given, and `prefix` is its host prefix.
struct ExplainRequest {
  static constexpr std::string_view method = "explain";
  std::string vpn_instance{};
  Prefix prefix{};
  bool longest_match = false;
  static Result<ExplainRequest> from(const Params& params);
};

// The client sends the file's text, so that the daemon need not be able to read it; `file` is for messages.
struct ConfigText {
  std::string file{};
  std::string text{};
};

struct ConfigCheckRequest {
  static constexpr std::string_view method = "config_check";
  ConfigText config{};
  static Result<ConfigCheckRequest> from(const Params& params);
};

struct ConfigDiffRequest {
  static constexpr std::string_view method = "config_diff";
  ConfigText config{};
  static Result<ConfigDiffRequest> from(const Params& params);
};

struct ConfigApplyRequest {
  static constexpr std::string_view method = "config_apply";
  ConfigText config{};
  std::optional<std::uint64_t> confirm_minutes{};
  static Result<ConfigApplyRequest> from(const Params& params);
};

struct ConfigRollbackRequest {
  static constexpr std::string_view method = "config_rollback";
  std::optional<std::uint64_t> revision{};
  static Result<ConfigRollbackRequest> from(const Params& params);
};

// No topic is every topic: peers routes fib jobs. `since` is the cursor of a row, in decimal.
struct MonitorRequest {
  static constexpr std::string_view method = "monitor";
  std::optional<std::string> since{};
  std::vector<std::string> topics{};
  static Result<MonitorRequest> from(const Params& params);
};

void write(JsonWriter& out, const ShowPeersRequest& request);
void write(JsonWriter& out, const ShowRoutesRequest& request);
void write(JsonWriter& out, const ShowVpnInstanceRequest& request);
void write(JsonWriter& out, const ShowFibRequest& request);
void write(JsonWriter& out, const ShowJobsRequest& request);
void write(JsonWriter& out, const ShowPolicyRequest& request);
void write(JsonWriter& out, const ExplainRequest& request);
void write(JsonWriter& out, const ConfigCheckRequest& request);
void write(JsonWriter& out, const ConfigDiffRequest& request);
void write(JsonWriter& out, const ConfigApplyRequest& request);
void write(JsonWriter& out, const ConfigRollbackRequest& request);
void write(JsonWriter& out, const MonitorRequest& request);

}  // namespace vrfd::protocol
