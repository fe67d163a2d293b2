// The capabilities that vrfd reads and writes, one row each (RFC 5492, 4).
#pragma once

#include <span>
#include <string_view>

#include "daemon/bgp/wire/capability.h"

namespace vrfd::bgp {

// What a value that breaks its row's rule means.
enum class BadValue : std::uint8_t { passed_over, refuses_open };

struct CapabilityRow {
  std::uint8_t code;
  std::string_view name;
  BadValue bad_value;
  bool (*well_formed)(ByteView value);
  void (*read)(ByteView value, Capabilities& into);
  // Appends the values to announce, each as a capability of its own. Null where vrfd never announces it.
  void (*write)(const Capabilities& from, std::vector<Bytes>& values);
};

std::span<const CapabilityRow> capability_rows();

// Reads one capability; false if it makes the OPEN unacceptable. Repeated capabilities add up or repeat what is known
// (RFC 5492, 4).
bool read_capability(std::uint8_t code, ByteView value, Capabilities& into);
// All of them, as code, length, value.
void write_capabilities(const Capabilities& from, Bytes& out);

}  // namespace vrfd::bgp
