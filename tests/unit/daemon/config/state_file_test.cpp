#include "daemon/config/state_file.h"

#include <unistd.h>

#include <doctest.h>

#include <fstream>

namespace vrfd::config {
namespace {

// A directory of its own that goes with it.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("vrfd-state-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }
  void write(const char* text) const { std::ofstream(path_ / "state.json") << text; }

 private:
  std::filesystem::path path_;
};

TEST_CASE("tables, labels, devices and peers come back") {
  const Folder folder;
  StateFile before(folder.path());
  before.tables()["red"] = TableId{1001};
  before.labels().emplace_back("vpn-instance red", Label{100000});
  before.devices()["red"] = IfIndex{17};
  before.established().emplace().insert("red 192.0.2.2");
  REQUIRE(before.save().has_value());

  StateFile after(folder.path());
  REQUIRE(after.load().has_value());
  CHECK(after.tables() == before.tables());
  CHECK(after.labels() == before.labels());
  CHECK(after.devices() == before.devices());
  CHECK(after.established() == before.established());
}

TEST_CASE("a file of an earlier version says nothing of devices and peers") {
  const Folder folder;
  folder.write(R"({"tables":{"red":1001},"labels":{}})");
  StateFile state(folder.path());
  REQUIRE(state.load().has_value());
  CHECK(state.tables().size() == 1);
  CHECK(state.devices().empty());
  CHECK_FALSE(state.established().has_value());
}

TEST_CASE("what is no state file is refused") {
  const Folder folder;
  for (const char* text :
       {"", "[]", R"({"tables":{}})", R"({"tables":{},"labels":{},"devices":[]})",
        R"({"tables":{},"labels":{},"devices":{"red":-1}})", R"({"tables":{},"labels":{},"established":"red"})",
        R"({"tables":{},"labels":{},"established":[1]})"}) {
    folder.write(text);
    StateFile state(folder.path());
    CHECK_FALSE(state.load().has_value());
  }
}

}  // namespace
}  // namespace vrfd::config
