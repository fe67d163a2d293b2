// Single requests and dumps, one at a time, on a socket of their own: send, then read to the end of the answer.
#pragma once

#include <functional>

#include "netlink/acknowledgement.h"
#include "netlink/kernel_socket.h"
#include "netlink/message.h"

namespace vrfd::netlink {

struct Answer {
  int error = 0;
  std::string text;
  // A dump's content may not be of one moment, or part of it was lost.
  bool interrupted = false;
};

class Query {
 public:
  explicit Query(KernelSocket socket) : socket_(std::move(socket)), request_(4096) {}

  // Writes a request to the front of the space it gets and returns its size.
  using Encode = std::function<std::size_t(std::span<std::uint8_t>, std::uint32_t sequence)>;
  using Visit = std::function<void(const Message&)>;

  // A request that is acknowledged; what comes before the acknowledgement goes to `visit`.
  Answer ask(const Encode& encode, const Visit& visit = nullptr);
  // A dump. A table that does not exist is an empty one.
  Answer dump(const Encode& encode, const Visit& visit);

 private:
  Answer exchange(const Encode& encode, const Visit& visit, std::uint16_t flags);
  Answer read(std::uint32_t sequence, const Visit& visit);
  // True at the end of the answer.
  bool take(ByteView datagram, std::uint32_t sequence, const Visit& visit, Answer& answer);

  KernelSocket socket_;
  Bytes request_;
  std::uint32_t sequence_ = 0;
};

}  // namespace vrfd::netlink
