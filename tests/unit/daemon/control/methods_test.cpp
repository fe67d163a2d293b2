#include "daemon/control/methods.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "daemon/protocol/job_answer.h"
#include "daemon/protocol/refresh_request.h"
#include "daemon/protocol/show_requests.h"

using namespace vrfd::control;
using namespace vrfd::protocol;
using nlohmann::json;

namespace {

class FakeChannel : public Channel {
 public:
  void write(std::string line) override { lines.push_back(std::move(line)); }
  bool open() const override { return is_open; }
  bool ready() const override { return is_open && is_ready; }
  void on_ready(std::function<void()> callback) override { waiting = std::move(callback); }
  void finished() override { ++answers; }

  json last() const { return json::parse(lines.back()); }
  std::string last_code() const { return last()["error"]["data"]["code"]; }

  std::vector<std::string> lines;
  std::function<void()> waiting;
  bool is_open = true;
  bool is_ready = true;
  int answers = 0;
};

struct Bench {
  std::shared_ptr<FakeChannel> channel = std::make_shared<FakeChannel>();
  Methods methods;
  bool call(std::string_view method, std::string_view params = "{}", Role role = Role::change) {
    return methods.dispatch(call_line_of(method, params), channel, Caller{.role = role});
  }
  static std::string call_line_of(std::string_view method, std::string_view params) {
    return R"({"jsonrpc":"2.0","id":5,"method":")" + std::string(method) + R"(","params":)" + std::string(params) + "}";
  }
};

}  // namespace

TEST_CASE("methods: a call reaches its function, its answer carries its id") {
  Bench bench;
  std::string seen;
  bench.methods.add<ShowVpnInstanceRequest>([&](const ShowVpnInstanceRequest& request, Responder responder) {
    seen = request.name.value_or("");
    CHECK(responder.caller().role == Role::look);
    responder.result(JobsAnswer{});
  });
  CHECK(bench.call("show_vpn_instance", R"({"name":"red"})", Role::look));
  CHECK(seen == "red");
  CHECK(bench.channel->last()["id"] == 5);
  CHECK(bench.channel->last()["result"]["jobs"] == json::array());
  CHECK(bench.channel->answers == 1);
}

TEST_CASE("methods: what cannot be run is an error") {
  Bench bench;
  bool called = false;
  bench.methods.add<RefreshRequest>([&](const RefreshRequest&, Responder) { called = true; });
  bench.call("no_such_method");
  CHECK(bench.channel->last_code() == "unknown_method");
  CHECK(bench.channel->last()["error"]["code"] == -32601);
  bench.call("doctor");
  CHECK(bench.channel->last_code() == "not_supported");
  bench.call("refresh_bgp", R"({"family":"vpnv4","selector":"all","direction":"import"})", Role::look);
  CHECK(bench.channel->last_code() == "not_permitted");
  bench.call("refresh_bgp", R"({"family":"vpnv4","selector":"all"})");
  CHECK(bench.channel->last_code() == "usage");
  CHECK(bench.channel->answers == 4);
  CHECK_FALSE(called);
  CHECK_FALSE(bench.methods.dispatch("rubbish", bench.channel, Caller{}));
  CHECK(bench.channel->last_code() == "parse_error");
  CHECK(bench.channel->answers == 4);
}

TEST_CASE("methods: a notification is done and not answered") {
  Bench bench;
  int calls = 0;
  bench.methods.add<ShowStatusRequest>([&](const ShowStatusRequest&, Responder responder) {
    ++calls;
    CHECK(responder.closed());
    responder.result(JobsAnswer{});
  });
  CHECK_FALSE(bench.methods.dispatch(R"({"jsonrpc":"2.0","method":"show_status"})", bench.channel, Caller{}));
  CHECK(calls == 1);
  CHECK(bench.channel->lines.empty());
}

TEST_CASE("responder: kept and answered later; dropped unanswered says so") {
  Bench bench;
  std::unique_ptr<Responder> kept;
  bench.methods.add<ShowStatusRequest>(
      [&](const ShowStatusRequest&, Responder responder) { kept = std::make_unique<Responder>(std::move(responder)); });
  bench.call("show_status");
  CHECK(bench.channel->lines.empty());
  CHECK_FALSE(kept->closed());
  kept->progress(JobProgress{.stage = "fib"});
  CHECK(bench.channel->last()["params"]["progress"]["stage"] == "fib");
  kept->error(ErrorCode::failed, "no", "there");
  CHECK(bench.channel->last()["error"]["data"]["at"] == "there");
  CHECK(kept->closed());
  kept->error(ErrorCode::failed, "twice");
  kept.reset();
  CHECK(bench.channel->lines.size() == 2);

  bench.call("show_status");
  kept.reset();
  CHECK(bench.channel->last_code() == "internal");
  CHECK(bench.channel->answers == 2);
}

TEST_CASE("responder: rows are counted, and the stream ends with their number") {
  Bench bench;
  bench.methods.add<ShowLabelsRequest>([&](const ShowLabelsRequest&, Responder responder) {
    responder.row(JobProgress{});
    responder.row(JobProgress{});
    responder.end();
  });
  bench.call("show_labels");
  REQUIRE(bench.channel->lines.size() == 3);
  CHECK(json::parse(bench.channel->lines[0])["params"]["id"] == 5);
  CHECK(bench.channel->last()["result"] == json::parse(R"({"schema":"vrfd.show_labels/1","rows":2})"));
}

TEST_CASE("responder: nothing happens once the client is gone") {
  Bench bench;
  std::unique_ptr<Responder> kept;
  bench.methods.add<ShowStatusRequest>(
      [&](const ShowStatusRequest&, Responder responder) { kept = std::make_unique<Responder>(std::move(responder)); });
  bench.call("show_status");
  bench.channel->is_open = false;
  CHECK(kept->closed());
  bench.channel.reset();
  CHECK(kept->closed());
  CHECK_FALSE(kept->ready());
  kept->row(JobProgress{});
  kept->on_ready([] {});
  kept->result(JobsAnswer{});
}
