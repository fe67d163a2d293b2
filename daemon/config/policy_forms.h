// Forms of policies and prefix lists that other tables use.
#pragma once

#include "daemon/config/form.h"

namespace vrfd::config {

// A prefix, or an object that also bounds its length.
struct PrefixListEntryForm {
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, PrefixListEntry& out);
  static Json schema(const Limits& limits);
};

}  // namespace vrfd::config
