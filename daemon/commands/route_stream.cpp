#include "daemon/commands/route_stream.h"

#include <algorithm>

#include "daemon/commands/path_row.h"

namespace vrfd::commands {

namespace {

constexpr std::size_t dests_per_slice = 1000;

using protocol::RouteRow;
using protocol::RouteView;

}  // namespace

void RouteStream::start() {
  const auto found = find_instance(context_.router, request_.vpn_instance);
  if (const auto* error = std::get_if<protocol::ErrorAnswer>(&found)) return responder_.error(*error);
  if (!look_up() && request_.peer) return responder_.error(unknown_peer(*std::get<Instance*>(found), *request_.peer));
  go_on();
}

bool RouteStream::look_up() {
  instance_ = context_.router.instance(request_.vpn_instance.value_or(""));
  if (instance_ == nullptr) return false;
  table_ = &context_.router.core().table(instance_->id(), request_.family);
  peer_ = nullptr;
  if (request_.peer) return look_up_asked_peer();
  return !walks_every_peer() || look_up_told_peer();
}

bool RouteStream::look_up_asked_peer() {
  const auto at = instance_->peers().find(*request_.peer);
  if (at != instance_->peers().end()) {
    peer_ = at->second.get();
  } else if (!vrfd::row_of(request_.family).vpn && request_.view == RouteView::accepted_paths) {
    // An imported path's peer is one of the public instance.
    auto& peers = context_.router.instance("")->peers();
    const auto vpn = peers.find(*request_.peer);
    peer_ = vpn == peers.end() ? nullptr : vpn->second.get();
  }
  return peer_ != nullptr;
}

bool RouteStream::look_up_told_peer() {
  const auto at = instance_->peers().lower_bound(told_);
  if (at == instance_->peers().end()) return false;
  if (at->first != told_) next_ = 0;  // the first one, or the one whose turn it was is gone
  told_ = at->first;
  peer_ = at->second.get();
  return true;
}

bool RouteStream::turn_to_next_peer() {
  if (!walks_every_peer()) return false;
  const auto at = instance_->peers().upper_bound(told_);
  if (at == instance_->peers().end()) return false;
  told_ = at->first;
  next_ = 0;
  return true;
}

// One slice; then the loop has its turn.
void RouteStream::go_on() {
  if (responder_.closed()) return;
  if (!look_up()) return finish();
  walk();
  if (next_ >= table_->limit() && !turn_to_next_peer()) return finish();
  const auto again = [self = shared_from_this()] { self->go_on(); };
  if (responder_.ready())
    context_.later(again);
  else
    responder_.on_ready(again);
}

void RouteStream::finish() {
  if (request_.count)
    responder_.end(count_);
  else
    responder_.end();
}

void RouteStream::walk() {
  const bool advertised = request_.view == RouteView::advertised;
  group_ = advertised ? context_.router.core().group_of(*table_, peer_->id()) : nullptr;
  if (advertised && group_ == nullptr) {
    next_ = table_->limit();
    return;
  }
  const bool exact = request_.prefix && !request_.longer && !vrfd::row_of(request_.family).vpn;
  if (exact) {
    const DestId dest = table_->find({{}, *request_.prefix});
    if (dest != no_index) visit(dest);
    next_ = table_->limit();
  }
  for (std::size_t budget = dests_per_slice; next_ < table_->limit() && budget != 0 && responder_.ready(); --budget)
    visit(next_++);
}

void RouteStream::visit(DestId dest) {
  if (!table_->in_use(dest) || !wanted(table_->nlri(dest).prefix)) return;
  if (request_.view == RouteView::advertised)
    visit_advertised(dest);
  else
    visit_paths(dest);
}

bool RouteStream::wanted(const Prefix& prefix) const {
  if (!request_.prefix) return true;
  return request_.longer ? request_.prefix->covers(prefix) : *request_.prefix == prefix;
}

bool RouteStream::has_target(AttrId attributes) const {
  if (!request_.rt) return true;
  const auto communities = table_->attributes()[attributes].extended_communities();
  return std::find(communities.begin(), communities.end(), request_.rt->community()) != communities.end();
}

bool RouteStream::is_shown(const Path& path) const {
  if (peer_ != nullptr && path.source != peer_->id()) return false;
  if (request_.view == RouteView::accepted_paths) return path.accepted();
  // What peers have announced, here: neither routes of this router's own nor those of other tables.
  if (path.has(PathFlag::imported) || context_.router.peer(path.source) == nullptr) return false;
  return request_.view == RouteView::received || path.reason == PathReason::policy ||
         path.reason == PathReason::no_policy;
}

void RouteStream::visit_paths(DestId dest) {
  const bool as_received = request_.view != RouteView::accepted_paths;
  for (PathId p = table_->first(dest); p != no_index; p = table_->next(p)) {
    const Path& path = table_->path(p);
    if (is_shown(path) && has_rd(rd_of(*table_, dest, p)) && has_target(as_received ? path.received : path.attributes))
      emit(path_row(context_.router, *instance_, *table_, dest, p, as_received));
  }
}

void RouteStream::visit_advertised(DestId dest) {
  const OutRoute route = group_->announced(dest);
  if (route.attributes == AttrId::none || route.source == peer_->id() || !has_target(route.attributes)) return;
  RouteRow row = route_row(context_.router, *instance_, *table_, dest, route.attributes, route.label, route.source);
  if (request_.rd && row.rd != to_string(*request_.rd)) return;
  if (walks_every_peer()) row.peer = config::name_of(peer_->configured());
  if (table_->attributes()[route.attributes].next_hop().is_unspecified())
    row.next_hop = to_string(peer_->self_next_hop(request_.family).address);
  row.best = true;
  row.state = name_of(PathState::accepted);
  emit(row);
}

void RouteStream::emit(const RouteRow& row) {
  ++count_;
  if (!request_.count) responder_.row(row);
}

void add_route_commands(control::Methods& methods, Context& context) {
  methods.add<protocol::ShowRoutesRequest>(
      [&context](const protocol::ShowRoutesRequest& request, control::Responder responder) {
        std::make_shared<RouteStream>(context, request, std::move(responder))->start();
      });
}

}  // namespace vrfd::commands
