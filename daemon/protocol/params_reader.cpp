#include "daemon/protocol/params_reader.h"

#include <algorithm>

namespace vrfd::protocol {

const Params* ParamsReader::find(std::string_view key) {
  known_.emplace_back(key);
  const auto found = params_.find(key);
  if (error_ || found == params_.end() || found->is_null()) return nullptr;
  return &*found;
}

void ParamsReader::fail(std::string message) {
  if (!error_) error_ = Error{std::move(message)};
}

void ParamsReader::fail(std::string_view key, std::string_view expected) {
  fail("parameter `" + std::string(key) + "`: expected " + std::string(expected));
}

std::optional<std::string> ParamsReader::text(std::string_view key, std::size_t longest) {
  const Params* found = find(key);
  if (!found) return std::nullopt;
  if (!found->is_string() || found->get_ref<const std::string&>().empty() ||
      found->get_ref<const std::string&>().size() > longest) {
    fail(key, "a text of 1 to " + std::to_string(longest) + " octets");
    return std::nullopt;
  }
  return found->get<std::string>();
}

std::optional<std::string> ParamsReader::document(std::string_view key) {
  const Params* found = find(key);
  if (!found) return std::nullopt;
  if (!found->is_string()) {
    fail(key, "a text");
    return std::nullopt;
  }
  return found->get<std::string>();
}

bool ParamsReader::boolean(std::string_view key) {
  const Params* found = find(key);
  if (!found) return false;
  if (!found->is_boolean()) {
    fail(key, "true or false");
    return false;
  }
  return found->get<bool>();
}

std::optional<std::uint64_t> ParamsReader::number(std::string_view key, std::uint64_t least, std::uint64_t most) {
  const Params* found = find(key);
  if (!found) return std::nullopt;
  if (found->is_number_unsigned()) {
    const auto value = found->get<std::uint64_t>();
    if (value >= least && value <= most) return value;
  }
  fail(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<double> ParamsReader::seconds(std::string_view key) {
  const Params* found = find(key);
  if (!found) return std::nullopt;
  const double value = found->is_number() ? found->get<double>() : 0;
  if (!(value > 0 && value <= 86400)) {
    fail(key, "seconds, more than 0 and at most 86400");
    return std::nullopt;
  }
  return value;
}

std::optional<Error> ParamsReader::finish() {
  if (error_) return error_;
  for (const auto& [key, value] : params_.items()) {
    if (std::ranges::find(known_, key) != known_.end()) continue;
    std::string list;
    for (const std::string& known : known_) list += (list.empty() ? "" : ", ") + known;
    return Error{"unknown parameter `" + key.substr(0, 64) + "`: expected " + (list.empty() ? "none" : list)};
  }
  return std::nullopt;
}

}  // namespace vrfd::protocol
