// The keys of VPN instances and of the public one.
#include <algorithm>
#include <array>

#include "daemon/config/name.h"
#include "daemon/config/peers_form.h"

namespace vrfd::config {

template <>
std::span<const Word<LabelMode>> words_of<LabelMode>() {
  static constexpr std::array<Word<LabelMode>, 3> words{{{LabelMode::per_instance, "per_instance"},
                                                         {LabelMode::per_next_hop, "per_next_hop"},
                                                         {LabelMode::per_route, "per_route"}}};
  return words;
}

template <>
std::span<const Word<RouteSource>> words_of<RouteSource>() {
  static constexpr std::array<Word<RouteSource>, 3> words{
      {{RouteSource::direct, "direct"}, {RouteSource::static_, "static"}, {RouteSource::kernel, "kernel"}}};
  return words;
}

namespace {

// A value, or an object that also names a policy.
template <auto Member, class Form>
struct WithPolicy {
  using T = typename MemberPointer<decltype(Member)>::Owner;
  static void read(Reader& reader, const JsonValue& value, const Limits& limits, T& out) {
    if (value.kind == JsonValue::Kind::object) {
      read_object(reader, value, anywhere, out);
    } else {
      Form::read(reader, value, limits, out.*Member);
    }
  }
  static Json schema(const Limits& limits) { return or_schema(Form::schema(limits), object_schema<T>(anywhere)); }
};

using ImportRoutesForm = WithPolicy<&ImportRoutes::source, OneWord<RouteSource>>;
using NetworkForm = WithPolicy<&Network::prefix, InNotation<Prefix>>;

constexpr std::array import_routes_keys{
    key<&ImportRoutes::source>("source", "Where the routes come from").needed(),
    key<&ImportRoutes::policy, Nullable<ReferredName>>("policy", "Policy that the routes pass").by_default("null"),
};

constexpr std::array network_keys{
    key<&Network::prefix>("prefix", "The prefix").needed(),
    key<&Network::policy, Nullable<ReferredName>>("policy", "Policy that the route passes").by_default("null"),
};

constexpr std::array instance_keys{
    key<&VpnInstance::description>("description", "Free text, shown beside the instance").between(0, 255),
    key<&VpnInstance::rd>("rd", "Route distinguisher; needed to export routes").by_default("null"),
    key<&VpnInstance::import_targets>("import_targets", "VPN routes with one of these are imported").by_default("[]"),
    key<&VpnInstance::export_targets>("export_targets", "What the exported routes carry").by_default("[]"),
    key<&VpnInstance::table>("table", "Kernel routing table; without it one is allocated and remembered")
        .between(1, 4294967295)
        .by_default("null")
        .only(in_vpn_instance),
    key<&VpnInstance::table>("table", "Kernel routing table").between(1, 4294967295).by_default("254").only(in_public),
    key<&VpnInstance::vrf_device, Nullable<DeviceName>>(
        "vrf_device", "Name of the VRF device; without it derived from the instance's")
        .by_default("null")
        .only(in_vpn_instance),
    key<&VpnInstance::fib>("fib", "Write routes to the kernel").by_default("true"),
    key<&VpnInstance::interfaces, ListOf<DeviceName>>("interfaces", "Links that belong to the instance")
        .by_default("[]")
        .only(in_vpn_instance),
    key<&VpnInstance::label_mode>("label_mode", "What shares an MPLS label").by_default(R"("per_instance")"),
    key<&VpnInstance::label>("label", "One fixed MPLS label for the instance").between(16, 1048575).by_default("null"),
    key<&VpnInstance::import_routes, ListOf<ImportRoutesForm>>("import_routes",
                                                               "Routes of the kernel's table that become BGP routes")
        .by_default("[]"),
    key<&VpnInstance::import_policy, Nullable<ReferredName>>("import_policy", "Policy from the VPN into the instance")
        .by_default("null")
        .takes(Effect::apart),
    key<&VpnInstance::export_policy, Nullable<ReferredName>>("export_policy", "Policy from the instance into the VPN")
        .by_default("null")
        .takes(Effect::apart),
    key<&VpnInstance::maximum_paths>("maximum_paths", "Most equal paths of a route").between(1, 256).by_default("1"),
    key<&VpnInstance::backup_path>("backup_path",
                                   "Keep a path over another next hop ready in the kernel, for when the best ones fail")
        .by_default("false"),
    key<&VpnInstance::maximum_prefixes, Nullable<NumberOrObject<&MaximumPrefixes::limit>>>(
        "maximum_prefixes", "Most prefixes in the instance")
        .between(1, 4294967295)
        .by_default("null"),
    key<&VpnInstance::networks, ListOf<NetworkForm>>("networks", "Prefixes that BGP originates without a kernel route")
        .by_default("[]"),
    key<&VpnInstance::as>("as", "An own AS number of the instance").only(in_vpn_instance).takes(Effect::reset),
    key<&VpnInstance::router_id, RouterId>("router_id", "An own router id of the instance")
        .only(in_vpn_instance)
        .takes(Effect::reset),
    key<&VpnInstance::peers, PeersForm>(
        "peers", "Peers within the instance by address, or by prefix for all that connect from it")
        .by_default("{}")
        .only(in_vpn_instance)
        .takes(Effect::apart),
};

}  // namespace

template <>
Keys<ImportRoutes> keys_of<ImportRoutes>() {
  return import_routes_keys;
}
template <>
Keys<Network> keys_of<Network>() {
  return network_keys;
}
template <>
Keys<VpnInstance> keys_of<VpnInstance>() {
  return instance_keys;
}

}  // namespace vrfd::config
