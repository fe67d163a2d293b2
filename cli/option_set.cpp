#include "cli/option_set.h"

#include <charconv>

#include "vrf/types/text.h"

namespace vrfd::cli {
namespace {

using protocol::OptionRow;

std::variant<const OptionRow*, WordFault> option_named(std::string_view name) {
  const OptionRow* found = nullptr;
  std::string names;
  for (const OptionRow& row : protocol::options()) {
    if (row.name == name) return &row;
    if (name.size() < 3 || !row.name.starts_with(name)) continue;
    found = &row;
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  const std::string text(name);
  if (!found) return WordFault{"no option `" + text + "`", text};
  if (names != found->name) return WordFault{"`" + text + "` is ambiguous: " + names, text};
  return found;
}

std::optional<double> seconds_from(std::string_view text) {
  double value = 0;
  const auto [last, status] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (status != std::errc{} || last != text.data() + text.size() || !(value > 0 && value <= 86400)) return std::nullopt;
  return value;
}

std::optional<std::string_view> misread(const OptionRow& row, std::string_view value) {
  if (row.argument == "SECONDS" && !seconds_from(value)) return "seconds, more than 0 and at most 86400";
  const auto minutes = parse_decimal(value, 10080);
  if (row.argument == "MINUTES" && (!minutes || *minutes == 0)) return "minutes, 1 to 10080";
  if (value.empty() || value.size() > 255) return "a text of 1 to 255 octets";
  return std::nullopt;
}

class Splitter {
 public:
  explicit Splitter(std::span<const std::string> arguments) : rest_(arguments) {}

  Arguments run() {
    while (!rest_.empty()) {
      const std::string& word = take();
      if (word == "-h") {
        out_.options.set("--help", "");
      } else if (word.starts_with("--")) {
        option(word);
      } else {
        out_.words.push_back(word);
      }
    }
    return std::move(out_);
  }

 private:
  const std::string& take() {
    const std::string& word = rest_.front();
    rest_ = rest_.subspan(1);
    return word;
  }

  void fail(std::string message, std::string at) {
    if (!out_.fault) out_.fault = WordFault{std::move(message), std::move(at)};
  }

  void option(const std::string& word) {
    const std::size_t equals = word.find('=');
    auto found = option_named(std::string_view(word).substr(0, equals));
    if (auto* fault = std::get_if<WordFault>(&found)) return fail(fault->message, fault->at);
    const OptionRow& row = *std::get<const OptionRow*>(found);
    const std::string name(row.name);
    if (row.argument.empty()) {
      if (equals != std::string::npos) return fail("`" + name + "` takes no value", word);
      return out_.options.set(row.name, "");
    }
    if (equals == std::string::npos && rest_.empty())
      return fail("`" + name + "` needs a value: " + std::string(row.argument), word);
    std::string value = equals == std::string::npos ? take() : word.substr(equals + 1);
    if (auto expected = misread(row, value))
      return fail("`" + name + "`: expected " + std::string(*expected), std::move(value));
    out_.options.set(row.name, std::move(value));
  }

  std::span<const std::string> rest_;
  Arguments out_;
};

}  // namespace

std::optional<std::string> OptionSet::value(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::optional<double> OptionSet::seconds(std::string_view name) const {
  const auto text = value(name);
  return text ? seconds_from(*text) : std::nullopt;
}

std::optional<std::uint64_t> OptionSet::number(std::string_view name) const {
  const auto text = value(name);
  return text ? parse_decimal(*text, UINT64_MAX) : std::nullopt;
}

bool goes_with(const OptionRow& option, const protocol::CommandRow& row) {
  if (option.general) return true;
  const std::string padded = " " + std::string(row.options) + " ";
  return padded.find(" " + std::string(option.name) + " ") != std::string::npos;
}

std::optional<WordFault> OptionSet::unfit_for(const protocol::CommandRow& row) const {
  for (const OptionRow& option : protocol::options())
    if (has(option.name) && !goes_with(option, row)) {
      const std::string verb(row.pattern.substr(0, row.pattern.find(' ')));
      return WordFault{"`" + std::string(option.name) + "` does not go with " + verb, std::string(option.name)};
    }
  return std::nullopt;
}

Arguments split_arguments(std::span<const std::string> arguments) { return Splitter(arguments).run(); }

}  // namespace vrfd::cli
