#include "daemon/router/interface_table.h"

#include <algorithm>
#include <utility>

namespace vrfd {

namespace {

bool same_place(const netlink::Address& a, const netlink::Address& b) {
  return a.device == b.device && a.address == b.address && a.on_link == b.on_link;
}

bool is_loopback(const netlink::Address& a) { return a.host_scope || a.address.is_loopback(); }

bool is_vrf(const netlink::Link* link) { return link != nullptr && link->kind == "vrf"; }

}  // namespace

std::optional<netlink::Link> InterfaceTable::set(const netlink::Link& link) {
  const Told<netlink::Link> now{link, dump_};
  auto [at, added] = links_.try_emplace(link.index, now);
  if (added) return std::nullopt;
  return std::exchange(at->second, now).object;
}

std::optional<netlink::Link> InterfaceTable::remove(IfIndex index) {
  std::erase_if(addresses_, [&](const auto& told) { return told.object.device == index; });
  const auto node = links_.extract(index);
  if (node.empty()) return std::nullopt;
  return node.mapped().object;
}

void InterfaceTable::add(const netlink::Address& address) {
  remove(address);
  addresses_.push_back({address, dump_});
}

void InterfaceTable::remove(const netlink::Address& address) {
  std::erase_if(addresses_, [&](const auto& told) { return same_place(told.object, address); });
}

std::vector<netlink::Link> InterfaceTable::end_link_dump() const {
  std::vector<netlink::Link> gone;
  for (const auto& [index, told] : links_)
    if (told.dump != dump_) gone.push_back(told.object);
  return gone;
}

void InterfaceTable::end_address_dump() {
  std::erase_if(addresses_, [&](const auto& told) { return told.dump != dump_; });
}

const netlink::Link* InterfaceTable::find(IfIndex index) const {
  const auto at = links_.find(index);
  return at == links_.end() ? nullptr : &at->second.object;
}

const netlink::Link* InterfaceTable::find(const std::string& name) const {
  for (const auto& [index, told] : links_) {
    const netlink::Link& link = told.object;
    if (link.name == name ||
        std::find(link.alternative_names.begin(), link.alternative_names.end(), name) != link.alternative_names.end())
      return &link;
  }
  return nullptr;
}

std::vector<IpAddress> InterfaceTable::of(IfIndex index, AddressFamily family, bool link_local, bool loopback) const {
  std::vector<IpAddress> found;
  for (const auto& [a, dump] : addresses_)
    if (a.device == index && a.address.family() == family && a.address.is_link_local() == link_local &&
        is_loopback(a) == loopback && !a.tentative)
      found.push_back(a.address);
  return found;
}

std::vector<IpAddress> InterfaceTable::beside(const IpAddress& address, const AddressScope& scope, AddressFamily family,
                                              bool link_local) const {
  const auto device = with(address, scope);
  return device ? of(*device, family, link_local, false) : std::vector<IpAddress>{};
}

std::vector<IpAddress> InterfaceTable::sources(IfIndex index, AddressFamily family) const {
  auto found = of(index, family, false, false);
  return found.empty() ? of(index, family, false, true) : found;
}

bool InterfaceTable::is_in(const netlink::Address& address, const AddressScope& scope) const {
  if (address.address.is_link_local() && scope.link != IfIndex{}) return address.device == scope.link;
  const netlink::Link* link = find(address.device);
  const IfIndex master = link != nullptr ? link->master : IfIndex{};
  if (scope.vrf_device != IfIndex{}) return address.device == scope.vrf_device || master == scope.vrf_device;
  const netlink::Link* above = find(master);
  return !is_vrf(link) && !is_vrf(above);
}

std::optional<IfIndex> InterfaceTable::with(const IpAddress& address, const AddressScope& scope) const {
  std::optional<IfIndex> found;
  for (const auto& [a, dump] : addresses_) {
    if (a.address != address || !is_in(a, scope)) continue;
    if (!address.is_link_local()) return a.device;
    if (found && *found != a.device) return std::nullopt;
    found = a.device;
  }
  return found;
}

}  // namespace vrfd
