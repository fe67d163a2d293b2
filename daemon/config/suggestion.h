// "did you mean": the known name that is nearest to what was written.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vrfd::config {

// Nothing if no name is within two edits (one for names below five characters).
std::optional<std::string_view> nearest_name(std::string_view written, std::span<const std::string_view> names);
// "\"a\", \"b\" or \"c\""; long lists are cut. `none` where the list is empty.
std::string one_of(std::span<const std::string_view> names, std::string_view none);

}  // namespace vrfd::config
