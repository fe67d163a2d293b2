// Files that must be there whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "vrf/types/result.h"

namespace vrfd::config {

inline constexpr std::size_t file_limit = 64u << 20;

Result<std::string> read_file(const std::filesystem::path& path);

// Atomically: a file beside it is written, flushed to the disk and renamed. An existing file's mode is kept; a new one
// is readable by its owner only, as a configuration may hold passwords.
Result<void> replace_file(const std::filesystem::path& path, std::string_view text);

}  // namespace vrfd::config
