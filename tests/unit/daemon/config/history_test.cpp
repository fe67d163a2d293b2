#include "daemon/config/history.h"

#include <doctest.h>
#include <unistd.h>

#include <fstream>

#include "daemon/config/file.h"
#include "tests/unit/project_file.h"

namespace vrfd::config {

namespace {

// A directory of its own, gone at the end.
class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "vrfd-history-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::chrono::sys_seconds second(int n) { return std::chrono::sys_seconds(std::chrono::seconds(1767323045 + n)); }

}  // namespace

TEST_CASE("what was applied can be had again, newest first") {
  const Directory directory;
  auto history = History::open(directory.path() / "history");
  REQUIRE(history.has_value());
  CHECK(history->revisions().empty());
  CHECK(history->add("one", second(0))->number == 1);
  CHECK(history->add("two", second(1))->number == 2);
  REQUIRE(history->revisions().size() == 2);
  CHECK(*history->text_of(history->revisions()[0]) == "two");
  CHECK(*history->text_of(history->revisions()[1]) == "one");
  CHECK(!history->text_of({3, second(0)}).has_value());
}

TEST_CASE("the history outlives the process") {
  const Directory directory;
  REQUIRE(History::open(directory.path())->add("one", second(0)).has_value());
  auto again = History::open(directory.path());
  REQUIRE(again->revisions().size() == 1);
  CHECK(again->revisions()[0] == Revision{1, second(0)});
  CHECK(std::filesystem::exists(directory.path() / "0000000001-20260102T030405Z.json"));
  CHECK(again->add("two", second(5))->number == 2);
}

TEST_CASE("the same text again is no new revision") {
  const Directory directory;
  auto history = History::open(directory.path());
  REQUIRE(history->add("one", second(0)).has_value());
  CHECK(history->add("one", second(9))->number == 1);
  CHECK(history->revisions().size() == 1);
}

TEST_CASE("only so many are kept") {
  const Directory directory;
  auto history = History::open(directory.path(), 3);
  for (int i = 0; i != 5; ++i) REQUIRE(history->add(std::to_string(i), second(i)).has_value());
  CHECK(history->revisions().size() == 3);
  CHECK(*history->text_of(history->revisions()[2]) == "2");
  CHECK(History::open(directory.path())->revisions().size() == 3);
}

TEST_CASE("files of others are left alone") {
  const Directory directory;
  std::ofstream(directory.path() / "notes.json") << "x";
  std::ofstream(directory.path() / "0000000001-20261302T030405Z.json") << "x";
  auto history = History::open(directory.path(), 1);
  CHECK(history->revisions().empty());
  REQUIRE(history->add("one", second(0)).has_value());
  REQUIRE(history->add("two", second(1)).has_value());
  CHECK(std::filesystem::exists(directory.path() / "notes.json"));
}

TEST_CASE("a file is replaced whole, its mode is kept, a new one is private") {
  const Directory directory;
  const auto path = directory.path() / "vrfd.json";
  REQUIRE(replace_file(path, "one").has_value());
  using std::filesystem::perms;
  CHECK(std::filesystem::status(path).permissions() == (perms::owner_read | perms::owner_write));
  std::filesystem::permissions(path, perms::owner_read | perms::owner_write | perms::group_read);
  REQUIRE(replace_file(path, "two").has_value());
  CHECK(*read_file(path) == "two");
  CHECK((std::filesystem::status(path).permissions() & perms::group_read) == perms::group_read);
  CHECK(!std::filesystem::exists(directory.path() / "vrfd.json.new"));
}

TEST_CASE("what cannot be read or written says which file and why") {
  const auto missing = read_file("/nonexistent/vrfd.json");
  REQUIRE(!missing.has_value());
  CHECK(missing.error().message == "cannot open /nonexistent/vrfd.json: No such file or directory");
  CHECK(!replace_file("/nonexistent/vrfd.json", "x").has_value());
  CHECK(!History::open("/proc/nonexistent/history").has_value());
}

}  // namespace vrfd::config
