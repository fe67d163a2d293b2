// IPv6 over core neighbours of which only the IPv4 address is known: VPNv6 over an IPv4 core (RFC 4659, RFC 4798).
//
// The kernel takes no IPv4 gateway for an IPv6 route. All that a labelled packet needs of its gateway is the link-layer
// address, though, and that the kernel finds by IPv4. So vrfd gives each such neighbour a second name, a link-local
// address made from its IPv4 address (fe80::5652:4644:A.B.C.D in hexadecimal), and tells the kernel by a permanent
// neighbour entry of its own that the same link-layer address belongs to it. Nothing is asked of the neighbour: its
// link-local address may be anything, and a core router without IPv6 serves as well.
//
// An entry follows the link-layer address that the kernel has by IPv4, is made again when it goes, and is looked after
// every `check_interval`. Of a neighbour that no route needs any more it stays until vrfd starts again.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "netlink/objects.h"
#include "netlink/operation.h"
#include "vrf/forwarding_table.h"

namespace vrfd {

class CoreNeighbours {
 public:
  static constexpr Duration check_interval = std::chrono::seconds(5);
  using Neighbour = ForwardingTable::Neighbour;

  explicit CoreNeighbours(ForwardingTable& forwarding) : forwarding_(forwarding) {}

  // The second name of an IPv4 address.
  static IpAddress name_of(const IpAddress& gateway);

  // Routes need it. `no_arp`: packets on its link need no link-layer address, so any name will do.
  void want(const Neighbour& neighbour, bool no_arp, TimePoint now);
  bool empty() const { return records_.empty(); }

  // ---- what the kernel says: a change, or one of a dump's
  void seen(const netlink::Neighbour& neighbour);
  void gone(const netlink::Neighbour& neighbour);
  // The kernel has dropped the entries of a link that was down.
  void link_back(IfIndex device);
  void acknowledge(FibCookie cookie);
  void refuse(FibCookie cookie, const std::string& text);

  // ---- looking after them
  // Devices whose neighbours are to be dumped now: `begin_dump`, the dump through `seen`, `end_dump`.
  std::set<IfIndex> take_checks(TimePoint now);
  std::optional<TimePoint> next_check() const { return records_.empty() ? std::nullopt : std::optional(check_at_); }
  void begin_dump(IfIndex device);
  void end_dump(IfIndex device);
  // An entry of an earlier run that nothing needs is deleted.
  void sweep(const netlink::Neighbour& neighbour);

  // In the order in which they are to be carried out.
  std::vector<netlink::Operation> take_operations() { return std::exchange(operations_, {}); }

  // What keeps routes waiting, a sentence each. `device_name` gives the name of a link.
  std::vector<std::string> problems(const std::function<std::string(IfIndex)>& device_name) const;

 private:
  struct Record {
    std::uint32_t index = 0;
    std::uint16_t generation = 0;
    bool no_arp = false;
    bool confirmed = false;  // the kernel has the entry
    bool verified = false;   // the kernel is sure of the link-layer address, says the dump
    bool listed = false;     // the entry is in the dump
    Bytes link_layer;
    std::string error;  // why the kernel refused the entry
  };
  using Records = std::map<Neighbour, Record>;

  void send(const Neighbour& neighbour, Record& record);
  void settle(const Neighbour& neighbour, Record& record, bool confirmed);
  Records::iterator answered(FibCookie cookie);
  Records::iterator named(const netlink::Neighbour& neighbour);

  ForwardingTable& forwarding_;
  Records records_;
  std::vector<Neighbour> by_index_;
  std::vector<netlink::Operation> operations_;
  TimePoint check_at_;
};

}  // namespace vrfd
