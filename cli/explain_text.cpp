#include "cli/explain_text.h"

#include <nlohmann/json.hpp>

#include "cli/cells.h"

namespace vrfd::cli {
namespace {

const Json& member(const Json& object, const char* key) {
  static const Json none;
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() ? *found : none;
}

bool given(const Json& object, const char* key) { return cell_at(object, key) != "-"; }

// " word value" where there is a value.
std::string labelled(const std::string& word, const Json& object, const char* key) {
  return given(object, key) ? " " + word + " " + cell_at(object, key) : "";
}

std::string source_of(const Json& path) {
  const std::string source = cell_at(path, "source");
  if (source == "local") return cell_at(path, "local_kind") + " route of this router";
  if (source == "peer") return "peer " + cell_at(path, "peer");
  const std::string whence =
      given(path, "peer") ? "peer " + cell_at(path, "peer") : "VPN instance " + cell_at(path, "vpn_instance");
  return "VPN route " + cell_at(path, "rd") + " from " + whence;
}

void write_resolution(std::ostream& out, const Json& resolution) {
  if (!resolution.is_object()) return;
  out << "    next hop " << cell_at(resolution, "next_hop") << " is " << cell_at(resolution, "state");
  if (given(resolution, "resolved_by"))
    out << " by " << cell_at(resolution, "resolved_by") << ": " << hops_cell(member(resolution, "next_hops"));
  out << '\n';
}

void write_path(std::ostream& out, const Json& path) {
  const Json& route = member(path, "route");
  out << "  " << source_of(path) << ": " << cell_at(path, "verdict");
  if (given(path, "policy"))
    out << " by " << cell_at(path, "policy");
  else if (given(path, "reason"))
    out << ", " << cell_at(path, "reason");
  if (cell_at(path, "stale") == "yes") out << ", stale";
  out << "\n   " << labelled("next-hop", route, "next_hop") << labelled("labels", route, "labels")
      << labelled("local-pref", route, "local_preference") << labelled("med", route, "med") << " as-path "
      << path_cell(member(route, "as_path")) << " origin " << cell_at(route, "origin")
      << labelled("communities", route, "communities")
      << labelled("extended-communities", route, "extended_communities") << '\n';
  write_resolution(out, member(path, "resolution"));
}

void write_vpn_route(std::ostream& out, const Json& route) {
  out << "  " << cell_at(route, "rd")
      << (given(route, "peer") ? " from peer " + cell_at(route, "peer")
                               : " of VPN instance " + cell_at(route, "vpn_instance"))
      << ": " << cell_at(route, "reason") << labelled("by", route, "policy") << ", targets "
      << cell_at(route, "targets") << '\n';
}

void write_fib(std::ostream& out, const Json& fib) {
  out << "Kernel: ";
  if (cell_at(fib, "programmed") != "yes") {
    out << "nothing is programmed here\n";
    return;
  }
  out << (given(fib, "state") ? cell_at(fib, "state") : "no route is wished for") << " in table "
      << cell_at(fib, "table") << labelled("of", fib, "vrf_device");
  if (!member(fib, "next_hops").empty()) out << ": " << hops_cell(member(fib, "next_hops"));
  if (given(fib, "error")) out << " (" << cell_at(fib, "error") << ")";
  out << '\n';
}

void write_export(std::ostream& out, const Json& exported) {
  out << "Into the VPN: ";
  if (cell_at(exported, "exported") == "yes")
    out << "as " << cell_at(exported, "rd") << " with the targets " << cell_at(exported, "targets")
        << labelled("and label", exported, "label") << labelled("that is", exported, "label_state") << '\n';
  else
    out << "no, " << cell_at(exported, "reason") << labelled("by", exported, "policy") << '\n';
}

void write_peers(std::ostream& out, const Json& answer) {
  out << "Told to " << cell_at(answer, "advertised_to") << " peers, not to " << cell_at(answer, "not_advertised_to")
      << '\n';
  for (const Json& peer : member(answer, "peers"))
    out << "  " << cell_at(peer, "peer") << ' ' << cell_at(peer, "family")
        << (cell_at(peer, "advertised") == "yes" ? ": yes" : ": no") << labelled("-", peer, "reason")
        << labelled("by", peer, "policy") << '\n';
}

void write_cut(std::ostream& out, const Json& list, const std::string& count) {
  if (std::to_string(list.size()) != count) out << "  … of " << count << " in all\n";
}

}  // namespace

void write_explanation(std::ostream& out, const Json& answer) {
  out << cell_at(answer, "verdict") << ": " << cell_at(answer, "message") << '\n';
  if (given(answer, "unused_more_specific"))
    out << "More specific, not used: " << cell_at(answer, "unused_more_specific") << '\n';
  const Json& paths = member(answer, "paths");
  out << (paths.empty() ? "Paths: none\n" : "Paths:\n");
  for (const Json& path : paths) write_path(out, path);
  write_cut(out, paths, cell_at(answer, "path_count"));
  const Json& routes = member(answer, "vpn_routes");
  if (!routes.empty())
    out << "VPN routes that are not imported (import targets " << cell_at(answer, "import_targets") << "):\n";
  for (const Json& route : routes) write_vpn_route(out, route);
  write_cut(out, routes, cell_at(answer, "vpn_route_count"));
  write_fib(out, member(answer, "fib"));
  write_export(out, member(answer, "export"));
  write_peers(out, answer);
}

protocol::ExitCode exit_code_of_explanation(const Json& answer) {
  return cell_at(answer, "verdict") == "no_route" ? protocol::ExitCode::not_found : protocol::ExitCode::done;
}

}  // namespace vrfd::cli
