// Everything the kernel side tells the routing side: outcomes of operations, answers, dumps in chunks, changes.
//
// Order is that of the kernel within one socket: outcomes, answers and dumps are in the order of the requests, changes
// in the order they happened. A change may arrive before or after a dump that already shows it.
//
// What does not arrive: the kernel removes IPv4 routes and next-hop objects silently when a link goes down, loses its
// carrier, changes its VRF or goes away. `LinkChanged` and `LinkGone` are the signal to look after them.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "netlink/objects.h"
#include "netlink/operation.h"

namespace vrfd::netlink {

// The kernel has done these.
struct Acknowledged {
  std::vector<Cookie> cookies{};
};

// The kernel has refused this one; `error` is the errno, `text` says why. ETIMEDOUT: no answer after several tries,
// done or not is not known.
struct Refused {
  Cookie cookie = 0;
  int error = 0;
  std::string text{};
  bool operator==(const Refused&) const = default;
};

// The route that the destination of a lookup takes; none: there is none, and `error` (ENETUNREACH, EHOSTUNREACH,
// EACCES, EINVAL) says which kind of none. Hops of next-hop objects are filled in.
struct LookupAnswer {
  Cookie cookie = 0;
  std::optional<KernelRoute> route{};
  int error = 0;
};

template <class Object>
struct DumpChunk {
  Cookie cookie = 0;
  std::vector<Object> objects{};
};

// The end of a dump. Interrupted: something changed meanwhile or was lost, so what was seen may never have been true at
// one time; dump again. `error` 0 otherwise means complete.
struct DumpDone {
  Cookie cookie = 0;
  bool interrupted = false;
  int error = 0;
  std::string text{};
};

// The routes with vrfd's protocol number in a table are gone, as far as `error` is 0.
struct TableFlushed {
  Cookie cookie = 0;
  std::uint32_t routes = 0;
  int error = 0;
  std::string text{};
};

// A route changed through somebody else. `replaced`: in place of another one with the same key and metric, maybe ours.
struct RouteChanged {
  KernelRoute route{};
  bool replaced = false;
};
struct RouteGone {
  KernelRoute route{};
};
struct LabelChanged {
  MplsRoute route{};
};
struct LabelGone {
  MplsRoute route{};
};
struct NextHopChanged {
  NextHopObject object{};
};
// The routes over it went with it, unannounced.
struct NextHopGone {
  NextHopObject object{};
};
struct LinkChanged {
  Link link{};
};
struct LinkGone {
  Link link{};
};
struct AddressChanged {
  Address address{};
};
struct AddressGone {
  Address address{};
};
struct NeighbourChanged {
  Neighbour neighbour{};
};
struct NeighbourGone {
  Neighbour neighbour{};
};
struct RuleChanged {
  Rule rule{};
};
struct RuleGone {
  Rule rule{};
};
// Changes were lost: everything learned from them is in doubt, dump it.
struct Overrun {};

using KernelEvent = std::variant<Acknowledged, Refused, LookupAnswer, DumpChunk<KernelRoute>, DumpChunk<MplsRoute>,
                                 DumpChunk<NextHopObject>, DumpChunk<Link>, DumpChunk<Address>, DumpChunk<Neighbour>,
                                 DumpChunk<Rule>, DumpDone, TableFlushed, RouteChanged, RouteGone, LabelChanged,
                                 LabelGone, NextHopChanged, NextHopGone, LinkChanged, LinkGone, AddressChanged,
                                 AddressGone, NeighbourChanged, NeighbourGone, RuleChanged, RuleGone, Overrun>;
using KernelEvents = std::vector<KernelEvent>;

}  // namespace vrfd::netlink
