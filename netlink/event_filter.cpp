#include "netlink/event_filter.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>

#include <cstddef>

namespace vrfd::netlink {

namespace {

constexpr std::uint32_t pass = 0xFFFFFFFF;
constexpr std::uint32_t drop = 0;

FilterInstruction load(std::uint16_t size, std::size_t offset) {
  return {static_cast<std::uint16_t>(BPF_LD | size | BPF_ABS), 0, 0, static_cast<std::uint32_t>(offset)};
}

FilterInstruction jump_if_equal(std::uint32_t operand, std::uint8_t if_true, std::uint8_t if_false) {
  return {BPF_JMP | BPF_JEQ | BPF_K, if_true, if_false, operand};
}

FilterInstruction result(std::uint32_t value) { return {BPF_RET | BPF_K, 0, 0, value}; }

// BPF loads in network order, netlink headers are in the host's.
std::uint32_t as_loaded(std::uint16_t value) { return htons(value); }
std::uint32_t as_loaded(std::uint32_t value) { return htonl(value); }

}  // namespace

static_assert(sizeof(FilterInstruction) == sizeof(sock_filter));

EventFilter event_filter(std::uint32_t own_port) {
  return {{
      load(BPF_W, offsetof(nlmsghdr, nlmsg_pid)),
      jump_if_equal(as_loaded(own_port), 0, 6),
      load(BPF_H, offsetof(nlmsghdr, nlmsg_type)),
      jump_if_equal(as_loaded(std::uint16_t{RTM_NEWROUTE}), 3, 0),
      jump_if_equal(as_loaded(std::uint16_t{RTM_DELROUTE}), 2, 0),
      jump_if_equal(as_loaded(std::uint16_t{RTM_NEWNEXTHOP}), 1, 0),
      jump_if_equal(as_loaded(std::uint16_t{RTM_DELNEXTHOP}), 0, 1),
      result(drop),
      result(pass),
  }};
}

}  // namespace vrfd::netlink
