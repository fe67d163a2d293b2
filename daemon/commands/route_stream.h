// `show bgp … routes`: rows of a table, produced in slices while the client reads, so that neither memory nor the loop
// is held by a long table. Between slices the table may change, and instance or peer may go: then the stream ends.
#pragma once

#include <memory>

#include "daemon/commands/context.h"
#include "daemon/protocol/route_row.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

class RouteStream : public std::enable_shared_from_this<RouteStream> {
 public:
  RouteStream(Context& context, protocol::ShowRoutesRequest request, control::Responder responder)
      : context_(context), request_(std::move(request)), responder_(std::move(responder)) {}

  // Checks what was asked for and begins.
  void start();

 private:
  void go_on();
  // The table, and the peer if one was asked for; false when they are gone.
  bool look_up();
  void visit(DestId dest);
  void visit_paths(DestId dest);
  void visit_advertised(DestId dest);
  bool wanted(const Nlri& nlri) const;
  bool has_target(AttrId attributes) const;
  void emit(const protocol::RouteRow& row);

  Context& context_;
  protocol::ShowRoutesRequest request_;
  control::Responder responder_;
  Instance* instance_ = nullptr;
  Peer* peer_ = nullptr;
  RouteTable* table_ = nullptr;
  DestId next_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace vrfd::commands
