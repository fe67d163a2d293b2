// The log: one line an event, `time level event key=value …`, to stderr. Under systemd the journal keeps the time, so a
// line there is `<level>event key=value …`. A value with anything in it that could be taken for structure (a space, a
// quote, a control octet a peer sent) is quoted and escaped, so a line is always one line.
#pragma once

#include <concepts>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/log_event.h"

namespace vrfd {

struct LogField {
  std::string_view key;
  std::string value;

  LogField(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, std::integral auto v) : key(k), value(std::to_string(v)) {}
};

// "error", "warning", "notice", "info", "debug"
std::optional<LogLevel> log_level_from(std::string_view text);
std::string_view name_of(LogLevel level);

class Log {
 public:
  enum class Form : std::uint8_t { plain, journal };
  using Writer = std::function<void(std::string_view line)>;

  // To stderr, in the form that suits it.
  explicit Log(LogLevel threshold);
  Log(LogLevel threshold, Form form, Writer writer);

  void set_threshold(LogLevel threshold) { threshold_ = threshold; }
  bool takes(LogEvent event) const { return row_of(event).level <= threshold_; }
  void write(LogEvent event, std::initializer_list<LogField> fields) const;

 private:
  LogLevel threshold_;
  Form form_;
  Writer writer_;
};

// The journal's where `descriptor` is what JOURNAL_STREAM names (sd-daemon: "device:inode"); the variable alone may
// come from a parent whose output went there.
Log::Form form_for(int descriptor);

}  // namespace vrfd
