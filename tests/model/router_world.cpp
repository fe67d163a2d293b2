#include "tests/model/router_world.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "daemon/config/parse.h"
#include "netlink/numbers.h"
#include "tests/model/shared_kernel.h"

namespace vrfd::model {

namespace {

constexpr std::uint8_t core_protocol = 188;  // RTPROT_OSPF
constexpr std::uint32_t core_metric = 20;
constexpr unsigned most_rounds = 100000;

IfIndex core_index(unsigned link) { return IfIndex{10 + link}; }
IfIndex site_index(unsigned site) { return IfIndex{20 + site}; }
std::string core_name(unsigned link) { return "core" + std::to_string(link); }
std::string site_name(unsigned site) { return "site" + std::to_string(site); }
std::string instance_name(unsigned instance) { return "i" + std::to_string(instance); }
TableId table_of(unsigned instance) { return TableId{1000 + instance}; }
IpAddress loopback_address(unsigned loopback) { return IpAddress::v4(0x0AFF0100 + loopback); }
IpAddress peer_address(unsigned peer) { return IpAddress::v4(0x0AFF0001 + peer); }
std::string target_text(unsigned target) { return "65000:" + std::to_string(100 + target); }

Nlri nlri_of(const RouterWorld::RouteKey& key) {
  return {*RouteDistinguisher::from("65001:" + std::to_string(key.rd)),
          *Prefix::from(IpAddress::v4(0x0A000000 + (key.prefix << 16)), 16)};
}

config::Config config_of(const RouterWorld& world) {
  nlohmann::json config{
      {"as", 65000}, {"router_id", "10.255.0.100"}, {"listen_port", 10179}, {"manage_sysctls", false}};
  for (unsigned peer = 0; peer != vpn_peers; ++peer)
    config["peers"][to_string(peer_address(peer))] = {
        {"as", 65000}, {"passive", true}, {"families", {{"vpnv4", nlohmann::json::object()}}}};
  for (const auto& [number, instance] : world.instances) {
    nlohmann::json described{{"rd", "65000:" + std::to_string(number)},
                             {"table", table_of(number).value()},
                             {"label", 5000 + number},
                             {"import_targets", nlohmann::json::array()},
                             {"interfaces", nlohmann::json::array()}};
    for (unsigned target : instance.import_targets) described["import_targets"].push_back(target_text(target));
    for (unsigned site : instance.interfaces) described["interfaces"].push_back(site_name(site));
    config["vpn_instances"][instance_name(number)] = std::move(described);
  }
  auto parsed = config::parse(config.dump());
  REQUIRE_MESSAGE(parsed.has_value(), (parsed ? "" : to_string(parsed.error())));
  return *parsed;
}

std::string temporary_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "vrfd-model-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

// The one of `map` at `choice`, counted round, for which `fits`; end() if there is none.
template <class Map, class Fits>
auto chosen(const Map& map, unsigned choice, Fits fits) {
  std::vector<typename Map::const_iterator> fitting;
  for (auto at = map.begin(); at != map.end(); ++at)
    if (fits(at->second)) fitting.push_back(at);
  return fitting.empty() ? map.end() : fitting[choice % fitting.size()];
}

}  // namespace

RouterBox::RouterBox(const RouterWorld& world)
    : folder_(temporary_folder()), log_(LogLevel::error, Log::Form::plain, [](std::string_view) {}) {
  for (unsigned link = 0; link != core_links; ++link) set_core_link(link, world.core_up.contains(link));
  for (unsigned site = 0; site != sites; ++site)
    kernel_.set_link({.index = site_index(site), .name = site_name(site), .up = true, .carrier = true});
  set_ways(world);
  start(world);
}

RouterBox::~RouterBox() {
  router_.reset();
  std::filesystem::remove_all(folder_);
}

void RouterBox::start(const RouterWorld& world) {
  router_ =
      std::make_unique<Router>(io_, log_, std::make_unique<netlink::SharedKernel>(kernel_), Router::Options{folder_});
  configure(world);
  run(3);
  for (const auto& [key, route] : world.routes) announce(key, route);
}

// ---- the world

void RouterBox::configure(const RouterWorld& world) {
  const auto faults = router_->apply(config_of(world));
  REQUIRE_MESSAGE(faults.empty(), (faults.empty() ? "" : faults.front()));
}

void RouterBox::announce(const RouterWorld::RouteKey& key, const VpnRoute& route) {
  PathAttributes attributes;
  attributes.origin = Origin::igp;
  attributes.local_preference = 100;
  attributes.next_hop = loopback_address(route.loopback);
  attributes.extended_communities = {RouteTarget::from(target_text(route.target))->community()};
  AttributeTable& table = router_->core().attributes();
  const AttributesRef set(table, table.intern(attributes));
  Peer& peer = *router_->instance("")->peers().at(peer_address(key.peer));
  peer.family(Family::vpnv4)
      ->in.announce(std::vector<AnnouncedNlri>{{nlri_of(key), 0, Label{500 + route.label}}}, set.id());
}

void RouterBox::withdraw(const RouterWorld::RouteKey& key) {
  Peer& peer = *router_->instance("")->peers().at(peer_address(key.peer));
  peer.family(Family::vpnv4)->in.withdraw(std::vector<AnnouncedNlri>{{nlri_of(key), 0, {}}});
}

void RouterBox::set_core_link(unsigned link, bool up) {
  kernel_.set_link({.index = core_index(link), .name = core_name(link), .up = up, .carrier = up});
}

void RouterBox::set_ways(const RouterWorld& world) {
  for (unsigned loopback = 0; loopback != loopbacks; ++loopback) {
    const RouteKey key{main_table, Prefix::host(loopback_address(loopback))};
    const auto way = world.way.find(loopback);
    if (way == world.way.end() || !world.core_up.contains(way->second)) {
      kernel_.remove_route(key, core_metric);
      continue;
    }
    const IpAddress gateway = IpAddress::v4(0xAC100001 + (way->second << 8));
    kernel_.set_route({.key = key,
                       .protocol = core_protocol,
                       .metric = core_metric,
                       .hops = {{gateway, core_index(way->second), {Label{16 + loopback}}}}});
  }
}

// ---- others

IfIndex RouterBox::device_of(unsigned instance) const {
  for (const auto& [index, link] : kernel_.all_links())
    if (link.kind == "vrf" && link.vrf_table == table_of(instance)) return index;
  return IfIndex{};
}

void RouterBox::delete_vrf_device(unsigned instance) { kernel_.remove_link(device_of(instance)); }

void RouterBox::set_vrf_device(unsigned instance, bool up) {
  const auto at = kernel_.all_links().find(device_of(instance));
  if (at == kernel_.all_links().end()) return;
  netlink::Link link = at->second;
  link.up = link.carrier = up;
  kernel_.set_link(link);
}

void RouterBox::take_site_out(unsigned site) {
  netlink::Link link = kernel_.all_links().at(site_index(site));
  link.master = IfIndex{};
  kernel_.set_link(link);
}

void RouterBox::delete_route(unsigned choice) {
  const auto& routes = kernel_.routes();
  const auto at = chosen(routes, choice, [](const auto& route) { return route.protocol == netlink::route_protocol; });
  if (at != routes.end()) kernel_.remove_route(at->second.key, at->second.metric);
}

void RouterBox::delete_object(unsigned choice) {
  const auto& objects = kernel_.next_hops();
  const auto at = chosen(objects, choice, [](const auto&) { return true; });
  if (at != objects.end()) kernel_.remove_next_hop(at->first);
}

void RouterBox::flush_table(unsigned instance) {
  std::vector<netlink::FakeKernel::RouteSlot> slots;
  for (const auto& [slot, route] : kernel_.routes())
    if (slot.key.table == table_of(instance)) slots.push_back(slot);
  for (const auto& slot : slots) kernel_.remove_route(slot.key, slot.metric);
}

// ---- the router

void RouterBox::restart(const RouterWorld& world) {
  for (unsigned i = 0; i != 2; ++i) run(1, std::chrono::seconds(2));  // what is remembered is written after a second
  router_.reset();
  kernel_.lose_notifications(false);
  kernel_.delay(false);
  netlink::KernelEvents unheard;
  kernel_.drain(unheard);
  start(world);
}

void RouterBox::run(unsigned rounds, Duration ahead) {
  ahead_ += ahead;
  for (; rounds != 0; --rounds) {
    unsigned steps = 0;
    for (unsigned quiet = 0; quiet != 2; ++quiet) {
      const TimePoint now = Clock::now() + ahead_;
      router_->kernel().drain(now);
      if (router_->step(now)) quiet = 0;
      REQUIRE(++steps != most_rounds);
    }
    router_->on_timer(Clock::now() + ahead_);
  }
}

void RouterBox::finish() {
  refuse(nullptr);
  lose_notifications(false);
  delay(false);
  for (unsigned i = 0; i != 80; ++i) run(2, std::chrono::seconds(5));
}

// ---- what there is to see

std::string RouterBox::name_of(IfIndex index) const {
  const auto at = kernel_.all_links().find(index);
  return at == kernel_.all_links().end() ? "none" : at->second.name;
}

std::string RouterBox::text_of(const netlink::KernelRoute& route) const {
  std::vector<std::string> hops;
  for (const ForwardingHop& hop : kernel_.hops_of(route)) {
    std::string text = " via " + (hop.via ? to_string(*hop.via) : "link") + " dev " + name_of(hop.device);
    for (Label label : hop.labels) text += " " + std::to_string(label.value());
    hops.push_back(std::move(text));
  }
  std::sort(hops.begin(), hops.end());
  std::string text = "table " + std::to_string(route.key.table.value()) + " " + to_string(route.key.prefix) +
                     " metric " + std::to_string(route.metric) + " type " +
                     std::to_string(static_cast<unsigned>(route.type));
  for (const std::string& hop : hops) text += hop;
  return text;
}

std::string RouterBox::text_of(const netlink::Link& link) const {
  return "link " + link.name + (link.kind == "vrf" ? " vrf " + std::to_string(link.vrf_table.value()) : "") +
         (link.up ? " up" : " down") + " in " + name_of(link.master);
}

std::vector<std::string> RouterBox::held() const {
  std::vector<std::string> lines;
  for (const auto& [slot, route] : kernel_.routes())
    if (route.protocol == netlink::route_protocol) lines.push_back(text_of(route));
  for (const auto& [label, route] : kernel_.labels()) {
    std::string text = "label " + std::to_string(label.value());
    for (const ForwardingHop& hop : route.hops) text += " to " + name_of(hop.device);
    lines.push_back(std::move(text));
  }
  for (const auto& [index, link] : kernel_.all_links()) lines.push_back(text_of(link));
  lines.push_back(std::to_string(kernel_.next_hops().size()) + " next-hop objects");
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace vrfd::model
