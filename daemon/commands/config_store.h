// The configuration as a file and as history: read, checked, applied, confirmed, rolled back.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config/error.h"
#include "daemon/config/history.h"
#include "daemon/router/router.h"

namespace vrfd::commands {

// What applying a configuration did.
struct Applied {
  std::vector<std::string> changes = {};
  std::vector<std::string> warnings = {};  // it is in force, but …
};

class ConfigStore {
 public:
  ConfigStore(Router& router, std::filesystem::path file, const std::string& state_dir);

  // Reads the file and applies it (at start, and on SIGHUP). Another text than the one that waits to be confirmed is
  // the operator's last word: nothing is taken back any more.
  config::ConfigResult<void> load();
  // Applies `text`, and writes it to the file and the history. With `confirm_within`, the one before comes back unless
  // `confirm` is called in time.
  config::ConfigResult<Applied> apply(const std::string& text, std::optional<Duration> confirm_within);
  bool confirm();
  // Applies again what was in force as that revision of the history, which there is.
  config::ConfigResult<Applied> rollback(const config::Revision& revision);

  const std::filesystem::path& file() const { return file_; }
  const std::string& text() const { return text_; }
  const config::History* history() const { return history_ ? &*history_ : nullptr; }
  std::uint64_t revision() const;
  WallTime applied() const { return applied_; }
  std::optional<TimePoint> rollback_at() const { return rollback_at_; }
  void on_timer(TimePoint now);

 private:
  config::ConfigResult<Applied> put_in_force(const std::string& text);

  Router& router_;
  std::filesystem::path file_;
  std::optional<config::History> history_;
  std::string text_;
  std::string before_;  // comes back if it is not confirmed
  std::optional<TimePoint> rollback_at_;
  WallTime applied_{};
};

}  // namespace vrfd::commands
