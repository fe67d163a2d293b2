#include "cli/command_parser.h"

#include <algorithm>
#include <array>
#include <set>

#include "vrf/types/asn.h"
#include "vrf/types/community.h"
#include "vrf/types/prefix.h"
#include "vrf/types/route_distinguisher.h"
#include "vrf/types/text.h"

namespace vrfd::cli {
namespace {

using Kind = Node::Kind;

struct ArgumentType {
  std::string_view word;
  bool (*accepts)(std::string_view text);
};

bool is_number(std::string_view text) { return parse_decimal(text, UINT64_MAX).has_value(); }

constexpr std::array<ArgumentType, 7> checked_arguments{{
    {"PEER", [](std::string_view text) { return IpAddress::from(text).has_value(); }},
    {"AS-NUMBER", [](std::string_view text) { return asn_from(text).has_value(); }},
    {"PREFIX", [](std::string_view text) { return Prefix::from(text).has_value(); }},
    {"RD", [](std::string_view text) { return RouteDistinguisher::from(text).has_value(); }},
    {"RT", [](std::string_view text) { return RouteTarget::from(text).has_value(); }},
    {"ID", &is_number},
    {"N", &is_number},
}};

std::string list_of(const std::vector<Expected>& expected) {
  std::string text;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (i > 0) text += i + 1 == expected.size() ? " or " : ", ";
    text += expected[i].word.empty() ? "the end of the command" : expected[i].word;
  }
  return text;
}

}  // namespace

bool accepts(std::string_view argument, std::string_view text) {
  const auto found = std::ranges::find(checked_arguments, argument, &ArgumentType::word);
  return found == checked_arguments.end() ? !text.empty() : found->accepts(text);
}

bool Command::has(std::string_view keyword) const {
  return std::ranges::any_of(captures, [&](const Capture& c) { return c.keyword && c.word == keyword; });
}

std::optional<std::string> Command::argument(std::string_view word) const {
  const auto found = std::ranges::find_if(captures, [&](const Capture& c) { return !c.keyword && c.word == word; });
  if (found == captures.end()) return std::nullopt;
  return found->text;
}

CommandWalk::CommandWalk(const Grammar& grammar) : grammar_(&grammar) { spread({.node = grammar.start()}); }

void CommandWalk::spread(Thread thread) {
  const Node& node = grammar_->node(thread.node);
  if (node.kind == Kind::once) {
    if ((thread.used & node.bit) != 0) return;
    thread.used |= node.bit;
  } else if (node.kind != Kind::fork) {
    threads_.push_back(std::move(thread));
    return;
  }
  for (std::size_t next : node.next) spread({.node = next, .used = thread.used, .captures = thread.captures});
}

std::vector<const CommandWalk::Thread*> CommandWalk::at_keyword(std::string_view word) const {
  std::vector<const Thread*> found;
  for (const Thread& thread : threads_) {
    const Node& node = grammar_->node(thread.node);
    if (node.kind == Kind::keyword && node.word == word) found.push_back(&thread);
  }
  return found;
}

void CommandWalk::advance(const std::vector<const Thread*>& taken, const Capture& capture) {
  std::vector<Thread> moved;
  for (const Thread* thread : taken)
    for (std::size_t next : grammar_->node(thread->node).next) {
      moved.push_back({.node = next, .used = thread->used, .captures = thread->captures});
      moved.back().captures.push_back(capture);
    }
  threads_.clear();
  for (Thread& thread : moved) spread(std::move(thread));
}

std::optional<WordFault> CommandWalk::step(const std::string& word) {
  if (auto exact = at_keyword(word); !exact.empty()) {
    advance(exact, {.keyword = true, .word = grammar_->node(exact.front()->node).word, .text = word});
    return std::nullopt;
  }
  std::vector<const Thread*> taken;
  std::set<std::string_view> keywords;
  for (const Thread& thread : threads_) {
    const Node& node = grammar_->node(thread.node);
    if (node.kind == Kind::argument && accepts(node.word, word)) taken.push_back(&thread);
    if (node.kind == Kind::keyword && node.word.starts_with(word)) keywords.insert(node.word);
  }
  if (!taken.empty()) {
    const std::string_view type = grammar_->node(taken.front()->node).word;
    std::erase_if(taken, [&](const Thread* thread) { return grammar_->node(thread->node).word != type; });
    advance(taken, {.keyword = false, .word = type, .text = word});
    return std::nullopt;
  }
  if (word.empty() || keywords.empty()) return unexpected(word);
  if (keywords.size() > 1) {
    std::string names;
    for (std::string_view keyword : keywords) names += (names.empty() ? "" : ", ") + std::string(keyword);
    return WordFault{"`" + word + "` is ambiguous: " + names, word};
  }
  advance(at_keyword(*keywords.begin()), {.keyword = true, .word = *keywords.begin(), .text = word});
  return std::nullopt;
}

WordFault CommandWalk::unexpected(const std::string& word) const {
  return {"`" + word + "` is not understood here: expected " + list_of(expected()), word};
}

std::vector<Expected> CommandWalk::expected() const {
  std::vector<Expected> list;
  bool end = false;
  for (const Thread& thread : threads_) {
    const Node& node = grammar_->node(thread.node);
    end = end || node.kind == Kind::end;
    if (node.kind == Kind::end || std::ranges::find(list, node.word, &Expected::word) != list.end()) continue;
    const bool argument = node.kind == Kind::argument;
    list.push_back({.word = node.word,
                    .argument = argument,
                    .help = argument ? protocol::help_of_argument(node.word) : protocol::help_of_keyword(node.word)});
  }
  if (end) list.push_back({.word = {}, .argument = false, .help = "the command is complete"});
  return list;
}

std::variant<Command, WordFault> CommandWalk::finish() const {
  for (const Thread& thread : threads_)
    if (grammar_->node(thread.node).kind == Kind::end)
      return Command{.row = grammar_->node(thread.node).row, .captures = thread.captures};
  const bool empty = threads_.empty() || threads_.front().captures.empty();
  return WordFault{empty ? "a command is missing" : "the command is incomplete: expected " + list_of(expected()), ""};
}

std::vector<const protocol::CommandRow*> CommandWalk::possible() const {
  std::set<const protocol::CommandRow*> rows;
  std::set<std::size_t> seen;
  std::vector<std::size_t> open;
  open.reserve(threads_.size());
  for (const Thread& thread : threads_) open.push_back(thread.node);
  while (!open.empty()) {
    const std::size_t position = open.back();
    open.pop_back();
    if (!seen.insert(position).second) continue;
    const Node& node = grammar_->node(position);
    if (node.row) rows.insert(node.row);
    open.insert(open.end(), node.next.begin(), node.next.end());
  }
  return {rows.begin(), rows.end()};
}

std::variant<Command, WordFault> parse_command(std::span<const std::string> words) {
  CommandWalk walk;
  for (const std::string& word : words)
    if (auto fault = walk.step(word)) return *fault;
  return walk.finish();
}

}  // namespace vrfd::cli
