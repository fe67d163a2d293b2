// The client against a server of its own, whose methods answer what each test wants; the server runs on a thread.
#include "cli/run.h"

#include <doctest/doctest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "daemon/control/server.h"
#include "daemon/protocol/answers.h"
#include "daemon/protocol/bgp_rows.h"
#include "daemon/protocol/config_answers.h"
#include "daemon/protocol/job_answer.h"
#include "daemon/protocol/refresh_request.h"
#include "daemon/protocol/show_requests.h"

using namespace vrfd;
using namespace vrfd::protocol;
using control::Responder;
using nlohmann::json;

namespace {

class Daemon {
 public:
  explicit Daemon(const std::function<void(control::Methods&)>& add_methods) {
    std::string pattern = (std::filesystem::temp_directory_path() / "vrfd-run-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    add_methods(methods_);
    auto opened = control::Server::open(io_, socket(), methods_);
    REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
    server_.emplace(std::move(*opened));
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Daemon() {
    boost::asio::post(io_, [this] { server_.reset(); });
    work_.reset();
    io_.stop();
    thread_.join();
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::string socket() const { return folder_ + "/vrfd.sock"; }
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ = boost::asio::make_work_guard(io_);
  control::Methods methods_;
  std::optional<control::Server> server_;
  std::thread thread_;
};

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
  json answer() const { return json::parse(out); }
};

Outcome run(std::vector<std::string> words, const std::string& typed = "", bool terminal = false) {
  std::ostringstream out, err;
  std::istringstream in(typed);
  Outcome outcome;
  outcome.code = cli::run(words, {.out = out, .err = err, .in = in, .asks = terminal, .shows_progress = terminal});
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

std::vector<std::string> words_of(const std::string& text, const Daemon& daemon) {
  std::istringstream in("--socket " + daemon.socket() + " " + text);
  return {std::istream_iterator<std::string>(in), {}};
}

JobAnswer job_of(JobState state) {
  JobAnswer job{.job = 17, .kind = "refresh", .direction = "import", .state = state, .elapsed_ms = 412};
  job.peers.push_back(
      {.peer = "192.0.2.2", .vpn_instance = "red", .family = "ipv4", .state = "done", .method = {"stored"}});
  job.vpn_instances.push_back({.name = "red", .changed = 40, .withdrawn = 100});
  return job;
}

}  // namespace

TEST_CASE("run: the state of a job is the exit code") {
  JobState state = JobState::done;
  Daemon daemon([&](control::Methods& methods) {
    methods.add<RefreshRequest>([&](const RefreshRequest&, Responder responder) { responder.result(job_of(state)); });
  });
  const std::vector<std::pair<JobState, int>> codes{{JobState::done, 0},
                                                    {JobState::running, 0},
                                                    {JobState::partial, 5},
                                                    {JobState::failed, 1},
                                                    {JobState::timed_out, 6}};
  for (const auto& [made, code] : codes) {
    state = made;
    const Outcome json_outcome = run(words_of("--json refresh bgp vpnv4 all import", daemon));
    CHECK(json_outcome.code == code);
    CHECK(json_outcome.answer()["state"] == std::string(name_of(made)));
    CHECK(json_outcome.out.starts_with(R"({"schema":"vrfd.job/1","job":17,)"));
    CHECK(run(words_of("refresh bgp vpnv4 all import", daemon)).code == code);
  }
}

TEST_CASE("run: a job for people") {
  Daemon daemon([](control::Methods& methods) {
    methods.add<RefreshRequest>([](const RefreshRequest&, Responder responder) {
      responder.progress(JobProgress{.job = 17, .stage = "peer_refresh", .done = 3, .total = 9});
      responder.result(job_of(JobState::done));
    });
  });
  const Outcome outcome = run(words_of("refresh bgp vpnv4 all import", daemon), "", true);
  CHECK(outcome.out.find("refresh import: done after 412 ms (job 17)") == 0);
  CHECK(outcome.out.find("VPN instance red: 0 added, 40 changed, 100 withdrawn") != std::string::npos);
  CHECK(outcome.err.find("peer_refresh 3 of 9") != std::string::npos);
  CHECK(run(words_of("refresh bgp vpnv4 all import", daemon)).err.empty());
}

TEST_CASE("run: errors have their exit codes, as JSON on standard output, else as text on standard error") {
  Daemon daemon([](control::Methods& methods) {
    methods.add<RefreshRequest>([](const RefreshRequest&, Responder responder) {
      responder.error(
          {.code = ErrorCode::unknown_vpn_instance, .message = "no VPN instance", .at = "rad", .known = {"red"}});
    });
    methods.add<ConfigApplyRequest>([](const ConfigApplyRequest& request, Responder responder) {
      ErrorAnswer error{.code = ErrorCode::invalid_config, .message = "1 error", .at = request.config.text};
      error.faults.push_back({.pointer = "/as", .line = 2, .message = "is a text", .expected = "a number"});
      responder.error(error);
    });
  });
  const Outcome unknown = run(words_of("--json refresh bgp vpn-instance rad ipv4-family all import", daemon));
  CHECK(unknown.code == 3);
  CHECK(unknown.answer()["error"]["code"] == "unknown_vpn_instance");
  CHECK(unknown.answer()["error"]["message"] == "no VPN instance");
  CHECK(unknown.answer()["error"]["at"] == "rad");
  CHECK(unknown.answer()["error"]["known"] == json::parse(R"(["red"])"));
  const Outcome text = run(words_of("refresh bgp vpn-instance rad ipv4-family all import", daemon));
  CHECK(text.code == 3);
  CHECK(text.out.empty());
  CHECK(text.err == "vrfctl: no VPN instance: rad\nknown: red\n");

  std::ofstream(daemon.folder() + "/c.json") << "{}";
  const Outcome config = run(words_of("config apply " + daemon.folder() + "/c.json", daemon));
  CHECK(config.code == 1);
  CHECK(config.err.find("line 2, /as: is a text; expected a number") != std::string::npos);
  CHECK(run(words_of("config apply " + daemon.folder() + "/missing.json", daemon)).code == 2);
  const Outcome unsupported = run(words_of("--json doctor", daemon));
  CHECK(unsupported.code == 1);
  CHECK(unsupported.answer()["error"]["code"] == "not_supported");
}

TEST_CASE("run: usage errors and an unreachable daemon") {
  const Outcome usage = run({"--json", "refresh", "bgp", "vpnv4", "all"});
  CHECK(usage.code == 2);
  CHECK(usage.answer()["error"]["code"] == "usage");
  CHECK(run({}).code == 2);
  CHECK(run({}).err.find("usage:") != std::string::npos);
  const Outcome gone = run({"--json", "--socket", "/nonexistent/vrfd.sock", "show", "status"});
  CHECK(gone.code == 4);
  CHECK(gone.answer()["error"]["code"] == "unreachable");
  CHECK(run({"--version"}).out == "vrfctl " VRFD_VERSION "\n");
  CHECK(run({"--help", "show"}).out.find("show status") != std::string::npos);
  CHECK(run({"show", "?"}).code == 0);
}

TEST_CASE("run: VRFD_SOCKET names the socket, --socket wins over it") {
  Daemon daemon([](control::Methods& methods) {
    methods.add<ShowPendingRequest>(
        [](const ShowPendingRequest&, Responder responder) { responder.result(PendingAnswer{}); });
  });
  ::setenv("VRFD_SOCKET", daemon.socket().c_str(), 1);
  CHECK(run({"--json", "show", "pending"}).answer() == json::parse(R"({"schema":"vrfd.show_pending/1","pending":[]})"));
  CHECK(run({"--socket", "/nonexistent/vrfd.sock", "show", "pending"}).code == 4);
  ::unsetenv("VRFD_SOCKET");
}

TEST_CASE("run: a long list is one row a line, and last their number") {
  Daemon daemon([](control::Methods& methods) {
    methods.add<ShowFibRequest>([](const ShowFibRequest&, Responder responder) {
      for (std::uint32_t i = 0; i < 1000; ++i)
        responder.row(FibRow{.table = i, .prefix = "10.0.0.0/8", .state = "installed"});
      responder.end();
    });
  });
  const Outcome outcome = run(words_of("--json show fib", daemon));
  CHECK(outcome.code == 0);
  std::istringstream lines(outcome.out);
  std::vector<json> rows;
  for (std::string line; std::getline(lines, line);) rows.push_back(json::parse(line));
  REQUIRE(rows.size() == 1001);
  CHECK(rows[999]["table"] == 999);
  CHECK(rows[1000] == json::parse(R"({"schema":"vrfd.show_fib/1","rows":1000})"));
  const Outcome table = run(words_of("show fib", daemon));
  CHECK(table.out.find("VPN-INSTANCE  TABLE    PREFIX") == 0);
  CHECK(table.out.ends_with("1000 rows\n"));
}

TEST_CASE("run: --timeout bounds the wait") {
  std::vector<std::shared_ptr<Responder>> kept;
  Daemon daemon([&](control::Methods& methods) {
    methods.add<ShowStatusRequest>([&](const ShowStatusRequest&, Responder responder) {
      kept.push_back(std::make_shared<Responder>(std::move(responder)));
    });
  });
  const Outcome outcome = run(words_of("--json --timeout 0.05 show status", daemon));
  CHECK(outcome.code == 6);
  CHECK(outcome.answer()["error"]["code"] == "timed_out");
}

TEST_CASE("run: on a terminal a reset shows what it interrupts and asks") {
  int dry = 0, wet = 0;
  Daemon daemon([&](control::Methods& methods) {
    methods.add<ResetRequest>([&](const ResetRequest& request, Responder responder) {
      ++(request.dry_run ? dry : wet);
      JobAnswer job = job_of(JobState::done);
      job.kind = "reset";
      job.direction.reset();
      job.dry_run = request.dry_run;
      responder.result(job);
    });
  });
  const auto reset = [&](const std::string& options, const char* typed, bool terminal) {
    dry = wet = 0;
    return run(words_of(options + " reset bgp vpnv4 all", daemon), typed, terminal);
  };
  const Outcome asked = reset("", "y\n", true);
  CHECK(asked.code == 0);
  CHECK((dry == 1 && wet == 1));
  CHECK(asked.err.find("This drops 1 session:\n  192.0.2.2 of VPN instance red: ipv4\n") != std::string::npos);
  CHECK(asked.err.find("In red 100 prefixes lose their only path") != std::string::npos);
  for (const char* typed : {"n\n", "\n", ""}) {
    CHECK(reset("", typed, true).code == 1);
    CHECK((dry == 1 && wet == 0));
  }
  CHECK(reset("--yes", "", true).code == 0);
  CHECK((dry == 0 && wet == 1));
  CHECK(reset("", "", false).code == 0);
  CHECK((dry == 0 && wet == 1));
  CHECK(reset("--dry-run", "", true).out.find("reset: dry run, nothing was changed") == 0);
  CHECK((dry == 1 && wet == 0));
}

TEST_CASE("run: the configuration is shown as it is written") {
  const std::string text = "{\n\t\"as\": 65000, // ours\x1B[2J\n}";
  Daemon daemon([&](control::Methods& methods) {
    methods.add<ConfigShowRequest>([&](const ConfigShowRequest&, Responder responder) {
      responder.result(ConfigShowAnswer{.file = "/etc/vrfd/vrfd.json", .revision = 3, .text = text});
    });
  });
  CHECK(run(words_of("config show", daemon)).out == "{\n\t\"as\": 65000, // ours\\x1b[2J\n}\n");
  const json answer = run(words_of("--json config show", daemon)).answer();
  CHECK(answer["text"] == text);
  CHECK(answer["revision"] == 3);
}

TEST_CASE("run: what a peer sent cannot drive the terminal") {
  Daemon daemon([](control::Methods& methods) {
    methods.add<ShowPeersRequest>([](const ShowPeersRequest&, Responder responder) {
      PeersAnswer answer;
      answer.peers.resize(2);
      answer.peers[0].peer = "192.0.2.1";
      answer.peers[1].group = "\x1B[2J";
      answer.peers[1].uptime_s = 90061;
      responder.result(answer);
    });
  });
  const Outcome outcome = run(words_of("show bgp peer", daemon));
  CHECK(outcome.out.find('\x1B') == std::string::npos);
  CHECK(outcome.out.find("\\x1b[2J") != std::string::npos);
  CHECK(outcome.out.find("1d01h") != std::string::npos);
}
