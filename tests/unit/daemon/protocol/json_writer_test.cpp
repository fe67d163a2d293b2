#include "daemon/protocol/json_writer.h"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>

using vrfd::protocol::json_text;
using vrfd::protocol::JsonWriter;

TEST_CASE("json_writer: values, nothing and empty lists") {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  out.field("number", 7u);
  out.field("least", std::numeric_limits<std::int64_t>::min());
  out.field("octet", std::uint8_t{65});
  out.field("yes", true);
  out.field("none", std::optional<std::string>());
  out.field("some", std::optional<std::string>("x"));
  out.field("empty", std::vector<int>());
  out.field("list", std::vector<std::string>{"a", "b"});
  out.field("half", 0.5);
  out.field("nan", std::numeric_limits<double>::quiet_NaN());
  out.end_object();
  CHECK(text == R"({"number":7,"least":-9223372036854775808,"octet":65,"yes":true,"none":null,"some":"x","empty":[],)"
                R"("list":["a","b"],"half":0.5,"nan":null})");
}

TEST_CASE("json_writer: whatever a string holds, it is valid JSON and comes back") {
  const std::string odd =
      "quote\" back\\ tab\t line\n nul" + std::string(1, '\0') + " del\x7F \xC3\xA4 \xF0\x9F\x98\x80";
  CHECK(nlohmann::json::parse(json_text(odd)) == odd);
  CHECK(json_text(odd).find('\n') == std::string::npos);
}

TEST_CASE("json_writer: octets that are no UTF-8 are replaced one by one") {
  const std::string mark = "\xEF\xBF\xBD";
  CHECK(json_text(std::string("a\xFFz")) == "\"a" + mark + "z\"");
  CHECK(json_text(std::string("\xC3")) == "\"" + mark + "\"");
  CHECK(json_text(std::string("\xC0\x80")) == "\"" + mark + mark + "\"");             // overlong
  CHECK(json_text(std::string("\xED\xA0\x80")) == "\"" + mark + mark + mark + "\"");  // a surrogate
  CHECK(json_text(std::string("\xF4\x90\x80\x80")).starts_with("\"" + mark));         // above U+10FFFF
  for (unsigned first = 0; first < 256; ++first)
    for (unsigned second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      CHECK(nlohmann::json::accept(json_text(text)));
    }
}
