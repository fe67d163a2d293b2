#include "tests/model/fake_kernel.h"

#include <algorithm>
#include <cerrno>

namespace vrfd::netlink {

FakeKernel::FakeKernel() {
  links_[IfIndex{1}] = {.index = IfIndex{1}, .name = "lo", .up = true, .carrier = true, .loopback = true};
}

void FakeKernel::delay(bool on) {
  delayed_ = on;
  if (!on) run();
}

void FakeKernel::run(std::size_t count) {
  for (; count != 0 && !waiting_.empty(); --count) {
    const auto work = std::move(waiting_.front());
    waiting_.pop_front();
    work();
  }
}

void FakeKernel::later(std::function<void()> work) {
  waiting_.push_back(std::move(work));
  if (!delayed_) run();
}

void FakeKernel::tell(KernelEvent event) {
  events_.push_back(std::move(event));
  ready_.raise();
}

void FakeKernel::notify(KernelEvent event) {
  if (losing_) return;
  ++counters_.events;
  tell(std::move(event));
}

void FakeKernel::drain(KernelEvents& events) {
  ready_.clear();
  for (KernelEvent& event : events_) events.push_back(std::move(event));
  events_.clear();
}

// ---- changes

bool FakeKernel::submit(std::vector<Operation>& operations) {
  if (operations.size() > room_) return false;
  for (Operation& operation : operations) later([this, one = std::move(operation)] { execute(one); });
  operations.clear();
  return true;
}

void FakeKernel::execute(const Operation& operation) {
  ++counters_.operations;
  int error = refuse ? refuse(operation.change) : 0;
  if (error == 0) error = std::visit([this](const auto& change) { return apply(change); }, operation.change);
  if (error == 0) return tell(Acknowledged{{operation.cookie}});
  ++counters_.errors;
  tell(Refused{operation.cookie, error, "the fake kernel refuses"});
}

bool FakeKernel::is_live(IfIndex device) const {
  const auto link = links_.find(device);
  return link != links_.end() && link->second.up && link->second.carrier;
}

bool FakeKernel::usable(const ForwardingHops& hops) const {
  return std::all_of(hops.begin(), hops.end(), [this](const ForwardingHop& hop) { return is_live(hop.device); });
}

int FakeKernel::apply(const ReplaceRoute& change) {
  if (change.next_hop != NextHopObjectId{} && !next_hops_.contains(change.next_hop)) return EINVAL;
  if (!usable(change.hops)) return ENETDOWN;
  if (change.type == RouteType::unicast && change.next_hop == NextHopObjectId{} && change.hops.empty()) return ENODEV;
  routes_[{change.key, change.metric}] = {.key = change.key,
                                          .type = change.type,
                                          .protocol = route_protocol,
                                          .metric = change.metric,
                                          .next_hop = change.next_hop,
                                          .hops = change.hops};
  return 0;
}

int FakeKernel::apply(const DeleteRoute& change) {
  const auto route = routes_.find({change.key, change.metric});
  if (route != routes_.end() && route->second.protocol == route_protocol) routes_.erase(route);
  return 0;
}

int FakeKernel::apply(const ReplaceNextHop& change) {
  const auto existing = next_hops_.find(change.id);
  if (existing != next_hops_.end() && !existing->second.members.empty()) return EINVAL;
  if (!is_live(change.hop.device)) return ENETDOWN;
  next_hops_[change.id] = {.id = change.id,
                           .protocol = route_protocol,
                           .family = change.hop.via ? change.hop.via->family() : change.family,
                           .hop = change.hop};
  return 0;
}

int FakeKernel::apply(const ReplaceNextHopGroup& change) {
  const auto existing = next_hops_.find(change.id);
  if (existing != next_hops_.end() && existing->second.members.empty()) return EINVAL;
  if (change.members.empty()) return EINVAL;
  for (const NextHopObjectId member : change.members) {
    const auto single = next_hops_.find(member);
    if (single == next_hops_.end() || !single->second.members.empty()) return EINVAL;
  }
  next_hops_[change.id] = {.id = change.id, .protocol = route_protocol, .members = change.members};
  return 0;
}

int FakeKernel::apply(const DeleteNextHop& change) {
  drop_object(change.id);
  return 0;
}

int FakeKernel::apply(const ReplaceLabel& change) {
  if (!support_.mpls) return EOPNOTSUPP;
  if (change.label < first_unreserved_label || change.hops.empty()) return EINVAL;
  for (const ForwardingHop& hop : change.hops)
    if (!links_.contains(hop.device)) return ENODEV;
  labels_[change.label] = {.label = change.label, .protocol = route_protocol, .hops = change.hops};
  return 0;
}

int FakeKernel::apply(const DeleteLabel& change) {
  labels_.erase(change.label);
  return 0;
}

int FakeKernel::apply(const ReplaceNeighbour& change) {
  if (!is_live(change.device)) return ENETDOWN;
  neighbours_[{change.device, change.address}] = {.device = change.device,
                                                  .address = change.address,
                                                  .link_layer = change.link_layer,
                                                  .protocol = route_protocol,
                                                  .permanent = true,
                                                  .verified = true};
  return 0;
}

int FakeKernel::apply(const DeleteNeighbour& change) {
  neighbours_.erase({change.device, change.address});
  return 0;
}

int FakeKernel::apply(const ProbeNeighbour& change) {
  probed_.emplace_back(change.device, change.address);
  return 0;
}

void FakeKernel::drop_object(NextHopObjectId id) {
  if (next_hops_.erase(id) == 0) return;
  std::erase_if(routes_, [id](const auto& entry) { return entry.second.next_hop == id; });
  std::vector<NextHopObjectId> emptied;
  for (auto& [group, object] : next_hops_)
    if (std::erase(object.members, id) != 0 && object.members.empty()) emptied.push_back(group);
  for (const NextHopObjectId group : emptied) drop_object(group);
}

void FakeKernel::flush_table(Cookie cookie, TableId table) {
  later([this, cookie, table] {
    const auto count = std::erase_if(routes_, [table](const auto& entry) {
      return entry.first.key.table == table && entry.second.protocol == route_protocol;
    });
    tell(TableFlushed{.cookie = cookie, .routes = static_cast<std::uint32_t>(count)});
  });
}

// ---- questions

const KernelRoute* FakeKernel::route(TableId table, std::string_view prefix) const {
  const RouteKey key{table, *Prefix::from(prefix)};
  const auto route = routes_.lower_bound({key, 0});
  return route != routes_.end() && route->first.key == key ? &route->second : nullptr;
}

ForwardingHops FakeKernel::hops_of(const KernelRoute& route) const {
  const auto object = next_hops_.find(route.next_hop);
  if (object == next_hops_.end()) return route.hops;
  if (object->second.members.empty()) return {object->second.hop};
  ForwardingHops hops;
  for (const NextHopObjectId member : object->second.members) hops.push_back(next_hops_.at(member).hop);
  return hops;
}

const KernelRoute* FakeKernel::best_match(TableId table, const IpAddress& destination) const {
  const KernelRoute* best = nullptr;
  for (const auto& [slot, route] : routes_) {
    if (slot.key.table != table || !slot.key.prefix.contains(destination)) continue;
    if (!best || slot.key.prefix.length() > best->key.prefix.length()) best = &route;  // metrics ascend
  }
  return best;
}

void FakeKernel::lookup(Cookie cookie, IfIndex vrf_device, const IpAddress& destination) {
  later([=, this] {
    ++counters_.lookups;
    const auto device = links_.find(vrf_device);
    const TableId table = device == links_.end() ? main_table : device->second.vrf_table;
    const KernelRoute* found = best_match(table, destination);
    if (!found || found->type == RouteType::unreachable)
      return tell(LookupAnswer{.cookie = cookie, .error = found ? EHOSTUNREACH : ENETUNREACH});
    LookupAnswer answer{.cookie = cookie, .route = *found};
    answer.route->hops = hops_of(*found);
    tell(std::move(answer));
  });
}

template <class Object, class Map, class Keep>
void FakeKernel::dump(Cookie cookie, const Map& map, Keep keep) {
  later([this, cookie, &map, keep] {
    ++counters_.dumps;
    DumpChunk<Object> chunk{.cookie = cookie};
    for (const auto& [key, object] : map)
      if (keep(object)) chunk.objects.push_back(object);
    if (!chunk.objects.empty()) tell(std::move(chunk));
    tell(DumpDone{.cookie = cookie});
  });
}

void FakeKernel::dump_routes(Cookie cookie, const RouteSelection& selection) {
  dump<KernelRoute>(cookie, routes_, [selection](const KernelRoute& route) {
    return route.key.prefix.family() == selection.family &&
           (selection.table == TableId{} || selection.table == route.key.table) &&
           (selection.protocol == 0 || selection.protocol == route.protocol);
  });
}

void FakeKernel::dump_labels(Cookie cookie, std::uint8_t protocol) {
  dump<MplsRoute>(cookie, labels_, [=](const MplsRoute& one) { return protocol == 0 || protocol == one.protocol; });
}

void FakeKernel::dump_next_hops(Cookie cookie, std::uint8_t protocol) {
  dump<NextHopObject>(cookie, next_hops_,
                      [=](const NextHopObject& one) { return protocol == 0 || protocol == one.protocol; });
}

void FakeKernel::dump_links(Cookie cookie) {
  dump<Link>(cookie, links_, [](const Link&) { return true; });
}

void FakeKernel::dump_addresses(Cookie cookie) {
  later([this, cookie] {
    if (!addresses_.empty()) tell(DumpChunk<Address>{cookie, addresses_});
    tell(DumpDone{.cookie = cookie});
  });
}

void FakeKernel::dump_neighbours(Cookie cookie, IfIndex device) {
  dump<Neighbour>(cookie, neighbours_,
                  [=](const Neighbour& one) { return device == IfIndex{} || device == one.device; });
}

void FakeKernel::dump_rules(Cookie cookie) {
  later([this, cookie] { tell(DumpDone{.cookie = cookie}); });
}

// ---- what others do

void FakeKernel::drop_over(IfIndex device) {
  std::erase_if(neighbours_, [device](const auto& entry) { return entry.first.first == device; });
  const auto over = [device](const ForwardingHops& hops) {
    return std::any_of(hops.begin(), hops.end(), [&](const ForwardingHop& hop) { return hop.device == device; });
  };
  std::vector<NextHopObjectId> dead;
  for (const auto& [id, object] : next_hops_)
    if (object.members.empty() && object.hop.device == device) dead.push_back(id);
  for (const NextHopObjectId id : dead) drop_object(id);
  std::vector<KernelRoute> announced;
  std::erase_if(routes_, [&](const auto& entry) {
    if (!over(entry.second.hops)) return false;
    if (!entry.first.key.prefix.address().is_v4()) announced.push_back(entry.second);
    return true;
  });
  for (KernelRoute& route : announced) notify(RouteGone{std::move(route)});
}

void FakeKernel::set_link(const Link& link) {
  const auto before = links_.find(link.index);
  const bool moved = before != links_.end() && before->second.master != link.master;
  links_[link.index] = link;
  if (moved || !is_live(link.index)) drop_over(link.index);
  notify(LinkChanged{link});
}

void FakeKernel::remove_link(IfIndex index) {
  const auto found = links_.find(index);
  if (found == links_.end()) return;
  const Link link = found->second;
  drop_over(index);
  std::vector<MplsRoute> dead;
  for (const auto& [label, route] : labels_)
    if (std::any_of(route.hops.begin(), route.hops.end(), [&](const auto& hop) { return hop.device == index; }))
      dead.push_back(route);
  for (MplsRoute& route : dead) {
    labels_.erase(route.label);
    notify(LabelGone{std::move(route)});
  }
  links_.erase(index);
  std::erase_if(addresses_, [index](const Address& address) { return address.device == index; });
  for (auto& [other, slave] : links_)
    if (slave.master == index) slave.master = IfIndex{};
  notify(LinkGone{link});
}

void FakeKernel::set_address(const Address& address) {
  std::erase(addresses_, address);
  addresses_.push_back(address);
  notify(AddressChanged{address});
}

void FakeKernel::set_neighbour(const Neighbour& neighbour) {
  neighbours_[{neighbour.device, neighbour.address}] = neighbour;
  notify(NeighbourChanged{neighbour});
}

void FakeKernel::remove_address(const Address& address) {
  std::erase(addresses_, address);
  notify(AddressGone{address});
}

void FakeKernel::set_route(const KernelRoute& route) {
  const bool replaced = routes_.contains({route.key, route.metric});
  routes_[{route.key, route.metric}] = route;
  notify(RouteChanged{route, replaced});
}

void FakeKernel::remove_route(const RouteKey& key, std::uint32_t metric, bool silently) {
  const auto found = routes_.find({key, metric});
  if (found == routes_.end()) return;
  const KernelRoute route = found->second;
  routes_.erase(found);
  if (!silently) notify(RouteGone{route});
}

void FakeKernel::remove_next_hop(NextHopObjectId id, bool silently) {
  const auto found = next_hops_.find(id);
  if (found == next_hops_.end()) return;
  const NextHopObject object = found->second;
  drop_object(id);
  if (!silently) notify(NextHopGone{object});
}

void FakeKernel::lose_notifications(bool on) {
  if (losing_ && !on) {
    ++counters_.overruns;
    tell(Overrun{});
  }
  losing_ = on;
}

// ---- VRF devices

Result<std::vector<Link>> FakeKernel::links() {
  std::vector<Link> links;
  for (const auto& [index, link] : links_) links.push_back(link);
  return links;
}

Result<VrfDevice> FakeKernel::ensure_vrf(const VrfDeviceRequest& request, std::vector<Link>& links) {
  if (!support_.vrf) return error("the fake kernel has no VRF devices");
  const auto existing = device_to_adopt(links, request);
  if (!existing) return existing.error();
  const bool adopted = existing->has_value();
  Link link = adopted ? **existing
                      : Link{.index = IfIndex{next_index_++},
                             .name = device_name_of(request),
                             .kind = "vrf",
                             .vrf_table = request.table};
  link.up = link.carrier = true;
  link.alias = request.instance;
  set_link(link);
  if (!adopted) links.push_back(link);
  for (const char* prefix : {"0.0.0.0/0", "::/0"})
    routes_[{{request.table, *Prefix::from(prefix)}, unreachable_metric}] = {
        .key = {request.table, *Prefix::from(prefix)},
        .type = RouteType::unreachable,
        .protocol = route_protocol,
        .metric = unreachable_metric};
  return VrfDevice{link.index, link.name, request.table, adopted};
}

std::vector<SysctlFault> FakeKernel::apply_sysctls(std::span<const Sysctl> sysctls, bool write) {
  for (const Sysctl& sysctl : sysctls)
    if (write) sysctls_[sysctl.path] = sysctl.wanted;
  return {};
}

Result<void> FakeKernel::remove_vrf(IfIndex device) {
  remove_link(device);
  return {};
}

Result<void> FakeKernel::set_master(IfIndex link, IfIndex device) {
  const auto found = links_.find(link);
  if (found == links_.end()) return error("no interface " + std::to_string(link.value()));
  Link changed = found->second;
  changed.master = device;
  set_link(changed);
  return {};
}

Result<void> FakeKernel::enslave(IfIndex link, IfIndex device) {
  if (!links_.contains(device)) return error("no VRF device " + std::to_string(device.value()));
  return set_master(link, device);
}

Result<void> FakeKernel::release(IfIndex link) { return set_master(link, IfIndex{}); }

}  // namespace vrfd::netlink
