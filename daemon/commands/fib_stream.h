// `show fib`: rows of the FIBs of one instance or of all, in slices as RouteStream.
#pragma once

#include <memory>

#include "daemon/commands/context.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

std::vector<protocol::HopRow> hop_rows(Router& router, const ForwardingHops& hops);

class FibStream : public std::enable_shared_from_this<FibStream> {
 public:
  FibStream(Context& context, bool drift, std::vector<std::string> instances, control::Responder responder)
      : context_(context), drift_(drift), instances_(std::move(instances)), responder_(std::move(responder)) {}
  void go_on();

 private:
  // Rows of the FIB at hand; true when it has no more.
  bool rows(const Instance& instance, const Fib& fib, std::size_t& budget);

  Context& context_;
  bool drift_;
  std::vector<std::string> instances_;
  control::Responder responder_;
  std::size_t fib_ = 0;  // two for each instance
  DestId next_ = 0;
};

}  // namespace vrfd::commands
