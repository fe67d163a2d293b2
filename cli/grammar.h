// All patterns of the command table as one graph. Parsing, help and completion walk it with every command in parallel,
// so what may come next is known after each word, whatever command it will turn out to be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "cli/pattern.h"
#include "daemon/protocol/command_table.h"

namespace vrfd::cli {

struct Node {
  // `once` passes only if its bit has not been used on the way (items in any order, each at most once).
  enum class Kind : unsigned char { keyword, argument, fork, once, end };
  Kind kind = Kind::fork;
  std::string_view word{};                    // keyword, argument
  std::vector<std::size_t> next{};            // positions of nodes
  std::uint32_t bit = 0;                      // once
  const protocol::CommandRow* row = nullptr;  // end
};

class Grammar {
 public:
  explicit Grammar(std::span<const protocol::CommandRow> rows);
  // Of the command table.
  static const Grammar& whole();

  const Node& node(std::size_t position) const { return nodes_[position]; }
  std::size_t start() const { return start_; }

 private:
  std::size_t add(Node node);
  std::size_t compile(const Pattern& pattern, std::size_t next);
  std::size_t compile_any_order(const Pattern& pattern, std::size_t next);

  std::vector<Node> nodes_;
  std::size_t start_ = 0;
};

}  // namespace vrfd::cli
