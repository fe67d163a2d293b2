// What the kernel tells, handed to whom it concerns.
#include <algorithm>

#include "daemon/router/kernel_side.h"
#include "netlink/numbers.h"

namespace vrfd {

namespace {

bool is_ours(const netlink::KernelRoute& route) {
  return route.protocol == netlink::route_protocol && route.metric == netlink::route_metric;
}

bool carries(const netlink::Link& link) { return link.up && link.carrier; }

Resolution resolution_of(const netlink::KernelRoute& route) {
  return {.type = route.type,
          .matched = route.key.prefix,
          .metric = route.metric,
          .protocol = route.protocol,
          .hops = route.hops};
}

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

}  // namespace

void KernelSide::on(netlink::KernelEvent& event, TimePoint now) {
  using namespace netlink;
  const auto found = [&](Cookie cookie, auto visit) {
    const auto dump = dumps_.find(cookie);
    if (dump != dumps_.end()) visit(dump->second);
  };
  std::visit(Overloaded{
                 [&](const Acknowledged& acked) {
                   for (Cookie cookie : acked.cookies) acknowledge(cookie, now);
                 },
                 [&](const Refused& refused) { refuse(refused, now); },
                 [&](const LookupAnswer& given) {
                   --lookups_under_way_;
                   answer(given);
                 },
                 [&](const DumpChunk<KernelRoute>& chunk) {
                   found(chunk.cookie, [&](const Dump& dump) {
                     if (Programmed* instance = find(dump.instance)) take(*instance, dump.family, chunk.objects);
                   });
                 },
                 [&](const DumpChunk<MplsRoute>& chunk) {
                   for (const MplsRoute& r : chunk.objects) {
                     if (!looked_around_) note_leftover(r.protocol == route_protocol);
                     if (!looked_around_ && r.protocol == route_protocol) label_pool_.let_rest(r.label, now);
                     mpls_.found({r.label, r.protocol == route_protocol, r.hops});
                   }
                 },
                 [&](const DumpChunk<NextHopObject>& chunk) {
                   for (const NextHopObject& o : chunk.objects) {
                     if (!netlink::is_own(o.id)) continue;
                     if (!looked_around_) note_leftover(o.protocol == route_protocol);
                     forwarding_.found({o.id, o.protocol == route_protocol, o.hop, o.members});
                   }
                 },
                 [&](const DumpChunk<Link>& chunk) {
                   for (const Link& link : chunk.objects) link_changed(link, now);
                 },
                 [&](const DumpChunk<Address>& chunk) {
                   for (const Address& address : chunk.objects) interfaces_.add(address);
                 },
                 [&](const DumpChunk<Neighbour>& chunk) {
                   found(chunk.cookie, [&](const Dump& dump) { take(dump, chunk.objects); });
                 },
                 [&](const DumpChunk<Rule>&) {},
                 [&](const DumpDone& done) {
                   const auto node = dumps_.extract(done.cookie);
                   if (!node.empty()) end_dump(node.mapped(), done, now);
                 },
                 [&](const auto& change) { on_change(change, now); },
             },
             event);
}

// ---- outcomes

void KernelSide::acknowledge(netlink::Cookie value, TimePoint now) {
  const FibCookie cookie = FibCookie::from(value);
  if (cookie.owner == FibOwner::next_hop_objects) {
    objects_moved_ |= core_.uses_labelled();
    return forwarding_.acknowledge(cookie, now);
  }
  if (cookie.owner == FibOwner::labels) {
    mpls_.acknowledge(cookie);
    return label_settled(Label{cookie.index});
  }
  if (cookie.owner == FibOwner::neighbours) return neighbours_.acknowledge(cookie);
  Fib* fib = fib_of(cookie.owner);
  if (fib == nullptr) return;
  // Next hops may resolve over it, and of own routes the kernel tells nothing.
  const bool carries_others = core_.uses_labelled() && is_public(*fib);
  if (const auto prefix = carries_others ? fib->prefix_of(cookie) : std::nullopt)
    core_.next_hops().invalidate(public_instance, *prefix);
  fib->acknowledge(cookie);
}

void KernelSide::refuse(const netlink::Refused& refused, TimePoint now) {
  const FibCookie cookie = FibCookie::from(refused.cookie);
  log_.write(LogEvent::kernel_refused, {{"error", refused.error}, {"text", refused.text}});
  if (cookie.owner == FibOwner::next_hop_objects) return forwarding_.refuse(cookie, refused.error, refused.text, now);
  if (cookie.owner == FibOwner::labels) {
    mpls_.refuse(cookie, refused.error, refused.text, now);
    return label_settled(Label{cookie.index});
  }
  if (cookie.owner == FibOwner::neighbours) return neighbours_.refuse(cookie, refused.text);
  if (Fib* fib = fib_of(cookie.owner)) fib->refuse(cookie, refused.error, refused.text, now);
}

bool KernelSide::is_public(const Fib& fib) {
  const Programmed* own = find(public_instance);
  return own != nullptr &&
         std::any_of(own->fibs.begin(), own->fibs.end(), [&](const auto& one) { return one.get() == &fib; });
}

Fib* KernelSide::fib_of(FibOwner owner) {
  const auto number = static_cast<std::size_t>(owner);
  return number < owners_.size() ? owners_[number] : nullptr;
}

// A route of our own does not make a next hop of ours reachable: the two would hold each other up. Labelled unicast
// does, if what it leads over is no route of our own in turn.
bool KernelSide::resolves(const netlink::KernelRoute& route) {
  if (route.protocol != netlink::route_protocol) return true;
  if (!core_.uses_labelled()) return false;
  const RouteTable& table = core_.table(public_instance, unicast_of(route.key.prefix.family()));
  const DestId dest = table.find({{}, route.key.prefix});
  const PathId best = dest == no_index ? no_index : table.best(dest);
  if (best == no_index || !table.path(best).has(PathFlag::transport)) return false;
  const auto over = core_.decision().next_hop_of(table, table.path(best), public_instance);
  return over && core_.next_hops()[*over].resolution.protocol != netlink::route_protocol;
}

void KernelSide::answer(const netlink::LookupAnswer& given) {
  const NextHopId id{static_cast<std::uint32_t>(given.cookie)};
  const bool usable = given.route && resolves(*given.route);
  const NextHopChange change =
      core_.next_hops().set(id, usable ? std::optional(resolution_of(*given.route)) : std::nullopt);
  forwarding_.update(id);
  if (change != NextHopChange::reachability) return;
  core_.next_hop_changed(id);
  next_hop_changed_(id);
}

void KernelSide::take(Programmed& instance, AddressFamily family, const std::vector<netlink::KernelRoute>& routes) {
  Fib* fib = instance.fibs[index_of(family)].get();
  for (const netlink::KernelRoute& route : routes) {
    if (reads_table(instance)) instance.local->dumped(route);
    if (route.metric == netlink::unreachable_metric && route.key.prefix.is_default())
      instance.has_last_resort[index_of(family)] = true;
    if (fib == nullptr || !fib->syncing() || route.metric != netlink::route_metric) continue;
    fib->found({route.key.prefix, route.protocol == netlink::route_protocol, route.type, route.next_hop});
  }
}

// ---- changes by others

void KernelSide::on_change(const netlink::TableFlushed&, TimePoint) {}

void KernelSide::on_change(const netlink::LabelChanged& changed, TimePoint) { mpls_.label_taken(changed.route.label); }

void KernelSide::on_change(const netlink::LabelGone& gone, TimePoint) { mpls_.label_gone(gone.route.label); }

void KernelSide::on_change(const netlink::NextHopChanged& changed, TimePoint) {
  if (netlink::is_own(changed.object.id)) forwarding_.object_gone(changed.object.id);
}

void KernelSide::on_change(const netlink::NextHopGone& gone, TimePoint now) {
  if (netlink::is_own(gone.object.id)) forwarding_.object_gone(gone.object.id);
  schedule_sync(now);
}

void KernelSide::on_change(const netlink::AddressChanged& changed, TimePoint) {
  interfaces_.add(changed.address);
  addresses_changed_();
}

void KernelSide::on_change(const netlink::AddressGone& gone, TimePoint now) {
  interfaces_.remove(gone.address);
  addresses_changed_();
  schedule_sync(now);
}

void KernelSide::on_change(const netlink::RuleChanged&, TimePoint) {}

void KernelSide::on_change(const netlink::RuleGone& gone, TimePoint) {
  if (gone.rule.l3mdev) (void)port_->ensure_rules();
}

void KernelSide::on_change(const netlink::RouteChanged& changed, TimePoint) {
  const netlink::KernelRoute& route = changed.route;
  Programmed* instance = instance_of(route.key.table);
  if (instance == nullptr) return;
  core_.next_hops().invalidate(instance->view.id, route.key.prefix);
  if (reads_table(*instance)) instance->local->changed(route);
  Fib* fib = instance->fibs[index_of(route.key.prefix.family())].get();
  if (fib == nullptr || route.metric != netlink::route_metric) return;
  fib->route_taken(route.key.prefix);
  core_.request_work(core_.table(instance->view.id, fib->routes().family()));
}

void KernelSide::on_change(const netlink::RouteGone& gone, TimePoint now) {
  const netlink::KernelRoute& route = gone.route;
  Programmed* instance = instance_of(route.key.table);
  if (instance == nullptr) return;
  // The last resort of the VRF's table: without it lookups fall through to the main table.
  if (route.metric == netlink::unreachable_metric && instance->view.device != IfIndex{}) ensure_device(*instance, now);
  core_.next_hops().invalidate(instance->view.id, route.key.prefix);
  instance->local->gone(route);
  Fib* fib = instance->fibs[index_of(route.key.prefix.family())].get();
  if (fib == nullptr || !is_ours(route)) return;
  fib->route_gone(route.key.prefix);
  core_.request_work(core_.table(instance->view.id, fib->routes().family()));
}

void KernelSide::link_changed(const netlink::Link& link, TimePoint now) {
  const auto before = interfaces_.set(link);
  const bool moved = before && before->master != link.master;
  if (before && carries(*before) == carries(link) && !moved && before->name == link.name) return;
  if (before && (!carries(link) || moved)) device_unusable(*before, now);
  if (carries(link)) device_usable(link);
  for (auto& [id, instance] : instances_) {
    if (instance.view.device == link.index) instance.view.state = link.up ? DeviceState::up : DeviceState::down;
    const auto& wanted = instance.config.interfaces;
    const bool ours = std::find(wanted.begin(), wanted.end(), link.name) != wanted.end();
    if (ours && instance.view.device != IfIndex{} && link.master != instance.view.device) bind_interfaces(instance);
  }
  if (before) schedule_sync(now);
}

void KernelSide::on_change(const netlink::LinkChanged& changed, TimePoint now) { link_changed(changed.link, now); }

void KernelSide::on_change(const netlink::LinkGone& gone, TimePoint now) {
  const netlink::Link& link = gone.link;
  const auto before = interfaces_.remove(link.index);
  device_unusable(before.value_or(link), now);
  for (auto& [id, instance] : instances_)
    if (instance.view.device == link.index) lose_device(instance, now);
}

void KernelSide::device_unusable(const netlink::Link& link, TimePoint now) {
  forwarding_.device_gone(link.index);
  core_.next_hops().invalidate_device(link.index);
  schedule_sync(now);
  link_lost_(link);
}

void KernelSide::device_usable(const netlink::Link& link) {
  neighbours_.link_back(link.index);
  forwarding_.device_back(link.index);
  if (Programmed* instance = instance_of_link(link)) core_.next_hops().invalidate_all(instance->view.id);
}

// What was learned from events is in doubt: everything is read again.
void KernelSide::on_change(const netlink::Overrun&, TimePoint now) {
  log_.write(LogEvent::kernel_overrun, {});
  dump_interfaces();
  for (auto& [id, instance] : instances_) core_.next_hops().invalidate_all(id);
  core_.next_hops().invalidate_all(public_instance);
  schedule_sync(now);
}

}  // namespace vrfd
