#include "daemon/config/history.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <system_error>

#include "vrf/types/text.h"

namespace vrfd::config {

namespace {

namespace chrono = std::chrono;

constexpr std::size_t number_digits = 10;
constexpr std::size_t time_length = 16;  // 20260102T030405Z
constexpr std::string_view suffix = ".json";

std::string padded(std::uint64_t value, std::size_t digits) {
  std::string text = std::to_string(value);
  return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

std::string time_text(chrono::sys_seconds time) {
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(time - day);
  return padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4) +
         padded(static_cast<unsigned>(date.month()), 2) + padded(static_cast<unsigned>(date.day()), 2) + "T" +
         padded(static_cast<std::uint64_t>(clock.hours().count()), 2) +
         padded(static_cast<std::uint64_t>(clock.minutes().count()), 2) +
         padded(static_cast<std::uint64_t>(clock.seconds().count()), 2) + "Z";
}

std::optional<chrono::sys_seconds> time_from(std::string_view text) {
  if (text.size() != time_length || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t length) { return parse_decimal(text.substr(at, length), 9999); };
  const auto year = part(0, 4), month = part(4, 2), day = part(6, 2);
  const auto hour = part(9, 2), minute = part(11, 2), second = part(13, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const chrono::year_month_day date{chrono::year(static_cast<int>(*year)), chrono::month(static_cast<unsigned>(*month)),
                                    chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return chrono::sys_days(date) + chrono::hours(*hour) + chrono::minutes(*minute) + chrono::seconds(*second);
}

std::optional<Revision> revision_from(std::string_view file_name) {
  if (file_name.size() != number_digits + 1 + time_length + suffix.size() || !file_name.ends_with(suffix))
    return std::nullopt;
  const auto number = parse_decimal(file_name.substr(0, number_digits), 9999999999);
  const auto applied = time_from(file_name.substr(number_digits + 1, time_length));
  if (!number || !applied || file_name[number_digits] != '-') return std::nullopt;
  return Revision{*number, *applied};
}

}  // namespace

Result<History> History::open(std::filesystem::path directory, std::size_t keep) {
  std::error_code status;
  std::filesystem::create_directories(directory, status);
  if (status) return error("cannot make the directory " + directory.string() + ": " + status.message());
  History history(std::move(directory), std::max<std::size_t>(keep, 1));
  std::filesystem::directory_iterator files(history.directory_, status);
  if (status) return error("cannot list " + history.directory_.string() + ": " + status.message());
  while (files != std::filesystem::directory_iterator()) {
    if (auto revision = revision_from(files->path().filename().string())) history.revisions_.push_back(*revision);
    files.increment(status);
    if (status) return error("cannot list " + history.directory_.string() + ": " + status.message());
  }
  std::sort(history.revisions_.rbegin(), history.revisions_.rend());
  return history;
}

std::filesystem::path History::path_of(const Revision& revision) const {
  return directory_ /
         (padded(revision.number, number_digits) + "-" + time_text(revision.applied) + std::string(suffix));
}

Result<Revision> History::add(std::string_view text, std::chrono::sys_seconds now) {
  if (!revisions_.empty()) {
    const auto newest = text_of(revisions_.front());
    if (newest && *newest == text) return revisions_.front();
  }
  const Revision revision{revisions_.empty() ? 1 : revisions_.front().number + 1, now};
  if (auto written = replace_file(path_of(revision), text); !written) return written.error();
  revisions_.insert(revisions_.begin(), revision);
  forget_oldest();
  return revision;
}

void History::forget_oldest() {
  while (revisions_.size() > keep_) {
    std::error_code ignored;
    std::filesystem::remove(path_of(revisions_.back()), ignored);
    revisions_.pop_back();
  }
}

}  // namespace vrfd::config
