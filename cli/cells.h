// JSON values as text for people.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exchange.h"

namespace vrfd::cli {

// "-" for null, "yes" and "no", lists joined by spaces, objects as key=value. Control characters are shown escaped, so
// that what a peer sent cannot drive the terminal.
std::string cell_of(const Json& value);
// The value at a key of an object, or "-".
std::string cell_at(const Json& object, std::string_view key);
// "via 192.0.2.1 dev eth1 labels 100 200", several joined by " | ".
std::string hops_cell(const Json& hops);
// "65001 65002 {65003 65004}"
std::string path_cell(const Json& path);
// "1d02h", "02:03:04"
std::string age_cell(const Json& seconds);

// A text with its lines as they are.
void write_document(std::ostream& out, std::string_view text);
// Columns as wide as what they hold; the first row is the heading.
void write_table(std::ostream& out, const std::vector<std::vector<std::string>>& rows);
// An object as indented "key: value" lines.
void write_tree(std::ostream& out, const Json& value, unsigned indent = 0);

}  // namespace vrfd::cli
