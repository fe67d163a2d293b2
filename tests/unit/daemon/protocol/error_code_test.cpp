#include "daemon/protocol/error_code.h"

#include <doctest/doctest.h>

#include <set>

#include "daemon/protocol/json_writer.h"

using namespace vrfd::protocol;

TEST_CASE("error_code: the table is in the order of the enumerators, and no name or number stands twice") {
  std::set<std::string_view> names;
  std::set<int> numbers;
  for (std::size_t i = 0; i < error_codes.size(); ++i) {
    CHECK(error_codes[i].code == static_cast<ErrorCode>(i));
    CHECK(names.insert(error_codes[i].name).second);
    CHECK(numbers.insert(error_codes[i].number).second);
    CHECK(error_code_from(error_codes[i].name) == error_codes[i].code);
  }
  CHECK_FALSE(error_code_from("no_such_code"));
}

TEST_CASE("error_code: exit codes as the interface has them") {
  CHECK(exit_code_of(ErrorCode::usage) == ExitCode::usage);
  CHECK(exit_code_of(ErrorCode::unknown_vpn_instance) == ExitCode::not_found);
  CHECK(exit_code_of(ErrorCode::unknown_peer) == ExitCode::not_found);
  CHECK(exit_code_of(ErrorCode::unknown_group) == ExitCode::not_found);
  CHECK(exit_code_of(ErrorCode::not_slow) == ExitCode::not_found);
  CHECK(exit_code_of(ErrorCode::unreachable) == ExitCode::unreachable);
  CHECK(exit_code_of(ErrorCode::timed_out) == ExitCode::timed_out);
  CHECK(exit_code_of(ErrorCode::not_permitted) == ExitCode::failed);
  CHECK(exit_code_of(ErrorCode::invalid_config) == ExitCode::failed);
}

TEST_CASE("error_code: an error has every key, also where there is nothing to say") {
  CHECK(json_text(ErrorAnswer{.code = ErrorCode::unknown_peer, .message = "no"}) ==
        R"({"code":"unknown_peer","message":"no","at":null,"known":[],"faults":[]})");
  ErrorAnswer answer{.code = ErrorCode::invalid_config, .message = "2 errors", .at = "vrfd.json", .known = {"red"}};
  answer.faults.push_back({.pointer = "/as", .line = 3, .message = "is a text", .expected = "a number"});
  CHECK(json_text(answer) == R"({"code":"invalid_config","message":"2 errors","at":"vrfd.json","known":["red"],)"
                             R"("faults":[{"pointer":"/as","line":3,"message":"is a text","expected":"a number"}]})");
}
