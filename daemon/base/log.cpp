#include "daemon/base/log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "daemon/base/clock.h"
#include "vrf/types/text.h"

namespace vrfd {
namespace {

constexpr std::array<std::pair<LogLevel, std::string_view>, 5> levels{{
    {LogLevel::error, "error"},
    {LogLevel::warning, "warning"},
    {LogLevel::notice, "notice"},
    {LogLevel::info, "info"},
    {LogLevel::debug, "debug"},
}};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool needs_quotes(std::string_view value) {
  return std::any_of(value.begin(), value.end(),
                     [](char c) { return is_control(c) || c == ' ' || c == '"' || c == '\\' || c == '='; });
}

void append_value(std::string& line, std::string_view value) {
  if (!needs_quotes(value)) {
    line += value;
    return;
  }
  line += '"';
  for (char c : value) {
    if (is_control(c)) {
      line += "\\x" + hex(static_cast<unsigned char>(c), 2);
      continue;
    }
    if (c == '"' || c == '\\') line += '\\';
    line += c;
  }
  line += '"';
}

// A log that cannot be written is not worth a crash: what did not fit is lost.
void write_to_stderr(std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    if (written <= 0) return;
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::optional<LogLevel> log_level_from(std::string_view text) {
  for (const auto& [level, name] : levels)
    if (name == text) return level;
  return std::nullopt;
}

std::string_view name_of(LogLevel level) {
  for (const auto& [candidate, name] : levels)
    if (candidate == level) return name;
  return "error";
}

Log::Form form_for(int descriptor) {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat here{};
  if (stream == nullptr || ::fstat(descriptor, &here) != 0) return Log::Form::plain;
  const bool is_journal = stream == std::to_string(here.st_dev) + ":" + std::to_string(here.st_ino);
  return is_journal ? Log::Form::journal : Log::Form::plain;
}

Log::Log(LogLevel threshold) : Log(threshold, form_for(STDERR_FILENO), write_to_stderr) {}

Log::Log(LogLevel threshold, Form form, Writer writer)
    : threshold_(threshold), form_(form), writer_(std::move(writer)) {}

void Log::write(LogEvent event, std::initializer_list<LogField> fields) const {
  if (!takes(event)) return;
  const LogEventRow& row = row_of(event);
  std::string line;
  if (form_ == Form::journal) {
    line += '<';
    line += std::to_string(static_cast<unsigned>(row.level));
    line += '>';
  } else {
    line += rfc3339(std::chrono::system_clock::now());
    line += ' ';
    line += name_of(row.level);
    line += ' ';
  }
  line += row.name;
  for (const LogField& field : fields) {
    if (field.value.empty()) continue;
    line += ' ';
    line += field.key;
    line += '=';
    append_value(line, field.value);
  }
  line += '\n';
  writer_(line);
}

}  // namespace vrfd
