#include "cli/grammar.h"

#include <ranges>

namespace vrfd::cli {

Grammar::Grammar(std::span<const protocol::CommandRow> rows) {
  Node start;
  for (const protocol::CommandRow& row : rows)
    start.next.push_back(compile(parse_pattern(row.pattern), add({.kind = Node::Kind::end, .row = &row})));
  start_ = add(std::move(start));
}

const Grammar& Grammar::whole() {
  static const Grammar grammar(protocol::commands());
  return grammar;
}

std::size_t Grammar::add(Node node) {
  nodes_.push_back(std::move(node));
  return nodes_.size() - 1;
}

// The node where `pattern`, followed by `next`, begins.
std::size_t Grammar::compile(const Pattern& pattern, std::size_t next) {
  switch (pattern.kind) {
    case Pattern::Kind::keyword:
      return add({.kind = Node::Kind::keyword, .word = pattern.word, .next = {next}});
    case Pattern::Kind::argument:
      return add({.kind = Node::Kind::argument, .word = pattern.word, .next = {next}});
    case Pattern::Kind::any_order:
      return compile_any_order(pattern, next);
    case Pattern::Kind::sequence:
      for (const Pattern& part : std::views::reverse(pattern.parts)) next = compile(part, next);
      return next;
    case Pattern::Kind::optional:
      return add({.next = {compile(pattern.parts.front(), next), next}});
    case Pattern::Kind::choice:
      break;
  }
  Node fork;
  for (const Pattern& part : pattern.parts) fork.next.push_back(compile(part, next));
  return add(std::move(fork));
}

std::size_t Grammar::compile_any_order(const Pattern& pattern, std::size_t next) {
  const std::size_t loop = add({});
  std::vector<std::size_t> ways;
  std::uint32_t bit = 1;
  for (const Pattern& part : pattern.parts) {
    // Each is optional by itself; leaving it out is leaving the loop.
    const Pattern& item = part.kind == Pattern::Kind::optional ? part.parts.front() : part;
    ways.push_back(add({.kind = Node::Kind::once, .next = {compile(item, loop)}, .bit = bit}));
    bit <<= 1;
  }
  ways.push_back(next);
  nodes_[loop].next = std::move(ways);
  return loop;
}

}  // namespace vrfd::cli
