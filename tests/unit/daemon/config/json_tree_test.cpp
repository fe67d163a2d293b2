#include "daemon/config/json_tree.h"

#include <doctest.h>

namespace vrfd::config {

namespace {

// What the text has where `pointer` leads.
std::string at(const std::string& text, std::string_view pointer, std::size_t length) {
  const JsonDocument document = parse_json(text);
  REQUIRE(document.complete);
  return text.substr(nearest(document.root, pointer).offset, length);
}

}  // namespace

TEST_CASE("every value knows where it begins") {
  const std::string text = R"(/* c */ { "a\"\\": -12.5e3 , "b":[true,false,null,  7
 , "x\"y\\" ,{}, 18446744073709551615], "c/d":{"~":"q"} } // end)";
  CHECK(at(text, "", 1) == "{");
  CHECK(at(text, "/a\"\\", 7) == "-12.5e3");
  CHECK(at(text, "/b", 1) == "[");
  CHECK(at(text, "/b/0", 4) == "true");
  CHECK(at(text, "/b/1", 5) == "false");
  CHECK(at(text, "/b/2", 4) == "null");
  CHECK(at(text, "/b/3", 1) == "7");
  CHECK(at(text, "/b/4", 8) == R"("x\"y\\")");
  CHECK(at(text, "/b/5", 2) == "{}");
  CHECK(at(text, "/b/6", 3) == "184");
  CHECK(at(text, "/c~1d/~0", 3) == "\"q\"");
  CHECK(at(text, "/c~1d/missing", 1) == "{");
}

TEST_CASE("values are what the text says") {
  const JsonDocument document = parse_json(R"({"t": "a\u00e9\n", "i": -5, "r": 1.5, "u": 18446744073709551615})");
  REQUIRE(document.complete);
  CHECK(find_member(document.root, "t")->text == "a\xC3\xA9\n");
  CHECK(find_member(document.root, "i")->integer == -5);
  CHECK(find_member(document.root, "r")->kind == JsonValue::Kind::real);
  CHECK(find_member(document.root, "u")->text == "18446744073709551615");
  CHECK(find_member(document.root, "x") == nullptr);
}

TEST_CASE("lines and columns count from one") {
  const std::string text = "ab\ncd\n";
  CHECK(position_of(text, 0).line == 1);
  CHECK(position_of(text, 0).column == 1);
  CHECK(position_of(text, 4).line == 2);
  CHECK(position_of(text, 4).column == 2);
  CHECK(position_of(text, 6).line == 3);
}

TEST_CASE("a key that occurs twice is an error, the rest is read") {
  const JsonDocument document = parse_json(R"({"a": {"b": 1, "c": 2, "b": 3}, "a": 4})");
  CHECK(document.complete);
  REQUIRE(document.errors.size() == 2);
  CHECK(document.errors[0].pointer == "/a/b");
  CHECK(document.errors[1].pointer == "/a");
}

TEST_CASE("nesting is bounded") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(parse_json(nested(json_depth_limit)).complete);
  CHECK(!parse_json(nested(json_depth_limit + 1)).complete);
  CHECK(!parse_json(std::string(1000000, '[')).complete);
}

TEST_CASE("what is no JSON is an error and not an exception") {
  for (const char* text :
       {"", "{", "{\"a\"", "\"\xFF\"", "nul", "1 2", "{\"a\": 1e999}", "/* open", "\"\\ud800\"", "\xEF\xBB"})
    CHECK(!parse_json(text).complete);
}

}  // namespace vrfd::config
