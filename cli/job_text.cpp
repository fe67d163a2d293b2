#include "cli/job_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "cli/cells.h"
#include "daemon/protocol/job_answer.h"

namespace vrfd::cli {
namespace {

const Json& list_at(const Json& object, const char* key) {
  static const Json none = Json::array();
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : none;
}

Json member(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() ? *found : Json();
}

bool is_dry_run(const Json& job) { return cell_at(job, "dry_run") == "yes"; }

void write_heading(std::ostream& out, const Json& job) {
  out << cell_at(job, "kind");
  if (const std::string direction = cell_at(job, "direction"); direction != "-") out << ' ' << direction;
  if (is_dry_run(job)) {
    out << ": dry run, nothing was changed\n";
    return;
  }
  out << ": " << cell_at(job, "state") << " after " << cell_at(job, "elapsed_ms") << " ms (job " << cell_at(job, "job")
      << ")\n";
}

void write_peers(std::ostream& out, const Json& job) {
  const Json& peers = list_at(job, "peers");
  if (peers.empty()) {
    out << "no peer is concerned\n";
    return;
  }
  const bool refresh = cell_at(job, "kind") == "refresh";
  std::vector<std::vector<std::string>> rows{{"PEER", "VPN-INSTANCE", "FAMILY", "STATE", "REASON"}};
  if (refresh) rows[0].insert(rows[0].end(), {"METHOD", "EXAMINED", "ACCEPTED", "REJECTED", "CHANGED"});
  for (const Json& peer : peers) {
    std::vector<std::string> row;
    for (const char* key : {"peer", "vpn_instance", "family", "state", "reason"}) row.push_back(cell_at(peer, key));
    if (refresh) {
      const Json routes = member(peer, "routes");
      row.push_back(cell_at(peer, "method"));
      for (const char* key : {"examined", "accepted", "rejected", "changed"}) row.push_back(cell_at(routes, key));
    }
    rows.push_back(std::move(row));
  }
  write_table(out, rows);
}

void write_effects(std::ostream& out, const Json& job) {
  for (const Json& instance : list_at(job, "vpn_instances"))
    out << (cell_at(instance, "name") == "-" ? "public instance" : "VPN instance " + cell_at(instance, "name")) << ": "
        << cell_at(instance, "added") << " added, " << cell_at(instance, "changed") << " changed, "
        << cell_at(instance, "withdrawn") << " withdrawn\n";
  const Json fib = member(job, "fib");
  out << "kernel: " << cell_at(fib, "added") << " added, " << cell_at(fib, "replaced") << " replaced, "
      << cell_at(fib, "deleted") << " deleted, " << cell_at(fib, "failed") << " failed, " << cell_at(fib, "acked")
      << " acknowledged\n";
}

}  // namespace

void write_job(std::ostream& out, const Json& job) {
  write_heading(out, job);
  write_peers(out, job);
  write_effects(out, job);
}

void write_blast_radius(std::ostream& out, const Json& job) {
  std::vector<std::pair<std::string, std::string>> sessions;  // name, families
  for (const Json& peer : list_at(job, "peers")) {
    std::string name = cell_at(peer, "peer");
    if (const auto instance = cell_at(peer, "vpn_instance"); instance != "-") name += " of VPN instance " + instance;
    auto found = std::ranges::find(sessions, name, &std::pair<std::string, std::string>::first);
    if (found == sessions.end()) found = sessions.insert(found, {name, ""});
    found->second += " " + cell_at(peer, "family");
  }
  out << "This drops " << sessions.size() << (sessions.size() == 1 ? " session:\n" : " sessions:\n");
  for (const auto& [name, families] : sessions) out << "  " << name << ":" << families << '\n';
  for (const Json& instance : list_at(job, "vpn_instances"))
    out << "In " << (cell_at(instance, "name") == "-" ? "the public instance" : cell_at(instance, "name")) << " "
        << cell_at(instance, "withdrawn") << " prefixes lose their only path, " << cell_at(instance, "changed")
        << " move to another.\n";
}

std::string progress_text(const Json& progress) {
  std::string text = cell_at(progress, "stage") + " " + cell_at(progress, "done");
  if (const std::string total = cell_at(progress, "total"); total != "-") text += " of " + total;
  return text;
}

protocol::ExitCode exit_code_of_job(const Json& job) {
  const std::string state = cell_at(job, "state");
  const auto found = std::ranges::find(protocol::job_states, state, &protocol::JobStateRow::name);
  return found == protocol::job_states.end() ? protocol::ExitCode::failed : found->exit;
}

}  // namespace vrfd::cli
