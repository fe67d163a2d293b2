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
  if (request_.view != RouteView::accepted_paths && !request_.peer)
    return responder_.error(protocol::ErrorCode::usage, "this view is one of a peer: name it with `peer`", "peer");
  if (!look_up()) return responder_.error(unknown_peer(*std::get<Instance*>(found), *request_.peer));
  go_on();
}

bool RouteStream::look_up() {
  instance_ = context_.router.instance(request_.vpn_instance.value_or(""));
  if (instance_ == nullptr) return false;
  table_ = &context_.router.core().table(instance_->id(), request_.family);
  peer_ = nullptr;
  if (!request_.peer) return true;
  const auto at = instance_->peers().find(*request_.peer);
  if (at == instance_->peers().end() && !vrfd::row_of(request_.family).vpn) {
    // An imported path's peer is one of the public instance.
    auto& peers = context_.router.instance("")->peers();
    const auto vpn = peers.find(*request_.peer);
    peer_ = vpn == peers.end() || request_.view != RouteView::accepted_paths ? nullptr : vpn->second.get();
  } else if (at != instance_->peers().end()) {
    peer_ = at->second.get();
  }
  return peer_ != nullptr;
}

// One slice; then the loop has its turn.
void RouteStream::go_on() {
  if (responder_.closed()) return;
  if (!look_up()) return responder_.end();
  const bool exact = request_.prefix && !request_.longer && !vrfd::row_of(request_.family).vpn;
  if (exact) {
    const DestId dest = table_->find({{}, *request_.prefix});
    if (dest != no_index) visit(dest);
    next_ = table_->limit();
  }
  for (std::size_t budget = dests_per_slice; next_ < table_->limit() && budget != 0 && responder_.ready(); --budget)
    visit(next_++);
  if (next_ >= table_->limit()) return request_.count ? responder_.end(count_) : responder_.end();
  const auto again = [self = shared_from_this()] { self->go_on(); };
  if (responder_.ready())
    context_.later(again);
  else
    responder_.on_ready(again);
}

void RouteStream::visit(DestId dest) {
  if (!table_->in_use(dest) || !wanted(table_->nlri(dest))) return;
  if (request_.view == RouteView::advertised)
    visit_advertised(dest);
  else
    visit_paths(dest);
}

bool RouteStream::wanted(const Nlri& nlri) const {
  if (request_.rd && nlri.rd != *request_.rd) return false;
  if (!request_.prefix) return true;
  return request_.longer ? request_.prefix->covers(nlri.prefix) : *request_.prefix == nlri.prefix;
}

bool RouteStream::has_target(AttrId attributes) const {
  if (!request_.rt) return true;
  const auto communities = table_->attributes()[attributes].extended_communities();
  return std::find(communities.begin(), communities.end(), request_.rt->community()) != communities.end();
}

void RouteStream::visit_paths(DestId dest) {
  for (PathId p = table_->first(dest); p != no_index; p = table_->next(p)) {
    const Path& path = table_->path(p);
    if (peer_ != nullptr && path.source != peer_->id()) continue;
    if (request_.view == RouteView::accepted_paths && !path.accepted()) continue;
    if (request_.view == RouteView::rejected && path.reason != PathReason::policy &&
        path.reason != PathReason::no_policy)
      continue;
    if (request_.view != RouteView::accepted_paths && path.has(PathFlag::imported)) continue;
    const AttrId shown = request_.view == RouteView::accepted_paths ? path.attributes : path.received;
    const bool as_received = request_.view != RouteView::accepted_paths;
    if (has_target(shown)) emit(path_row(context_.router, *instance_, *table_, dest, p, as_received));
  }
}

void RouteStream::visit_advertised(DestId dest) {
  UpdateGroup* group = context_.router.core().group_of(*table_, peer_->id());
  if (group == nullptr) return;
  const OutRoute route = group->announced(dest);
  if (route.attributes == AttrId::none || route.source == peer_->id() || !has_target(route.attributes)) return;
  RouteRow row = route_row(context_.router, *instance_, *table_, dest, route.attributes, route.label, route.source);
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
