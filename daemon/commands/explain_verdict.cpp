#include <algorithm>

#include "daemon/commands/explain_parts.h"

namespace vrfd::commands {

using protocol::ExplainAnswer;
using protocol::ExplainPath;
using protocol::ExplainVerdict;

namespace {

ExplainVerdict verdict_of_fib(const protocol::ExplainFib& fib) {
  if (!fib.programmed) return ExplainVerdict::not_programmed;
  if (fib.state == "installed") return ExplainVerdict::forwarded;
  if (fib.state == "failed") return ExplainVerdict::failed;
  if (fib.state == "foreign") return ExplainVerdict::foreign;
  if (fib.state == "missing") return ExplainVerdict::missing;
  return ExplainVerdict::pending;
}

ExplainVerdict verdict_of(const Explained& what, const ExplainAnswer& answer) {
  const auto any = [&](std::string_view verdict) {
    return std::any_of(answer.paths.begin(), answer.paths.end(),
                       [&](const ExplainPath& path) { return path.verdict == verdict; });
  };
  if (what.best() != no_index)
    return answer.paths.front().source == "local" ? ExplainVerdict::local : verdict_of_fib(answer.fib);
  if (any("ineligible")) return ExplainVerdict::ineligible;
  if (any("rejected")) return ExplainVerdict::rejected;
  return answer.vpn_routes.empty() ? ExplainVerdict::no_route : ExplainVerdict::not_imported;
}

std::string from(const ExplainPath& path) {
  if (path.source == "local") return "a " + path.local_kind.value_or("") + " route of this router";
  std::string text = path.peer ? "peer " + *path.peer : "VPN instance " + path.vpn_instance.value_or("");
  if (path.rd) text += ", VPN route under " + *path.rd;
  return text;
}

std::string ways(const std::vector<protocol::HopRow>& hops) {
  std::string text;
  for (const protocol::HopRow& hop : hops) {
    text += text.empty() ? "" : " and ";
    if (hop.via) text += "via " + *hop.via + " ";
    text += "dev " + hop.dev.value_or("-");
    if (hop.labels.empty()) continue;
    text += " labels";
    for (std::uint32_t label : hop.labels) text += " " + std::to_string(label);
  }
  return text;
}

std::string why_unused(const ExplainPath& path) {
  if (path.policy) return from(path) + ": rejected by " + *path.policy;
  return from(path) + ": " + path.reason.value_or("");
}

std::string why_unused(const ExplainAnswer& answer) {
  std::string text;
  for (const ExplainPath& path : answer.paths) {
    if (text.size() > 200) return text + "; …";
    text += (text.empty() ? "" : "; ") + why_unused(path);
  }
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text.empty() ? "none" : text;
}

std::string why_not_imported(const ExplainAnswer& answer) {
  const protocol::ExplainVpnRoute& first = answer.vpn_routes.front();
  std::string text = "the VPN route under " + first.rd;
  if (first.policy)
    text += " is rejected by " + *first.policy;
  else if (first.reason == "no_common_target")
    text += " has the targets " + joined(first.targets) + ", the instance imports " + joined(answer.import_targets);
  else
    text += ": " + first.reason;
  if (answer.vpn_route_count > 1) text += "; " + std::to_string(answer.vpn_route_count - 1) + " more are not imported";
  return text;
}

std::string message_of(const ExplainAnswer& answer) {
  const std::string what = answer.prefix.value_or(answer.asked) + " in VPN instance " + answer.vpn_instance;
  const std::string error = answer.fib.error.value_or("the kernel has not answered yet");
  const auto best = [&] { return from(answer.paths.front()); };
  switch (answer.verdict) {
    case ExplainVerdict::forwarded:
      return what + " is forwarded " + ways(answer.fib.next_hops) + ", from " + best();
    case ExplainVerdict::local:
      return what + " is this router's own: " + best() + "; vrfd programs no route for it";
    case ExplainVerdict::pending:
      return what + " has a best path from " + best() + ", which is not in the kernel: " + error;
    case ExplainVerdict::failed:
      return what + " was refused by the kernel: " + error;
    case ExplainVerdict::foreign:
      return what + " is held by a route of another program; `fib audit repair` takes the place back";
    case ExplainVerdict::missing:
      return what + " was lost by the kernel and is sent again";
    case ExplainVerdict::not_programmed:
      return what + " has a best path from " + best() + ", and the configuration says that none is programmed";
    case ExplainVerdict::ineligible:
      return what + " has no path that can be used: " + why_unused(answer);
    case ExplainVerdict::rejected:
      return what + " is rejected: " + why_unused(answer);
    case ExplainVerdict::not_imported:
      return what + " is not imported: " + why_not_imported(answer);
    case ExplainVerdict::no_route:
      break;
  }
  return "nobody has announced " + what;
}

}  // namespace

void explain_verdict(const Explained& what, ExplainAnswer& answer) {
  answer.verdict = verdict_of(what, answer);
  answer.message = message_of(answer);
}

}  // namespace vrfd::commands
