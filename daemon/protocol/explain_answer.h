// The answer of `explain`: why a prefix is, or is not, forwarded in a VPN instance, from what peers announced to what
// the kernel said and whom it is told to. Short lists; what is longer is cut, with the whole number beside it.
#pragma once

#include <array>
#include <string_view>

#include "daemon/protocol/answers.h"
#include "daemon/protocol/route_row.h"

namespace vrfd::protocol {

// What becomes of packets to the prefix.
enum class ExplainVerdict : unsigned char {
  forwarded,
  local,
  pending,
  failed,
  foreign,
  missing,
  not_programmed,
  ineligible,
  rejected,
  not_imported,
  no_route,
};

struct ExplainVerdictRow {
  ExplainVerdict verdict{};
  std::string_view name{};
  std::string_view meaning{};
};

// In the order of the enumerators.
inline constexpr std::array<ExplainVerdictRow, 11> explain_verdicts{{
    {ExplainVerdict::forwarded, "forwarded", "the kernel has confirmed the route"},
    {ExplainVerdict::local, "local", "this router's own; the kernel's own route, if any, forwards it"},
    {ExplainVerdict::pending, "pending",
     "there is a best path that the kernel has not confirmed, or cannot be told yet"},
    {ExplainVerdict::failed, "failed", "the kernel refused it"},
    {ExplainVerdict::foreign, "foreign", "the route of another program is in its place"},
    {ExplainVerdict::missing, "missing", "the kernel lost it; it is sent again"},
    {ExplainVerdict::not_programmed, "not_programmed", "\"fib\": false"},
    {ExplainVerdict::ineligible, "ineligible", "there are paths, and none of them can be used"},
    {ExplainVerdict::rejected, "rejected", "there are paths, and policy lets none of them in"},
    {ExplainVerdict::not_imported, "not_imported", "VPN routes have the prefix, and the instance takes none of them"},
    {ExplainVerdict::no_route, "no_route", "nobody has the prefix (exit status 3, with the whole answer)"},
}};
constexpr std::string_view name_of(ExplainVerdict verdict) {
  return explain_verdicts[static_cast<std::size_t>(verdict)].name;
}

// How the next hop of a path is reached.
struct ExplainNextHop {
  std::string next_hop{};
  std::optional<std::string> vpn_instance{};  // whose table is looked in; null: the main table
  std::string state{};                        // reachable unreachable pending assumed
  std::optional<std::string> resolved_by{};   // the kernel's route that leads there
  std::uint32_t metric = 0;
  std::vector<HopRow> next_hops{};  // with the transport labels
};

// A path of the instance.
struct ExplainPath {
  std::string source{};  // peer local vpn labelled
  std::optional<std::string> peer{};
  std::optional<std::string> rd{};            // of an imported path
  std::optional<std::string> vpn_instance{};  // the path is of that instance of this router, or of a peer of it
  std::optional<std::string> local_kind{};    // network direct static kernel default_originate
  std::string verdict{};                      // best multipath not_best rejected ineligible
  std::optional<std::string> reason{};        // a step of the decision, or why it cannot be used
  std::optional<std::string> policy{};        // and term, that rejected it
  bool stale = false;
  RouteRow route{};
  std::optional<ExplainNextHop> resolution{};  // null where there is no next hop, or it does not come to that
};

// A VPN route of the prefix that is not in the instance.
struct ExplainVpnRoute {
  std::string rd{};
  std::optional<std::string> peer{};          // null: of this router
  std::optional<std::string> vpn_instance{};  // that exports it
  std::string reason{};                       // no_common_target not_yet or why it is not accepted
  std::optional<std::string> policy{};
  std::vector<std::string> targets{};
  RouteRow route{};
};

struct ExplainFib {
  bool programmed = false;  // the kernel's table is written at all
  std::optional<std::uint32_t> table{};
  std::optional<std::string> vrf_device{};
  std::optional<std::string> state{};  // installed pending failed foreign missing; null: no route is wished for
  std::vector<HopRow> next_hops{};     // `labels` is the whole stack, outermost first
  std::optional<std::string> error{};  // why it is pending, or the kernel's text
  std::optional<int> kernel_error{};   // an errno
};

// From the instance into the VPN.
struct ExplainExport {
  bool exported = false;
  std::optional<std::string> reason{};  // no_best_path imported no_rd no_export_targets no_label policy not_yet
  std::optional<std::string> policy{};
  std::optional<std::string> rd{};
  std::vector<std::string> targets{};
  std::optional<std::uint32_t> label{};      // that packets for it arrive with
  std::optional<std::string> label_state{};  // of the kernel's entry for it
};

struct ExplainAudience {
  std::string peer{};
  std::optional<std::string> vpn_instance{};
  std::string family{};
  bool advertised = false;
  std::optional<std::string> reason{};  // why not, or `being_sent`
  std::optional<std::string> policy{};
};

struct ExplainAnswer {
  std::string vpn_instance{};
  std::string asked{};
  std::optional<std::string> prefix{};  // that the rest is about
  std::string family{};
  ExplainVerdict verdict = ExplainVerdict::no_route;
  std::string message{};
  std::vector<std::string> unused_more_specific{};  // for an address: longer matches that nothing uses
  std::vector<std::string> import_targets{};
  std::uint64_t path_count = 0;
  std::vector<ExplainPath> paths{};  // the best one first
  std::uint64_t vpn_route_count = 0;
  std::vector<ExplainVpnRoute> vpn_routes{};
  ExplainFib fib{};
  ExplainExport vpn_export{};
  std::uint64_t advertised_to = 0;
  std::uint64_t not_advertised_to = 0;
  std::vector<ExplainAudience> peers{};
};

void write(JsonWriter& out, const ExplainNextHop& row);
void write(JsonWriter& out, const ExplainPath& path);
void write(JsonWriter& out, const ExplainVpnRoute& route);
void write(JsonWriter& out, const ExplainFib& fib);
void write(JsonWriter& out, const ExplainExport& out_of_instance);
void write(JsonWriter& out, const ExplainAudience& peer);
void write(JsonWriter& out, const ExplainAnswer& answer);

}  // namespace vrfd::protocol
