// `show bgp … routes`: rows of a table, produced in slices while the client reads, so that neither memory nor the loop
// is held by a long table. Between slices the table may change, and instance or peer may go: then the stream ends.
//
// Paths of all peers lie side by side in the table. What is advertised does not: without a peer the table is walked
// once for each of them, in the order of their addresses, and the row's `peer` is then whom the route is sent to.
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
  // The table, and the peer whose turn it is; false when they are gone.
  bool look_up();
  bool look_up_asked_peer();
  bool look_up_told_peer();
  // The one after it, if it is everybody's turn; false after the last.
  bool turn_to_next_peer();
  bool walks_every_peer() const { return request_.view == protocol::RouteView::advertised && !request_.peer; }
  void walk();
  void finish();
  void visit(DestId dest);
  void visit_paths(DestId dest);
  void visit_advertised(DestId dest);
  bool is_shown(const Path& path) const;
  bool wanted(const Prefix& prefix) const;
  bool has_rd(std::optional<RouteDistinguisher> rd) const { return !request_.rd || rd == request_.rd; }
  bool has_target(AttrId attributes) const;
  void emit(const protocol::RouteRow& row);

  Context& context_;
  protocol::ShowRoutesRequest request_;
  control::Responder responder_;
  Instance* instance_ = nullptr;
  Peer* peer_ = nullptr;
  IpAddress told_;                // whose turn it is, where it is everybody's
  UpdateGroup* group_ = nullptr;  // of `peer_`, in a slice of what is advertised
  RouteTable* table_ = nullptr;
  DestId next_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace vrfd::commands
