#include "daemon/commands/config_store.h"

#include "daemon/config/difference.h"
#include "daemon/config/file.h"
#include "daemon/config/parse.h"

namespace vrfd::commands {

namespace {

config::ConfigErrors as_errors(const std::vector<std::string>& texts) {
  config::ConfigErrors errors;
  for (const std::string& text : texts) errors.errors.push_back({.message = text});
  return errors;
}

}  // namespace

ConfigStore::ConfigStore(Router& router, std::filesystem::path file, const std::string& state_dir)
    : router_(router), file_(std::move(file)) {
  if (state_dir.empty()) return;
  auto history = config::History::open(std::filesystem::path(state_dir) / "history");
  if (history)
    history_ = std::move(*history);
  else
    router.log().write(LogEvent::config_refused, {{"text", history.error().message}});
}

config::ConfigResult<Applied> ConfigStore::put_in_force(const std::string& text) {
  auto parsed = config::parse(text);
  if (!parsed) return parsed.error();
  Applied applied{.changes = config::describe(config::difference(router_.configured(), *parsed))};
  if (const auto faults = router_.apply(*parsed); !faults.empty()) return as_errors(faults);
  text_ = text;
  applied_ = std::chrono::system_clock::now();
  if (history_) {
    const auto added = history_->add(text, std::chrono::floor<std::chrono::seconds>(applied_));
    if (!added) router_.log().write(LogEvent::config_refused, {{"text", added.error().message}});
  }
  router_.log().write(LogEvent::config_applied, {{"revision", revision()}, {"changes", applied.changes.size()}});
  return applied;
}

config::ConfigResult<void> ConfigStore::load() {
  const auto text = config::read_file(file_);
  if (!text) return as_errors({text.error().message});
  const bool is_another = *text != text_;
  const auto applied = put_in_force(*text);
  if (!applied) return applied.error();
  if (is_another) rollback_at_.reset();
  return {};
}

config::ConfigResult<Applied> ConfigStore::apply(const std::string& text, std::optional<Duration> confirm_within) {
  const std::string before = rollback_at_ ? before_ : text_;
  auto applied = put_in_force(text);
  if (!applied) return applied;
  // The file may be one that the daemon may not write; what is in force is in the history all the same.
  if (const auto written = config::replace_file(file_, text); !written)
    applied->warnings.push_back("not written to the file: " + written.error().message);
  rollback_at_.reset();
  if (!confirm_within) return applied;
  before_ = before;
  rollback_at_ = Clock::now() + *confirm_within;
  router_.wake();
  return applied;
}

bool ConfigStore::confirm() { return std::exchange(rollback_at_, std::nullopt).has_value(); }

config::ConfigResult<Applied> ConfigStore::rollback(const config::Revision& revision) {
  const auto text = history_->text_of(revision);
  if (!text) return as_errors({text.error().message});
  return apply(*text, std::nullopt);
}

std::uint64_t ConfigStore::revision() const {
  return history_ && !history_->revisions().empty() ? history_->revisions().front().number : 0;
}

void ConfigStore::on_timer(TimePoint now) {
  if (!rollback_at_ || now < *rollback_at_) return;
  rollback_at_.reset();
  const auto back = apply(std::string(before_), std::nullopt);
  if (!back) router_.log().write(LogEvent::config_refused, {{"text", to_string(back.error())}});
}

}  // namespace vrfd::commands
