// NETLINK_ROUTE sockets: one kind for requests and their answers, one for events. All are non-blocking.
//
// NETLINK_NO_ENOBUFS is never set: it would hide that something was lost.
#pragma once

#include <chrono>
#include <cstdint>

#include "netlink/file_descriptor.h"
#include "vrf/types/bytes.h"
#include "vrf/types/result.h"

struct mnl_socket;

namespace vrfd::netlink {

enum class Received {
  datagram,
  nothing,    // none is waiting
  lost,       // ENOBUFS: the kernel had more than the buffer took
  truncated,  // a datagram larger than the buffer; the buffer grows for the next
  failed      // see `Receipt::error`
};

struct Receipt {
  Received outcome = Received::nothing;
  ByteView octets;  // of a datagram, until the next `receive`
  int error = 0;
};

class KernelSocket {
 public:
  // With extended and capped acknowledgements, strict checks of dumps, and 1 MiB for answers (as far as permitted).
  static Result<KernelSocket> for_requests();
  // Subscribed to links, addresses, neighbours, routes, labels, next-hop objects and rules, except what `request_port`
  // changes of routes, labels and objects. A notification takes about 0.8 to 1.3 kB of the buffer.
  static Result<KernelSocket> for_events(std::uint32_t request_port, std::size_t buffer);

  KernelSocket(KernelSocket&& other) noexcept;
  KernelSocket& operator=(KernelSocket&& other) noexcept;
  ~KernelSocket();

  int fd() const;
  // The address by which the kernel names this socket in notifications.
  std::uint32_t port() const;

  // 0 or an errno. All or nothing is sent.
  int send(ByteView octets);
  // Messages of others than the kernel are skipped.
  Receipt receive();
  // Waits until there is something to receive; false if the time is over first.
  bool wait(std::chrono::milliseconds time) const;

 private:
  explicit KernelSocket(mnl_socket* socket);

  mnl_socket* socket_ = nullptr;
  Bytes buffer_;
};

}  // namespace vrfd::netlink
