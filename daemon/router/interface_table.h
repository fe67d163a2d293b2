// Links and their addresses as the kernel told last.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "netlink/objects.h"

namespace vrfd {

class InterfaceTable {
 public:
  // What was known of the link before, if anything.
  std::optional<netlink::Link> set(const netlink::Link& link);
  std::optional<netlink::Link> remove(IfIndex index);
  void add(const netlink::Address& address);
  void remove(const netlink::Address& address);
  void clear();

  const netlink::Link* find(IfIndex index) const;
  const netlink::Link* find(const std::string& name) const;
  const std::map<IfIndex, netlink::Link>& links() const { return links_; }

  // Of the interface that has `address`; tentative ones are left out.
  std::vector<IpAddress> beside(const IpAddress& address, AddressFamily family, bool link_local) const;
  std::vector<IpAddress> of(IfIndex index, AddressFamily family, bool link_local) const;
  bool has(const IpAddress& address) const;
  // The interface that has `address`.
  std::optional<IfIndex> with(const IpAddress& address) const;

 private:
  std::map<IfIndex, netlink::Link> links_;
  std::vector<netlink::Address> addresses_;
};

}  // namespace vrfd
