// tests/golden/config: configurations that are taken, and those that are refused with exactly the errors in the .errors
// file beside them. VRFD_REWRITE_GOLDEN=1 writes the latter anew.
#include <doctest.h>

#include <cstdlib>

#include "daemon/config/parse.h"
#include "tests/unit/project_file.h"

namespace vrfd::config {

TEST_CASE("good configurations are taken") {
  const auto paths = json_files_below("tests/golden/config/good");
  CHECK(paths.size() >= 5);
  for (const auto& path : paths) {
    CAPTURE(path.filename().string());
    const auto config = parse(text_of(path));
    CHECK_MESSAGE(config.has_value(), (config ? "" : to_string(config.error())));
  }
}

TEST_CASE("bad configurations are refused with every error at once") {
  const auto paths = json_files_below("tests/golden/config/bad");
  CHECK(paths.size() >= 10);
  for (const auto& path : paths) {
    CAPTURE(path.filename().string());
    auto expected = path;
    expected.replace_extension(".errors");
    const auto config = parse(text_of(path));
    REQUIRE(!config.has_value());
    const std::string errors = to_string(config.error()) + "\n";
    if (std::getenv("VRFD_REWRITE_GOLDEN") != nullptr) std::ofstream(expected, std::ios::binary) << errors;
    CHECK(errors == text_of(expected));
  }
}

TEST_CASE("the examples of the package are taken") {
  const auto paths = json_files_below("packaging/examples");
  CHECK(paths.size() >= 8);
  for (const auto& path : paths) {
    CAPTURE(path.filename().string());
    const auto config = parse(text_of(path));
    CHECK_MESSAGE(config.has_value(), (config ? "" : to_string(config.error())));
  }
}

TEST_CASE("the schema of the package is that of the tables") {
  const auto path = "packaging/schema/vrfd.schema.json";
  if (std::getenv("VRFD_REWRITE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << schema();
  CHECK(schema() == text_of(path));
}

}  // namespace vrfd::config
