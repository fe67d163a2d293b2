// A classic BPF program for the event socket: routes, labels and next-hop objects that our own request socket changed
// are dropped in the kernel, before they take room in the receive buffer. Notifications carry the port id of the socket
// that asked for the change.
#pragma once

#include <array>
#include <cstdint>

namespace vrfd::netlink {

// One instruction, with the layout of the kernel's.
struct FilterInstruction {
  std::uint16_t code;
  std::uint8_t if_true;
  std::uint8_t if_false;
  std::uint32_t operand;
};

using EventFilter = std::array<FilterInstruction, 9>;

EventFilter event_filter(std::uint32_t own_port);

}  // namespace vrfd::netlink
