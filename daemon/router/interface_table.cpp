#include "daemon/router/interface_table.h"

#include <algorithm>
#include <utility>

namespace vrfd {

namespace {

bool same_place(const netlink::Address& a, const netlink::Address& b) {
  return a.device == b.device && a.address == b.address && a.on_link == b.on_link;
}

}  // namespace

std::optional<netlink::Link> InterfaceTable::set(const netlink::Link& link) {
  auto [at, added] = links_.try_emplace(link.index, link);
  if (added) return std::nullopt;
  return std::exchange(at->second, link);
}

std::optional<netlink::Link> InterfaceTable::remove(IfIndex index) {
  std::erase_if(addresses_, [&](const netlink::Address& a) { return a.device == index; });
  const auto node = links_.extract(index);
  if (node.empty()) return std::nullopt;
  return node.mapped();
}

void InterfaceTable::add(const netlink::Address& address) {
  remove(address);
  addresses_.push_back(address);
}

void InterfaceTable::remove(const netlink::Address& address) {
  std::erase_if(addresses_, [&](const netlink::Address& a) { return same_place(a, address); });
}

void InterfaceTable::clear() {
  links_.clear();
  addresses_.clear();
}

const netlink::Link* InterfaceTable::find(IfIndex index) const {
  const auto at = links_.find(index);
  return at == links_.end() ? nullptr : &at->second;
}

const netlink::Link* InterfaceTable::find(const std::string& name) const {
  for (const auto& [index, link] : links_)
    if (link.name == name ||
        std::find(link.alternative_names.begin(), link.alternative_names.end(), name) != link.alternative_names.end())
      return &link;
  return nullptr;
}

std::vector<IpAddress> InterfaceTable::of(IfIndex index, AddressFamily family, bool link_local) const {
  std::vector<IpAddress> found;
  for (const netlink::Address& a : addresses_)
    if (a.device == index && a.address.family() == family && a.address.is_link_local() == link_local && !a.tentative)
      found.push_back(a.address);
  return found;
}

std::vector<IpAddress> InterfaceTable::beside(const IpAddress& address, AddressFamily family, bool link_local) const {
  for (const netlink::Address& a : addresses_)
    if (a.address == address) return of(a.device, family, link_local);
  return {};
}

std::optional<IfIndex> InterfaceTable::with(const IpAddress& address) const {
  for (const netlink::Address& a : addresses_)
    if (a.address == address) return a.device;
  return std::nullopt;
}

bool InterfaceTable::has(const IpAddress& address) const {
  return std::any_of(addresses_.begin(), addresses_.end(), [&](const auto& a) { return a.address == address; });
}

}  // namespace vrfd
