// Which columns an answer is shown in: one row for each method, for people only; scripts read the JSON.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exchange.h"

namespace vrfd::cli {

struct Column {
  std::string_view title;
  std::string_view key;
  std::string (*cell)(const Json& value);
  unsigned width = 0;  // of a streamed list, whose rows come one by one
};

struct TableRow {
  std::string_view method;
  std::string_view noun;  // key of the rows in a short answer; empty for a streamed list
  std::span<const Column> columns;
};

// Nothing for a method whose answer is no list.
const TableRow* table_of(std::string_view method);
std::vector<std::string> cells_of(const TableRow& table, const Json& row);
std::vector<std::string> titles_of(const TableRow& table);

}  // namespace vrfd::cli
