// No text makes the configuration's parser crash; what is taken differs in nothing from itself.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/config/difference.h"
#include "daemon/config/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  const auto config = vrfd::config::parse(text);
  if (config && !vrfd::config::difference(*config, *config).empty()) std::abort();
  if (!config && config.error().errors.empty()) std::abort();
  return 0;
}
