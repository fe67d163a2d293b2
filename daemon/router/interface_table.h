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
  // A dump of everything begins. What neither it nor an event tells of until its end is gone: addresses are forgotten
  // then, links are named, for the caller to remove.
  void begin_dump() { ++dump_; }
  std::vector<netlink::Link> end_link_dump() const;
  void end_address_dump();

  const netlink::Link* find(IfIndex index) const;
  const netlink::Link* find(const std::string& name) const;

  // Of the interface that has `address`; tentative ones are left out.
  std::vector<IpAddress> beside(const IpAddress& address, AddressFamily family, bool link_local) const;
  std::vector<IpAddress> of(IfIndex index, AddressFamily family, bool link_local) const;
  bool has(const IpAddress& address) const;
  // The interface that has `address`.
  std::optional<IfIndex> with(const IpAddress& address) const;

 private:
  // With the number of the dump in which, or after which, the kernel told it last.
  template <class Object>
  struct Told {
    Object object;
    unsigned dump = 0;
  };
  std::map<IfIndex, Told<netlink::Link>> links_;
  std::vector<Told<netlink::Address>> addresses_;
  unsigned dump_ = 0;
};

}  // namespace vrfd
