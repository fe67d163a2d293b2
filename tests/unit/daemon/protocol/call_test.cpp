#include "daemon/protocol/call.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "daemon/protocol/message.h"

using namespace vrfd::protocol;

namespace {

CallFault fault_of(std::string_view line) {
  auto parsed = parse_call(line);
  REQUIRE(std::holds_alternative<CallFault>(parsed));
  return std::get<CallFault>(parsed);
}

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

}  // namespace

TEST_CASE("call: a request, a notification, parameters left out") {
  auto parsed = parse_call(R"({"jsonrpc":"2.0","id":7,"method":"show_fib","params":{"drift":true}})");
  const Call& call = std::get<Call>(parsed);
  CHECK(call.id() == "7");
  CHECK(call.method() == "show_fib");
  CHECK(call.params()["drift"] == true);
  CHECK_FALSE(call.is_notification());

  auto text_id = parse_call(R"({"jsonrpc":"2.0","id":"a\"b","method":"m"})");
  CHECK(std::get<Call>(text_id).id() == R"("a\"b")");
  CHECK(std::get<Call>(text_id).params().is_object());

  auto notification = parse_call(R"({"jsonrpc":"2.0","method":"m","params":null})");
  CHECK(std::get<Call>(notification).is_notification());
}

TEST_CASE("call: what is malformed is an error with its code and, where it can be read, its id") {
  CHECK(fault_of("").error.code == ErrorCode::parse_error);
  CHECK(fault_of("{").error.code == ErrorCode::parse_error);
  CHECK(fault_of("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xFF\"}").error.code == ErrorCode::parse_error);
  CHECK(fault_of(R"({"id":1e999})").error.code == ErrorCode::parse_error);
  CHECK(fault_of("[]").error.code == ErrorCode::invalid_request);
  CHECK(fault_of("7").error.code == ErrorCode::invalid_request);
  CHECK(fault_of(R"([{"jsonrpc":"2.0","id":1,"method":"m"}])").error.code == ErrorCode::invalid_request);
  CHECK(fault_of(R"({"id":1,"method":"m"})").error.code == ErrorCode::invalid_request);
  CHECK(fault_of(R"({"jsonrpc":"1.0","id":1,"method":"m"})").id == "1");
  CHECK(fault_of(R"({"jsonrpc":"2.0","id":1})").error.message.find("method") != std::string::npos);
  CHECK(fault_of(R"({"jsonrpc":"2.0","id":1,"method":7})").id == "1");
  CHECK(fault_of(R"({"jsonrpc":"2.0","id":1,"method":"m","params":1})").error.code == ErrorCode::invalid_request);
  // By position: a request, whose parameters are wrong.
  CHECK(fault_of(R"({"jsonrpc":"2.0","id":1,"method":"m","params":[1]})").error.code == ErrorCode::usage);
  CHECK(fault_of(R"({"jsonrpc":"2.0","id":{},"method":"m"})").id == "null");
  CHECK(fault_of(R"({"jsonrpc":"2.0","id":")" + std::string(1000, 'x') + R"(","method":"m"})").id == "null");
  CHECK(fault_of(R"({"jsonrpc":"2.0","method":7})").id == "null");
}

TEST_CASE("call: depth, number of values and length are bounded before they cost anything") {
  CHECK(fault_of(repeated("[", 500000)).error.message.find("deeper") != std::string::npos);
  CHECK(fault_of(repeated(R"({"a":)", 100000)).error.code == ErrorCode::invalid_request);
  CHECK(fault_of("[" + repeated("0,", 400000) + "0]").error.message.find("values") != std::string::npos);
  CHECK(fault_of(std::string(line_limit + 1, ' ')).error.code == ErrorCode::too_large);
  // Brackets within a string do not count.
  auto parsed =
      parse_call(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"text":")" + repeated("[{\\\"", 1000) + "\"}}");
  CHECK(std::holds_alternative<Call>(parsed));
}

TEST_CASE("call: a large text within the limit is taken") {
  auto parsed = parse_call(R"({"jsonrpc":"2.0","id":1,"method":"config_check","params":{"text":")" +
                           std::string(900000, 'x') + "\"}}");
  CHECK(std::get<Call>(parsed).params()["text"].get<std::string>().size() == 900000);
}

TEST_CASE("call: every damaged line gives a call or a fault") {
  const std::string sound =
      R"({"jsonrpc":"2.0","id":1,"method":"refresh_bgp","params":{"selector":{"peer":"192.0.2.1"}}})";
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string line = sound;
    for (auto edits = random() % 4 + 1; edits > 0; --edits) {
      const std::size_t at = random() % line.size();
      if (random() % 2 == 0)
        line[at] = static_cast<char>(random() % 256);
      else
        line.erase(at, random() % 5);
      if (line.empty()) break;
    }
    const auto parsed = parse_call(line);
    if (const auto* fault = std::get_if<CallFault>(&parsed)) CHECK_FALSE(fault->error.message.empty());
  }
}
