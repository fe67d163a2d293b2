#include "daemon/config/suggestion.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace vrfd::config {

namespace {

constexpr std::size_t longest_compared = 64;
constexpr std::size_t most_listed = 12;

// Levenshtein's distance, one row at a time.
std::size_t edits(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i != from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j != to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string_view> nearest_name(std::string_view written, std::span<const std::string_view> names) {
  if (written.size() > longest_compared) return std::nullopt;
  std::size_t least = written.size() < 5 ? 2 : 3;
  std::optional<std::string_view> nearest;
  for (std::string_view name : names) {
    if (name.size() > longest_compared) continue;
    const std::size_t distance = edits(written, name);
    if (distance >= least) continue;
    least = distance;
    nearest = name;
  }
  return nearest;
}

std::string one_of(std::span<const std::string_view> names, std::string_view none) {
  if (names.empty()) return std::string(none);
  const std::size_t count = std::min(names.size(), most_listed);
  std::string text;
  for (std::size_t i = 0; i != count; ++i) {
    const bool last = i + 1 == count && count == names.size();
    if (i != 0) text += last ? " or " : ", ";
    text += '"' + std::string(names[i]) + '"';
  }
  return count == names.size() ? text : text + ", ...";
}

}  // namespace vrfd::config
