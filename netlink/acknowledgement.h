// How the kernel ends an exchange: NLMSG_ERROR (0 is an acknowledgement) and NLMSG_DONE, with the text of extended
// acknowledgements.
#pragma once

#include <optional>

#include "netlink/message.h"

namespace vrfd::netlink {

struct Acknowledgement {
  // An errno, 0 for success.
  int error = 0;
  // The kernel's own words; empty where it has none.
  std::string text;
};

// Nothing if the message is neither or malformed. Takes answers with and without the echoed request (NETLINK_CAP_ACK).
std::optional<Acknowledgement> decode_acknowledgement(const Message& message);

// "Nexthop has invalid gateway. (network is unreachable)": the kernel's words and the name of the errno.
std::string explanation(const Acknowledgement& acknowledgement);

}  // namespace vrfd::netlink
