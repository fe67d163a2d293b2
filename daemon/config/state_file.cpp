#include "daemon/config/state_file.h"

#include <nlohmann/json.hpp>

#include "daemon/config/file.h"

namespace vrfd::config {

namespace {

using Json = nlohmann::json;

// Numbers by name; anything else in the file is an error.
template <class Take>
bool read_numbers(const Json& object, std::uint64_t limit, Take take) {
  if (!object.is_object()) return false;
  for (const auto& [name, value] : object.items()) {
    if (!value.is_number_unsigned()) return false;
    const std::uint64_t number = value;
    if (number > limit) return false;
    take(name, static_cast<std::uint32_t>(number));
  }
  return true;
}

// Names; anything else is an error.
bool read_names(const Json& array, std::set<std::string>& names) {
  if (!array.is_array()) return false;
  for (const Json& name : array) {
    if (!name.is_string()) return false;
    names.insert(name.get<std::string>());
  }
  return true;
}

}  // namespace

StateFile::StateFile(const std::filesystem::path& directory) {
  if (!directory.empty()) path_ = directory / "state.json";
}

Result<void> StateFile::load() {
  std::error_code unreadable;
  if (path_.empty() || !std::filesystem::exists(path_, unreadable)) return {};
  const auto text = read_file(path_);
  if (!text) return text.error();
  const Json json = Json::parse(*text, nullptr, false);
  const bool good =
      json.is_object() && json.contains("tables") && json.contains("labels") &&
      read_numbers(json["tables"], UINT32_MAX,
                   [&](const std::string& name, std::uint32_t v) { tables_[name] = TableId{v}; }) &&
      read_numbers(json["labels"], label_limit - 1,
                   [&](const std::string& name, std::uint32_t v) { labels_.emplace_back(name, Label{v}); }) &&
      read_optional(json);
  if (!good)
    return error(path_.string() + ": not a state file of vrfd; move it away to start without its table ids and labels");
  return {};
}

// What files of earlier versions do not have.
bool StateFile::read_optional(const nlohmann::json& json) {
  if (json.contains("established") && !read_names(json["established"], established_.emplace())) return false;
  return !json.contains("devices") ||
         read_numbers(json["devices"], INT32_MAX,
                      [&](const std::string& name, std::uint32_t v) { devices_[name] = IfIndex{v}; });
}

Result<void> StateFile::save() const {
  if (path_.empty()) return {};
  Json json{{"tables", Json::object()}, {"labels", Json::object()}, {"devices", Json::object()}};
  for (const auto& [name, table] : tables_) json["tables"][name] = table.value();
  for (const auto& [name, label] : labels_) json["labels"][name] = label.value();
  for (const auto& [name, index] : devices_) json["devices"][name] = index.value();
  if (established_) json["established"] = *established_;
  std::error_code failed;
  std::filesystem::create_directories(path_.parent_path(), failed);
  return replace_file(path_, json.dump(2) + "\n");
}

}  // namespace vrfd::config
