// Links and their addresses as the kernel told last.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "netlink/objects.h"

namespace vrfd {

// Which of several interfaces with one address is meant: VRFs may have the same addresses, and each link has link-local
// ones of its own.
struct AddressScope {
  IfIndex vrf_device{};  // 0: links that belong to none
  IfIndex link{};        // of a link-local address; 0 where it is not known
};

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

  // Of the interface that has `address`, those that others can reach; tentative ones are left out.
  std::vector<IpAddress> beside(const IpAddress& address, const AddressScope& scope, AddressFamily family,
                                bool link_local) const;
  // Global ones of the interface to send from: those that others can reach, or if there is none, those of the loopback.
  // Tentative ones are left out here, too.
  std::vector<IpAddress> sources(IfIndex index, AddressFamily family) const;
  // The interface that has `address`; nothing where several links have that link-local address.
  std::optional<IfIndex> with(const IpAddress& address, const AddressScope& scope) const;

 private:
  std::vector<IpAddress> of(IfIndex index, AddressFamily family, bool link_local, bool loopback) const;
  bool is_in(const netlink::Address& address, const AddressScope& scope) const;

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
