// The configurations that were in force: one file each below the state directory, so that `config rollback` has
// something to go back to. Files are named by a number that only grows and by when they were applied:
// "0000000017-20260102T030405Z.json". The newest is the one in force.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/file.h"
#include "vrf/types/result.h"

namespace vrfd::config {

struct Revision {
  std::uint64_t number = 0;
  std::chrono::sys_seconds applied = {};
  auto operator<=>(const Revision&) const = default;
};

class History {
 public:
  // Makes the directory if there is none. Files that are not ours are left alone.
  static Result<History> open(std::filesystem::path directory, std::size_t keep = 50);

  // Newest first.
  const std::vector<Revision>& revisions() const { return revisions_; }
  // The text that was applied as one of them.
  Result<std::string> text_of(const Revision& revision) const { return read_file(path_of(revision)); }
  // Makes `text` the newest, and forgets the oldest beyond what is kept. The same text again is no new revision.
  Result<Revision> add(std::string_view text, std::chrono::sys_seconds now);

 private:
  History(std::filesystem::path directory, std::size_t keep) : directory_(std::move(directory)), keep_(keep) {}
  std::filesystem::path path_of(const Revision& revision) const;
  void forget_oldest();

  std::filesystem::path directory_;
  std::size_t keep_;
  std::vector<Revision> revisions_;
};

}  // namespace vrfd::config
