#include "tests/unit/netlink/rendering.h"

#include <array>
#include <sstream>

#include "vrf/types/text.h"

namespace vrfd::netlink {

namespace {

constexpr std::array<const char*, 6> type_names{"unicast", "blackhole", "unreachable", "prohibit", "local", "other"};

std::string text_of(const ForwardingHops& hops) {
  std::ostringstream out;
  for (const ForwardingHop& hop : hops) {
    out << " [";
    if (hop.via) out << "via " << to_string(*hop.via) << ' ';
    out << "dev " << hop.device.value();
    for (const Label label : hop.labels) out << " label " << label.value();
    out << ']';
  }
  return out.str();
}

std::string flags_of(bool impaired, bool partial) {
  return std::string(impaired ? " impaired" : "") + (partial ? " partial" : "");
}

struct Renderer {
  std::ostringstream out;

  void operator()(const KernelRoute& route) {
    out << "route " << to_string(route.key.prefix) << " table " << route.key.table.value() << ' '
        << type_names.at(static_cast<std::size_t>(route.type)) << " protocol " << unsigned{route.protocol} << " metric "
        << route.metric;
    if (route.next_hop != NextHopObjectId{}) out << " object " << route.next_hop.value();
    out << text_of(route.hops) << flags_of(route.impaired, route.partial);
  }
  void operator()(const MplsRoute& route) {
    out << "label " << route.label.value() << " protocol " << unsigned{route.protocol} << text_of(route.hops)
        << flags_of(route.impaired, route.partial);
  }
  void operator()(const NextHopObject& object) {
    out << "object " << object.id.value() << " protocol " << unsigned{object.protocol}
        << (object.family == AddressFamily::ipv4 ? " ipv4" : " ipv6");
    if (object.blackhole) out << " blackhole";
    for (const NextHopObjectId member : object.members) out << " member " << member.value();
    if (object.members.empty() && !object.blackhole) out << text_of(ForwardingHops{object.hop});
    out << flags_of(object.impaired, object.partial);
  }
  void operator()(const Link& link) {
    out << "link " << link.index.value() << ' ' << link.name << (link.up ? " up" : " down")
        << (link.carrier ? " carrier" : "") << (link.loopback ? " loopback" : "") << " master " << link.master.value()
        << " kind '" << link.kind << "' table " << link.vrf_table.value() << " mtu " << link.mtu << " alias '"
        << link.alias << '\'';
    for (const std::string& name : link.alternative_names) out << " name '" << name << '\'';
  }
  void operator()(const Address& address) {
    out << "address " << to_string(address.address) << " dev " << address.device.value() << " on-link "
        << to_string(address.on_link) << (address.tentative ? " tentative" : "");
  }
  void operator()(const Neighbour& neighbour) {
    out << "neighbour " << to_string(neighbour.address) << " dev " << neighbour.device.value() << " link-layer";
    for (const std::uint8_t octet : neighbour.link_layer) out << ' ' << hex(octet, 2);
    out << " protocol " << unsigned{neighbour.protocol} << (neighbour.permanent ? " permanent" : "")
        << (neighbour.verified ? " verified" : "");
  }
  void operator()(const Rule& rule) {
    out << "rule " << (rule.family == AddressFamily::ipv4 ? "ipv4" : "ipv6") << " priority " << rule.priority
        << " table " << rule.table.value() << (rule.l3mdev ? " l3mdev" : "") << (rule.selective ? " selective" : "")
        << " protocol " << unsigned{rule.protocol};
  }
  void operator()(const RouteChanged& event) {
    out << (event.replaced ? "replaced " : "changed ");
    (*this)(event.route);
  }
  void operator()(const RouteGone& event) { gone(event.route); }
  void operator()(const LabelChanged& event) { changed(event.route); }
  void operator()(const LabelGone& event) { gone(event.route); }
  void operator()(const NextHopChanged& event) { changed(event.object); }
  void operator()(const NextHopGone& event) { gone(event.object); }
  void operator()(const LinkChanged& event) { changed(event.link); }
  void operator()(const LinkGone& event) { gone(event.link); }
  void operator()(const AddressChanged& event) { changed(event.address); }
  void operator()(const AddressGone& event) { gone(event.address); }
  void operator()(const NeighbourChanged& event) { changed(event.neighbour); }
  void operator()(const NeighbourGone& event) { gone(event.neighbour); }
  void operator()(const RuleChanged& event) { changed(event.rule); }
  void operator()(const RuleGone& event) { gone(event.rule); }
  void operator()(const auto&) { out << "not a change"; }

  void changed(const auto& object) {
    out << "changed ";
    (*this)(object);
  }
  void gone(const auto& object) {
    out << "gone ";
    (*this)(object);
  }
};

}  // namespace

std::string text_of(const KernelEvent& event) {
  Renderer renderer;
  std::visit(renderer, event);
  return renderer.out.str();
}

Bytes octets_of_hex(std::string_view text) {
  Bytes octets;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    octets.push_back(static_cast<std::uint8_t>(std::stoul(std::string(text.substr(i, 2)), nullptr, 16)));
  return octets;
}

}  // namespace vrfd::netlink
