#include "daemon/router/kernel_operations.h"

namespace vrfd {

namespace {

struct Translation {
  netlink::Change operator()(const ReplaceRoute& r) const {
    return netlink::ReplaceRoute{.key = r.key, .next_hop = r.object, .type = r.type};
  }
  netlink::Change operator()(const DeleteRoute& r) const { return netlink::DeleteRoute{.key = r.key}; }
  netlink::Change operator()(const std::unique_ptr<const ReplaceHop>& r) const {
    return netlink::ReplaceNextHop{r->id, r->hop, r->family};
  }
  netlink::Change operator()(ReplaceGroup& r) const { return netlink::ReplaceNextHopGroup{r.id, std::move(r.members)}; }
  netlink::Change operator()(const DeleteObject& r) const { return netlink::DeleteNextHop{r.id}; }
  netlink::Change operator()(ReplaceLabel& r) const { return netlink::ReplaceLabel{r.label, std::move(r.hops)}; }
  netlink::Change operator()(const DeleteLabel& r) const { return netlink::DeleteLabel{r.label}; }
};

}  // namespace

netlink::Operation to_kernel(FibOperation operation) {
  return {operation.cookie, std::visit(Translation{}, operation.change)};
}

}  // namespace vrfd
