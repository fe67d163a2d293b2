#include "cli/request_params.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include "daemon/protocol/json_writer.h"
#include "daemon/protocol/message.h"
#include "daemon/protocol/refresh_request.h"
#include "daemon/protocol/show_requests.h"
#include "vrf/types/text.h"

namespace vrfd::cli {
namespace {

using namespace protocol;

Family family_of(const Command& command) {
  if (command.has("ipv4-family")) return Family::ipv4;
  if (command.has("ipv6-family")) return Family::ipv6;
  for (const FamilyRow& row : families)
    if (command.has(row.name)) return row.family;
  return Family::ipv4;
}

// The parser has checked every argument, so that the conversions below do not fail.
Selector selector_of(const Command& command) {
  using enum Selector::Kind;
  if (const auto peer = command.argument("PEER"))
    return {.kind = Selector::Kind::peer, .peer = *IpAddress::from(*peer)};
  if (const auto number = command.argument("AS-NUMBER")) return {.kind = as, .as = *asn_from(*number)};
  if (const auto name = command.argument("GROUP")) return {.kind = group, .group = *name};
  if (command.has("internal")) return {.kind = internal};
  if (command.has("external")) return {.kind = external};
  return {.kind = all};
}

std::optional<std::uint64_t> number_of(const Command& command, std::string_view argument) {
  const auto text = command.argument(argument);
  return text ? parse_decimal(*text, UINT64_MAX) : std::nullopt;
}

template <class T>
std::optional<T> value_of(const Command& command, std::string_view argument,
                          std::optional<T> (*from)(std::string_view)) {
  const auto text = command.argument(argument);
  return text ? from(*text) : std::nullopt;
}

std::string refresh(const Command& command, const OptionSet& options) {
  return json_text(RefreshRequest{
      .vpn_instance = command.argument("NAME"),
      .family = family_of(command),
      .selector = selector_of(command),
      .direction = command.has("import") ? Direction::import_routes : Direction::export_routes,
      .dry_run = options.has("--dry-run"),
      .no_wait = options.has("--no-wait"),
      .local = options.has("--local"),
      .timeout_s = options.seconds("--timeout"),
  });
}

std::string reset(const Command& command, const OptionSet& options) {
  return json_text(ResetRequest{
      .vpn_instance = command.argument("NAME"),
      .family = family_of(command),
      .selector = selector_of(command),
      .slow_peer = command.has("slow-peer"),
      .graceful = options.has("--graceful"),
      .reason = options.value("--reason"),
      .dry_run = options.has("--dry-run"),
      .no_wait = options.has("--no-wait"),
      .timeout_s = options.seconds("--timeout"),
  });
}

std::string show_peers(const Command& command, const OptionSet&) {
  return json_text(ShowPeersRequest{.peer = value_of<IpAddress>(command, "PEER", &IpAddress::from),
                                    .vpn_instance = command.argument("NAME")});
}

RouteView view_of(const Command& command) {
  if (command.has("received")) return RouteView::received;
  if (command.has("rejected")) return RouteView::rejected;
  if (command.has("advertised")) return RouteView::advertised;
  return RouteView::accepted_paths;
}

std::string show_routes(const Command& command, const OptionSet&) {
  return json_text(ShowRoutesRequest{
      .vpn_instance = command.argument("NAME"),
      .family = family_of(command),
      .prefix = value_of<Prefix>(command, "PREFIX", &Prefix::from),
      .longer = command.has("longer"),
      .rd = value_of<RouteDistinguisher>(command, "RD", &RouteDistinguisher::from),
      .rt = value_of<RouteTarget>(command, "RT", &RouteTarget::from),
      .peer = value_of<IpAddress>(command, "PEER", &IpAddress::from),
      .view = view_of(command),
      .count = command.has("count"),
  });
}

std::string show_instance(const Command& command, const OptionSet&) {
  return json_text(ShowVpnInstanceRequest{.name = command.argument("NAME")});
}

std::string show_fib(const Command& command, const OptionSet&) {
  return json_text(ShowFibRequest{.vpn_instance = command.argument("NAME"), .drift = command.has("drift")});
}

std::string show_jobs(const Command& command, const OptionSet&) {
  return json_text(ShowJobsRequest{.job = number_of(command, "ID")});
}

std::string show_policy(const Command& command, const OptionSet&) {
  return json_text(ShowPolicyRequest{.name = command.argument("NAME")});
}

std::string explain(const Command& command, const OptionSet&) {
  return json_text(
      ExplainRequest{.vpn_instance = command.argument("NAME").value_or(""),
                     .prefix = value_of<Prefix>(command, "PREFIX", &Prefix::from).value_or(Prefix()),
                     .longest_match = command.argument("PREFIX").value_or("").find('/') == std::string::npos});
}

std::string rollback(const Command& command, const OptionSet&) {
  return json_text(ConfigRollbackRequest{.revision = number_of(command, "N")});
}

std::string monitor(const Command& command, const OptionSet& options) {
  MonitorRequest request{.since = options.value("--since"), .topics = {}};
  for (const char* topic : {"peers", "routes", "fib", "jobs"})
    if (command.has(topic)) request.topics.emplace_back(topic);
  return json_text(request);
}

struct ParamsRow {
  std::string_view method;
  std::string (*params)(const Command& command, const OptionSet& options);
};

// Methods that are not here take no parameters, or a file.
constexpr auto params_rows = std::to_array<ParamsRow>({
    {RefreshRequest::method, &refresh},
    {ResetRequest::method, &reset},
    {ShowPeersRequest::method, &show_peers},
    {ShowRoutesRequest::method, &show_routes},
    {ShowVpnInstanceRequest::method, &show_instance},
    {ShowFibRequest::method, &show_fib},
    {ShowJobsRequest::method, &show_jobs},
    {ShowPolicyRequest::method, &show_policy},
    {ExplainRequest::method, &explain},
    {ConfigRollbackRequest::method, &rollback},
    {MonitorRequest::method, &monitor},
});

// Text is as good as an error to the compiler, so which one it is has to be said.
Result<std::string> success(std::string text) { return {boost::system::in_place_value, std::move(text)}; }

std::string with_file(const Command& command, const OptionSet& options, ConfigText config) {
  if (command.row->method == ConfigApplyRequest::method)
    return json_text(ConfigApplyRequest{.config = std::move(config), .confirm_minutes = options.number("--confirm")});
  return json_text(ConfigCheckRequest{.config = std::move(config)});
}

}  // namespace

Result<std::string> params_of(const Command& command, const OptionSet& options, const FileReader& read_file) {
  if (const auto file = command.argument("FILE")) {
    auto text = read_file(*file);
    if (!text) return text.error();
    return success(with_file(command, options, {.file = *file, .text = std::move(*text)}));
  }
  const auto found = std::ranges::find(params_rows, command.row->method, &ParamsRow::method);
  return success(found == params_rows.end() ? "{}" : found->params(command, options));
}

Result<std::string> read_whole_file(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return error(path + ": " + std::strerror(errno));
  }
  std::istream& in = path == "-" ? std::cin : file;
  // One octet more than fits tells a file that is too large.
  constexpr std::size_t most = line_limit * 9 / 10;
  std::string text(most + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad() || (in.fail() && !in.eof())) return error(path + ": cannot be read");
  if (text.size() > most)
    return error(path + ": larger than a control message; set it as the daemon's file and reload the daemon");
  return success(std::move(text));
}

}  // namespace vrfd::cli
