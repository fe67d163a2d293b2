// What one key cannot know: names that refer to nothing, things that may be there once only, options that contradict
// each other.
#pragma once

#include "daemon/config/reader.h"

namespace vrfd::config {

void check(Reader& reader, const JsonValue& root, const Config& config);

}  // namespace vrfd::config
