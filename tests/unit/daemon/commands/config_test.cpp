// config apply, rollback and reload, with a file and a history of its own.
#include "daemon/config/file.h"
#include "tests/unit/daemon/commands/router_bench.h"

using namespace vrfd;
using nlohmann::json;

namespace {

std::string text_with(const char* networks) {
  return std::string(R"({ "as": 65000, "router_id": "10.255.0.1", "listen_port": 10179, "fib": false,
                          "vpn_instances": { "red": { "networks": [)") +
         networks + "] } } }";
}

const std::string first = text_with("");
const std::string second = text_with(R"("10.1.0.0/16")");
const std::string third = text_with(R"("10.1.0.0/16", "10.2.0.0/16")");

struct Bench : RouterBench {
  Bench() : RouterBench(first) {
    commands::add_config_commands(methods, context);
    write(first);
    REQUIRE(store.load().has_value());
  }
  void write(const std::string& text) { REQUIRE(config::replace_file(store.file(), text).has_value()); }
  json answer(std::string_view method, const json& params = json::object()) {
    const auto channel = call(method, params);
    REQUIRE(channel->lines.size() == 1);
    return channel->lines[0].contains("result") ? channel->lines[0]["result"] : channel->lines[0]["error"]["data"];
  }
  json apply(const std::string& text, const json& minutes = nullptr) {
    return answer("config_apply", {{"text", text}, {"confirm_minutes", minutes}});
  }
};

}  // namespace

TEST_CASE("config rollback: to the revision that the history shows, without a number to the one before") {
  Bench bench;
  bench.apply(second);
  CHECK(bench.apply(third)["revision"] == 3);
  CHECK(bench.answer("config_rollback", {{"revision", 1}})["revision"] == 4);
  CHECK(bench.store.text() == first);
  CHECK(bench.answer("config_rollback")["revision"] == 5);
  CHECK(bench.store.text() == third);
  CHECK(bench.answer("config_rollback", {{"revision", 2}})["revision"] == 6);
  CHECK(bench.store.text() == second);
}

TEST_CASE("config rollback: a revision that is not there is named, with those that are") {
  Bench bench;
  const json none = bench.answer("config_rollback");
  CHECK(none["code"] == "unknown_revision");
  bench.apply(second);
  const json unknown = bench.answer("config_rollback", {{"revision", 7}});
  CHECK(unknown["code"] == "unknown_revision");
  CHECK(unknown["at"] == "7");
  CHECK(unknown["known"] == json::parse(R"(["2", "1"])"));
  CHECK(bench.store.text() == second);
}

TEST_CASE("config apply: what hinders it from lasting is a warning and no change") {
  Bench bench;
  std::filesystem::remove(bench.store.file());
  std::filesystem::create_directory(bench.store.file());
  const json answer = bench.apply(second);
  CHECK(answer["changes"] == json::parse(R"(["~ VPN instance red: networks"])"));
  REQUIRE(answer["warnings"].size() == 1);
  CHECK(answer["warnings"][0].get<std::string>().starts_with("not written to the file: "));
}

TEST_CASE("config apply: an error that is not of a place in the text names none") {
  Bench bench;
  config::ConfigError nowhere;
  nowhere.message = "the history is gone";
  CHECK(config::to_string(nowhere) == "the history is gone");
  bench.apply(second);
  std::filesystem::remove_all(std::filesystem::path(bench.folder) / "history");
  const json answer = bench.answer("config_rollback", {{"revision", 1}});
  CHECK(answer["code"] == "invalid_config");
  CHECK(answer["at"].is_null());
  REQUIRE(answer["faults"].size() == 1);
  CHECK(answer["faults"][0]["line"].is_null());
}

TEST_CASE("config apply --confirm: another file that is loaded meanwhile is not taken back") {
  Bench bench;
  CHECK(bench.apply(second, 1)["rollback_in_s"].is_number());
  // The same again confirms nothing.
  REQUIRE(bench.store.load().has_value());
  REQUIRE(bench.store.rollback_at().has_value());
  bench.write("{ wrong");
  CHECK_FALSE(bench.store.load().has_value());
  REQUIRE(bench.store.rollback_at().has_value());
  bench.write(third);
  REQUIRE(bench.store.load().has_value());
  CHECK_FALSE(bench.store.rollback_at().has_value());
  bench.store.on_timer(Clock::now() + std::chrono::minutes(2));
  CHECK(bench.store.text() == third);
}

TEST_CASE("config apply --confirm: unconfirmed, the one before comes back") {
  Bench bench;
  bench.apply(second, 1);
  bench.store.on_timer(Clock::now() + std::chrono::minutes(2));
  CHECK(bench.store.text() == first);
}

TEST_CASE("config show: not for those who may only look") {
  Bench bench;
  CHECK(bench.answer("config_show")["text"] == first);
  const auto channel = std::make_shared<BenchChannel>();
  bench.methods.dispatch(R"({"jsonrpc":"2.0","id":1,"method":"config_show"})", channel,
                         control::Caller{.role = control::Role::look});
  REQUIRE(channel->lines.size() == 1);
  CHECK(channel->lines[0]["error"]["data"]["code"] == "not_permitted");
}
