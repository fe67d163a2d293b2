#include "cli/explain_text.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/protocol/explain_answer.h"
#include "daemon/protocol/json_writer.h"

using namespace vrfd;
using namespace vrfd::protocol;

namespace {

std::string text_of(const ExplainAnswer& answer) {
  std::ostringstream out;
  cli::write_explanation(out, cli::Json::parse(json_text(answer)));
  return out.str();
}

bool has(const std::string& text, const char* line) { return text.find(line) != std::string::npos; }

ExplainAnswer forwarded() {
  ExplainAnswer answer{.vpn_instance = "red", .asked = "10.1.0.0/16", .verdict = ExplainVerdict::forwarded};
  answer.message = "it is";
  ExplainPath best{.source = "vpn", .peer = "10.255.0.2", .rd = "65000:9", .verdict = "best"};
  best.route.next_hop = "10.255.0.9";
  best.route.labels = {900};
  best.resolution = ExplainNextHop{.next_hop = "10.255.0.9", .state = "reachable", .resolved_by = "10.255.0.9/32"};
  best.resolution->next_hops = {{.via = "172.16.0.2", .dev = "core", .labels = {1001}}};
  ExplainPath rejected{.source = "peer", .peer = "192.0.2.2", .verdict = "rejected", .reason = "policy"};
  rejected.policy = "ce term 1";
  answer.paths = {best, rejected};
  answer.path_count = 7;
  answer.fib = {.programmed = true, .table = 1001, .vrf_device = "red", .state = "installed"};
  answer.fib.next_hops = {{.via = "172.16.0.2", .dev = "core", .labels = {1001, 900}}};
  answer.vpn_export.reason = "imported";
  answer.advertised_to = 1;
  answer.peers = {{.peer = "192.0.2.2", .family = "ipv4", .advertised = true},
                  {.peer = "192.0.2.3", .family = "ipv4", .reason = "policy", .policy = "out term 2"}};
  return answer;
}

}  // namespace

TEST_CASE("an explanation for people: the verdict, then the way of the route") {
  const std::string text = text_of(forwarded());
  CHECK(text.starts_with("forwarded: it is\n"));
  CHECK(has(text, "VPN route 65000:9 from peer 10.255.0.2: best\n"));
  CHECK(has(text, "next hop 10.255.0.9 is reachable by 10.255.0.9/32: via 172.16.0.2 dev core labels 1001\n"));
  CHECK(has(text, "peer 192.0.2.2: rejected by ce term 1\n"));
  CHECK(has(text, "… of 7 in all\n"));
  CHECK(has(text, "Kernel: installed in table 1001 of red: via 172.16.0.2 dev core labels 1001 900\n"));
  CHECK(has(text, "Into the VPN: no, imported\n"));
  CHECK(has(text, "192.0.2.2 ipv4: yes\n"));
  CHECK(has(text, "192.0.2.3 ipv4: no - policy by out term 2\n"));
}

TEST_CASE("an explanation of what is not imported lists targets") {
  ExplainAnswer answer{.verdict = ExplainVerdict::not_imported, .import_targets = {"65000:100"}};
  answer.vpn_routes = {{.rd = "65000:9", .peer = "10.255.0.2", .reason = "no_common_target", .targets = {"65000:999"}}};
  answer.vpn_route_count = 1;
  const std::string text = text_of(answer);
  CHECK(has(text, "not imported (import targets 65000:100):\n"));
  CHECK(has(text, "65000:9 from peer 10.255.0.2: no_common_target, targets 65000:999\n"));
  CHECK(has(text, "Paths: none\n"));
  CHECK(has(text, "Kernel: nothing is programmed here\n"));
}

TEST_CASE("only a prefix that nobody has is not found") {
  for (const ExplainVerdictRow& row : explain_verdicts) {
    CHECK(name_of(row.verdict) == row.name);
    const ExplainAnswer answer{.verdict = row.verdict};
    const bool none = answer.verdict == ExplainVerdict::no_route;
    CHECK(cli::exit_code_of_explanation(cli::Json::parse(json_text(answer))) ==
          (none ? ExitCode::not_found : ExitCode::done));
  }
}
