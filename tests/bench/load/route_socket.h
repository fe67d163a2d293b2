// A netlink socket of another network namespace, and the messages in what it gives.
#pragma once

#include <linux/rtnetlink.h>

#include <cstdint>
#include <optional>
#include <string>

#include "tests/bench/load/octet_writer.h"

namespace vrfd::bench {

// Opens a NETLINK_ROUTE socket in the namespace of this path; `interface` becomes the number of the link named there.
int open_route_socket(const std::string& netns, std::uint32_t groups, const std::string& link = {},
                      std::uint32_t* interface = nullptr);

struct KernelRoute {
  bool deleted = false;
  std::uint32_t table = 0;
  std::uint8_t protocol = 0;
  std::uint32_t address = 0;
  std::uint8_t length = 0;
  std::uint32_t gateway = 0;  // 0: none
};

// An IPv4 unicast route, if the message is about one.
std::optional<KernelRoute> kernel_route(const nlmsghdr& message);

// Calls `take` for each message in the octets.
template <class Take>
void each_message(Octets octets, const Take& take) {
  auto left = static_cast<std::uint32_t>(octets.size());
  for (const auto* at = reinterpret_cast<const nlmsghdr*>(octets.data()); NLMSG_OK(at, left); at = NLMSG_NEXT(at, left))
    take(*at);
}

}  // namespace vrfd::bench
