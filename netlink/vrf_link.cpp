#include "netlink/vrf_link.h"

#include <linux/if.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/vrf.h>
#include <netlink/socket.h>

#include <memory>
#include <utility>

namespace vrfd::netlink {

namespace {

using OwnedLink = std::unique_ptr<rtnl_link, decltype(&rtnl_link_put)>;

OwnedLink link_of(IfIndex index) {
  OwnedLink link(rtnl_link_alloc(), &rtnl_link_put);
  if (link) rtnl_link_set_ifindex(link.get(), static_cast<int>(index.value()));
  return link;
}

Result<void> outcome(int code, const std::string& what) {
  if (code >= 0) return {};
  return error("cannot " + what + ": " + nl_geterror(code));
}

std::string text_of(IfIndex link) { return "interface " + std::to_string(link.value()); }

}  // namespace

Result<VrfLinks> VrfLinks::open() {
  VrfLinks links(nl_socket_alloc());
  if (!links.socket_) return error("cannot open a netlink socket: out of memory");
  if (const int code = nl_connect(links.socket_, NETLINK_ROUTE); code < 0)
    return error(std::string("cannot open a netlink socket: ") + nl_geterror(code));
  return links;
}

VrfLinks::VrfLinks(VrfLinks&& other) noexcept : socket_(std::exchange(other.socket_, nullptr)) {}

VrfLinks& VrfLinks::operator=(VrfLinks&& other) noexcept {
  std::swap(socket_, other.socket_);
  return *this;
}

VrfLinks::~VrfLinks() {
  if (socket_) nl_socket_free(socket_);
}

Result<void> VrfLinks::create(const std::string& name, TableId table) {
  const OwnedLink link(rtnl_link_vrf_alloc(), &rtnl_link_put);
  if (!link) return error("cannot make VRF device '" + name + "': out of memory");
  rtnl_link_set_name(link.get(), name.c_str());
  rtnl_link_set_flags(link.get(), IFF_UP);
  rtnl_link_vrf_set_tableid(link.get(), table.value());
  const int code = rtnl_link_add(socket_, link.get(), NLM_F_CREATE | NLM_F_EXCL);
  const std::string what = "make VRF device '" + name + "' of table " + std::to_string(table.value());
  if (code == -NLE_OPNOTSUPP)
    return error("cannot " + what + ": the kernel has no VRF devices; load the module vrf (CONFIG_NET_VRF)");
  return outcome(code, what);
}

Result<void> VrfLinks::remove(IfIndex link) {
  const OwnedLink owned = link_of(link);
  const int code = rtnl_link_delete(socket_, owned.get());
  if (code == -NLE_NODEV || code == -NLE_OBJ_NOTFOUND) return {};
  return outcome(code, "delete " + text_of(link));
}

Result<void> VrfLinks::set_up(IfIndex link) {
  const OwnedLink changes(rtnl_link_alloc(), &rtnl_link_put);
  rtnl_link_set_flags(changes.get(), IFF_UP);
  return outcome(rtnl_link_change(socket_, link_of(link).get(), changes.get(), 0), "set " + text_of(link) + " up");
}

Result<void> VrfLinks::set_alias(IfIndex link, const std::string& alias) {
  const OwnedLink changes(rtnl_link_alloc(), &rtnl_link_put);
  rtnl_link_set_ifalias(changes.get(), alias.c_str());
  return outcome(rtnl_link_change(socket_, link_of(link).get(), changes.get(), 0), "set the alias of " + text_of(link));
}

Result<void> VrfLinks::enslave(IfIndex link, IfIndex vrf_device) {
  return outcome(
      rtnl_link_enslave_ifindex(socket_, static_cast<int>(vrf_device.value()), static_cast<int>(link.value())),
      "bind " + text_of(link) + " to VRF device " + std::to_string(vrf_device.value()));
}

Result<void> VrfLinks::release(IfIndex link) {
  return outcome(rtnl_link_release_ifindex(socket_, static_cast<int>(link.value())),
                 "release " + text_of(link) + " from its VRF");
}

}  // namespace vrfd::netlink
