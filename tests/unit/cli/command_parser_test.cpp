#include "cli/command_parser.h"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "cli/option_set.h"
#include "cli/request_params.h"
#include "daemon/protocol/refresh_request.h"
#include "daemon/protocol/show_requests.h"

using namespace vrfd;
using namespace vrfd::cli;
using nlohmann::json;

namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

constexpr const char* golden = "tests/golden/cli/commands.jsonl";  // CTest runs the tests in the project's folder

struct Outcome {
  std::string fault;
  std::string method;
  std::string params;
};

Outcome outcome_of(const std::string& text) {
  const Arguments arguments = split_arguments(words_of(text));
  if (arguments.fault) return {arguments.fault->message, "", ""};
  const auto parsed = parse_command(arguments.words);
  if (const auto* fault = std::get_if<WordFault>(&parsed)) return {fault->message, "", ""};
  const Command& command = std::get<Command>(parsed);
  if (const auto fault = arguments.options.unfit_for(*command.row)) return {fault->message, "", ""};
  const FileReader reader = [](const std::string&) { return Result<std::string>(boost::system::in_place_value, "{}"); };
  return {"", std::string(command.row->method), *params_of(command, arguments.options, reader)};
}

std::vector<std::string> expected_words(const std::string& text) {
  CommandWalk walk;
  for (const std::string& word : words_of(text)) REQUIRE_FALSE(walk.step(word));
  std::vector<std::string> words;
  for (const Expected& expected : walk.expected()) words.emplace_back(expected.word);
  return words;
}

}  // namespace

TEST_CASE("command_parser: the golden commands") {
  std::ifstream file(golden);
  REQUIRE(file);
  std::size_t cases = 0;
  for (std::string line; std::getline(file, line); ++cases) {
    const json wanted = json::parse(line);
    const Outcome outcome = outcome_of(wanted["words"]);
    CAPTURE(line);
    if (wanted.contains("fault")) {
      CHECK(outcome.method.empty());
      CHECK_MESSAGE(outcome.fault.find(wanted["fault"].get<std::string>()) != std::string::npos, outcome.fault);
      continue;
    }
    CHECK(outcome.fault == "");
    CHECK(outcome.method == wanted["method"].get<std::string>());
    if (!outcome.params.empty()) CHECK(json::parse(outcome.params) == wanted["params"]);
  }
  CHECK(cases > 60);
}

TEST_CASE("command_parser: what the client sends, the daemon reads") {
  const auto read_back = [](const std::string& text, auto from) {
    const auto request = from(json::parse(outcome_of(text).params));
    CHECK_MESSAGE(request.has_value(), text);
  };
  read_back("ref b vpnv4 1.1 import --timeout 1", &protocol::RefreshRequest::from);
  read_back("reset bgp vpnv4 slow-peer --reason x", &protocol::ResetRequest::from);
  read_back("show bgp peer 192.0.2.1", &protocol::ShowPeersRequest::from);
  read_back("show bgp ipv6 routes 2001:db8::/32 longer", &protocol::ShowRoutesRequest::from);
  read_back("show vpn-instance red", &protocol::ShowVpnInstanceRequest::from);
  read_back("show fib drift", &protocol::ShowFibRequest::from);
  read_back("show jobs 1", &protocol::ShowJobsRequest::from);
  read_back("show policy x", &protocol::ShowPolicyRequest::from);
  read_back("show status", &protocol::ShowStatusRequest::from);
  read_back("explain vpn-instance red 10.0.0.0/8", &protocol::ExplainRequest::from);
  read_back("config check FILE", &protocol::ConfigCheckRequest::from);
  read_back("config diff FILE", &protocol::ConfigDiffRequest::from);
  read_back("config apply FILE --confirm 1", &protocol::ConfigApplyRequest::from);
  read_back("config rollback 1", &protocol::ConfigRollbackRequest::from);
  read_back("monitor fib", &protocol::MonitorRequest::from);
}

TEST_CASE("command_parser: what may come next") {
  using List = std::vector<std::string>;
  CHECK(expected_words("reset bgp vpnv6 2001:db8::1") == List{"slow-peer", ""});
  CHECK(expected_words("refresh bgp vpnv4 all") == List{"import", "export"});
  CHECK(expected_words("fib audit") == List{"repair", ""});
  CHECK(expected_words("monitor fib") == List{"peers", "routes", "jobs", ""});
  CHECK(expected_words("").size() == 8);
}

TEST_CASE("command_parser: no words make a refresh and a reset the same") {
  const std::vector<std::string> pool{"re",    "ref",          "res",   "refresh",     "reset", "bgp",     "b",
                                      "vpnv4", "vpn-instance", "red",   "ipv4-family", "all",   "import",  "export",
                                      "i",     "slow-peer",    "65001", "192.0.2.1",   "group", "internal"};
  std::mt19937 random(11);
  int understood = 0;
  for (int round = 0; round < 100000; ++round) {
    std::vector<std::string> words{pool[random() % 5], "b"};
    for (auto n = random() % 7; n > 0; --n) words.push_back(pool[random() % pool.size()]);
    const auto parsed = parse_command(words);
    const auto* command = std::get_if<Command>(&parsed);
    if (!command) continue;
    ++understood;
    const bool directed = command->has("import") || command->has("export");
    CHECK((command->row->method == "refresh_bgp") == directed);
    CHECK((command->row->method == "refresh_bgp") == words[0].starts_with("ref"));
    CHECK((command->row->method == "reset_bgp") == words[0].starts_with("res"));
  }
  CHECK(understood > 100);
}
