#include "cli/cells.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "vrf/types/text.h"

namespace vrfd::cli {
namespace {

// `kept` are the control characters that may stay.
std::string printable(std::string_view text, std::string_view kept = {}) {
  std::string safe;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if ((octet < 0x20 || octet == 0x7F) && kept.find(c) == std::string_view::npos)
      safe += "\\x" + hex(octet, 2);
    else
      safe += c;
  }
  return safe;
}

template <class Cell>
std::string joined(const Json& list, std::string_view between, Cell cell) {
  std::string text;
  for (const Json& element : list) {
    if (!text.empty()) text += between;
    text += cell(element);
  }
  return text.empty() ? "-" : text;
}

std::string hop_cell(const Json& hop) {
  std::string text;
  for (const char* key : {"via", "dev", "labels"}) {
    const std::string cell = cell_at(hop, key);
    if (cell != "-") text += (text.empty() ? "" : " ") + std::string(key) + " " + cell;
  }
  return text;
}

// Columns that a terminal would need; continuation octets of UTF-8 take none.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_plain(const Json& value) {
  if (!value.is_structured()) return true;
  return value.empty() || (value.is_array() && std::ranges::none_of(value, &Json::is_structured));
}

}  // namespace

std::string cell_of(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string()) return printable(value.get_ref<const std::string&>());
  if (value.is_array()) return joined(value, " ", &cell_of);
  if (!value.is_object()) return value.dump();
  std::string text;
  for (const auto& [key, member] : value.items()) text += (text.empty() ? "" : " ") + key + "=" + cell_of(member);
  return text.empty() ? "-" : text;
}

std::string cell_at(const Json& object, std::string_view key) {
  if (!object.is_object()) return "-";
  const auto found = object.find(key);
  return found == object.end() ? "-" : cell_of(*found);
}

std::string hops_cell(const Json& hops) { return hops.is_array() ? joined(hops, " | ", &hop_cell) : "-"; }

std::string path_cell(const Json& path) {
  if (!path.is_array()) return "-";
  return joined(path, " ", [](const Json& part) {
    if (!part.is_object() || part.empty()) return cell_of(part);
    return "{" + cell_of(part.front()) + "}";
  });
}

std::string age_cell(const Json& seconds) {
  if (!seconds.is_number_unsigned()) return "-";
  const auto age = seconds.get<std::uint64_t>();
  char text[40];
  if (age >= 86400)
    std::snprintf(text, sizeof text, "%llud%02lluh", static_cast<unsigned long long>(age / 86400),
                  static_cast<unsigned long long>(age % 86400 / 3600));
  else
    std::snprintf(text, sizeof text, "%02llu:%02llu:%02llu", static_cast<unsigned long long>(age / 3600),
                  static_cast<unsigned long long>(age % 3600 / 60), static_cast<unsigned long long>(age % 60));
  return text;
}

void write_document(std::ostream& out, std::string_view text) {
  out << printable(text, "\n\t");
  if (!text.ends_with('\n')) out << '\n';
}

void write_table(std::ostream& out, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out << row[i];
      if (i + 1 < row.size()) out << std::string(widths[i] - width_of(row[i]) + 2, ' ');
    }
    out << '\n';
  }
}

void write_tree(std::ostream& out, const Json& value, unsigned indent) {
  const std::string margin(indent, ' ');
  if (value.is_array()) {
    for (const Json& element : value) {
      if (is_plain(element)) {
        out << margin << "- " << cell_of(element) << '\n';
      } else {
        out << margin << "-\n";
        write_tree(out, element, indent + 2);
      }
    }
    return;
  }
  if (!value.is_object()) {
    out << margin << cell_of(value) << '\n';
    return;
  }
  for (const auto& [key, member] : value.items()) {
    if (is_plain(member)) {
      out << margin << key << ": " << cell_of(member) << '\n';
    } else {
      out << margin << key << ":\n";
      write_tree(out, member, indent + 2);
    }
  }
}

}  // namespace vrfd::cli
