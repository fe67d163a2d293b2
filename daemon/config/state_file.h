// What must survive a restart: the table id of each VPN instance and the label of each label holder. One JSON file
// below the state directory, replaced atomically.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "vrf/types/label.h"
#include "vrf/types/result.h"
#include "vrf/types/strong.h"

namespace vrfd::config {

class StateFile {
 public:
  // An empty directory name keeps nothing.
  explicit StateFile(const std::filesystem::path& directory);

  // A file that is not there is an empty state; one that cannot be read is an error.
  Result<void> load();
  Result<void> save() const;

  std::map<std::string, TableId>& tables() { return tables_; }
  std::vector<std::pair<std::string, Label>>& labels() { return labels_; }

 private:
  std::filesystem::path path_;
  std::map<std::string, TableId> tables_;
  std::vector<std::pair<std::string, Label>> labels_;
};

}  // namespace vrfd::config
