// What must survive a restart: the table id of each VPN instance, the label of each label holder, which VRF devices are
// of vrfd's own making, and which peers were up. One JSON file below the state directory, replaced atomically.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

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
  // By VPN instance; the index tells the device from one that somebody else has made since.
  std::map<std::string, IfIndex>& devices() { return devices_; }
  // Peers with a session, as "INSTANCE ADDRESS"; nothing where the file does not say.
  std::optional<std::set<std::string>>& established() { return established_; }

 private:
  bool read_optional(const nlohmann::json& json);

  std::filesystem::path path_;
  std::map<std::string, TableId> tables_;
  std::vector<std::pair<std::string, Label>> labels_;
  std::map<std::string, IfIndex> devices_;
  std::optional<std::set<std::string>> established_;
};

}  // namespace vrfd::config
