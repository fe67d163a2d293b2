#include "tests/bench/load/route_socket.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace vrfd::bench {

namespace {

int must(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::system_category(), what);
  return result;
}

// The calling thread is in the namespace while this lives.
class Visit {
 public:
  explicit Visit(const std::string& netns)
      : home_(must(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "own namespace")) {
    const int there = must(open(netns.c_str(), O_RDONLY | O_CLOEXEC), netns.c_str());
    const int result = setns(there, CLONE_NEWNET);
    close(there);
    must(result, "setns");
  }
  ~Visit() {
    if (setns(home_, CLONE_NEWNET) != 0) std::terminate();
    close(home_);
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

 private:
  int home_;
};

std::uint32_t host_number(const rtattr* attribute) {
  std::uint32_t value;
  std::memcpy(&value, RTA_DATA(attribute), sizeof value);
  return value;
}

}  // namespace

int open_route_socket(const std::string& netns, std::uint32_t groups, const std::string& link,
                      std::uint32_t* interface) {
  const Visit visit(netns);
  const int found = must(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "netlink socket");
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = groups;
  must(bind(found, reinterpret_cast<sockaddr*>(&address), sizeof address), "bind");
  if (interface != nullptr) *interface = if_nametoindex(link.c_str());
  return found;
}

std::optional<KernelRoute> kernel_route(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWROUTE && message.nlmsg_type != RTM_DELROUTE) return std::nullopt;
  const auto* head = static_cast<const rtmsg*>(NLMSG_DATA(&message));
  if (head->rtm_family != AF_INET || head->rtm_type != RTN_UNICAST) return std::nullopt;
  KernelRoute route{.deleted = message.nlmsg_type == RTM_DELROUTE,
                    .table = head->rtm_table,
                    .protocol = head->rtm_protocol,
                    .length = head->rtm_dst_len};
  auto left = static_cast<int>(RTM_PAYLOAD(&message));
  for (const rtattr* at = RTM_RTA(head); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    if (at->rta_type == RTA_TABLE) route.table = host_number(at);
    if (at->rta_type == RTA_DST) route.address = number_at(static_cast<const std::uint8_t*>(RTA_DATA(at)));
    if (at->rta_type == RTA_GATEWAY) route.gateway = number_at(static_cast<const std::uint8_t*>(RTA_DATA(at)));
  }
  return route;
}

}  // namespace vrfd::bench
