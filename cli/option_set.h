// The options among the words: `--name`, `--name VALUE`, `--name=VALUE`, anywhere, abbreviated like keywords.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/command_parser.h"

namespace vrfd::cli {

class OptionSet {
 public:
  bool has(std::string_view name) const { return values_.contains(name); }
  std::optional<std::string> value(std::string_view name) const;
  std::optional<double> seconds(std::string_view name) const;
  std::optional<std::uint64_t> number(std::string_view name) const;
  void set(std::string_view name, std::string value) { values_[name] = std::move(value); }

  // The first option that does not go with the command.
  std::optional<WordFault> unfit_for(const protocol::CommandRow& row) const;

 private:
  std::map<std::string_view, std::string> values_;
};

struct Arguments {
  std::vector<std::string> words{};
  OptionSet options{};
  std::optional<WordFault> fault{};  // the first; what could be read is read nevertheless
};

Arguments split_arguments(std::span<const std::string> arguments);

// Options that go with the command: its own, then the general ones.
bool goes_with(const protocol::OptionRow& option, const protocol::CommandRow& row);

}  // namespace vrfd::cli
