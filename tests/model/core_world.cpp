#include "tests/model/core_world.h"

#include <algorithm>

#include "vrf/types/target_membership.h"

namespace vrfd::model {

namespace {

constexpr Asn own{65000};
constexpr std::uint32_t cluster = 99;

RouteTarget target(unsigned number) { return *RouteTarget::from("65000:" + std::to_string(number)); }
RouteDistinguisher rd(unsigned number) { return *RouteDistinguisher::from("65000:" + std::to_string(number)); }
IpAddress next_hop_address(unsigned number) { return IpAddress::v4(0x0AFF0100 + number); }
Prefix prefix_of(unsigned number) { return *Prefix::from(IpAddress::v4(0x0A000000 + (number << 16)), 16); }

// A VPN peer has a route distinguisher of its own.
Nlri nlri_of(std::size_t peer, unsigned prefix) {
  if (is_ce(peer)) return {{}, prefix_of(prefix)};
  return {rd(static_cast<unsigned>(900 + peer)), prefix_of(prefix)};
}

SourceKind kind_of(std::size_t peer) {
  return is_ce(peer) || peer >= ces + 2 ? SourceKind::external : SourceKind::internal;
}

Asn as_of(std::size_t peer) {
  return kind_of(peer) == SourceKind::internal ? own : Asn{static_cast<std::uint32_t>(65100 + peer)};
}

PathAttributes attributes_of(std::size_t peer, const Route& route) {
  PathAttributes a;
  a.origin = Origin::igp;
  std::vector<Asn> path(route.path_length, Asn{65300});
  if (kind_of(peer) == SourceKind::external) path.insert(path.begin(), as_of(peer));
  a.as_path = {{SegmentType::sequence, std::move(path)}};
  a.next_hop = next_hop_address(route.next_hop);
  a.local_preference = route.local_preference;
  for (unsigned number : route.targets) a.extended_communities.push_back(target(number).community());
  canonicalize(a);
  return a;
}

}  // namespace

Box::Box() {
  core_.set_swap_labels(swap_);
  for (std::size_t number = 0; number != peers; ++number)
    sessions_[number].id = core_.sources().add({.kind = kind_of(number),
                                                .instance = {},
                                                .as = as_of(number),
                                                .router_id = static_cast<std::uint32_t>(number + 1),
                                                .address = IpAddress::v4(0xC0000200 + static_cast<unsigned>(number)),
                                                .route_reflector_client = number == ces + 1});
}

Box::~Box() { clear(); }

// ---- the subjects

InstanceId Box::owner_of(std::size_t number) const {
  return is_ce(number) ? *ids_[instance_of(number)] : public_instance;
}

RouteTable& Box::table_of(std::size_t number) const {
  return core_.table(owner_of(number), is_ce(number) ? Family::ipv4 : Family::vpnv4);
}

void Box::set_instance(std::size_t number, const Instance& wanted) {
  auto& id = ids_[number];
  if (!wanted.exists) {
    if (!id) return;
    for (std::size_t peer : {2 * number, 2 * number + 1})
      if (sessions_[peer].up) close(sessions_[peer], table_of(peer));
    core_.next_hops().remove_instance(*id);
    core_.remove_instance(*id);
    id.reset();
    return;
  }
  InstanceSettings settings;
  settings.name = "vpn" + std::to_string(number);
  settings.rd = rd(wanted.rd);
  for (unsigned one : wanted.imports) settings.import_targets.push_back(target(one));
  for (unsigned one : wanted.exports) settings.export_targets.push_back(target(one));
  settings.label = Label{static_cast<std::uint32_t>(100 + number)};
  settings.maximum_prefixes = wanted.maximum_prefixes;
  if (!id) id = core_.add_instance({.name = settings.name}).id;
  core_.change_instance(*id, settings);
}

ImportRules Box::import_rules(std::size_t number, const World& world) const {
  ImportRules rules;
  rules.external = kind_of(number) == SourceKind::external;
  rules.peer_as = as_of(number);
  rules.local_as = own;
  rules.router_id = 99;
  rules.requires_policy = !world.peer[number].accepts;  // there is no policy, so nothing is accepted
  return rules;
}

ExportRules Box::export_rules(std::size_t number, const World& world) const {
  const Peer& peer = world.peer[number];
  ExportRules rules;
  rules.family = is_ce(number) ? Family::ipv4 : Family::vpnv4;
  rules.external = kind_of(number) == SourceKind::external;
  rules.route_reflector_client = number == ces + 1;
  rules.local_as = own;
  rules.cluster_id = cluster;
  rules.send_communities = (peer.outgoing & 1) == 0;
  rules.next_hop_self = (peer.outgoing & 2) != 0;
  rules.requires_policy = peer.outgoing == 3;
  if (peer.says_what_it_wants && !is_ce(number)) rules.wanted = {core_.interests().of(sessions_[number].id)};
  return rules;
}

void Box::close(Session& session, RouteTable& table) {
  session.up = false;
  core_.leave(table, session.id);
  session.in->clear(SIZE_MAX);
  if (session.memberships) session.memberships->clear(SIZE_MAX);
  session.in.reset();
  session.memberships.reset();
  session.held.clear();
}

void Box::set_up(std::size_t number, const World& world) {
  Session& session = sessions_[number];
  if (session.up) close(session, table_of(number));
  if (!world.peer[number].up || (is_ce(number) && !ids_[instance_of(number)])) return;
  core_.sources()[session.id].instance = owner_of(number);
  session.up = true;
  session.in = std::make_unique<AdjRibIn>(session.id, owner_of(number), table_of(number), core_.decision(),
                                          import_rules(number, world));
  for (const auto& [prefix, route] : world.peer[number].routes) announce(number, prefix, world);
  if (!is_ce(number)) want(number, world);
  core_.join(table_of(number), session.id, export_rules(number, world));
}

void Box::announce(std::size_t number, unsigned prefix, const World& world) {
  Session& session = sessions_[number];
  if (!session.up) return;
  const Route& route = world.peer[number].routes.at(prefix);
  const AttributesRef received(core_.attributes(), core_.attributes().intern(attributes_of(number, route)));
  const std::vector<AnnouncedNlri> routes{{nlri_of(number, prefix), 0, is_ce(number) ? Label{} : Label{route.label}}};
  session.in->announce(routes, received.id());
}

void Box::withdraw(std::size_t number, unsigned prefix) {
  if (!sessions_[number].up) return;
  const std::vector<AnnouncedNlri> routes{{nlri_of(number, prefix), 0, {}}};
  sessions_[number].in->withdraw(routes);
}

void Box::judge(std::size_t number, const World& world) {
  Session& session = sessions_[number];
  if (!session.up) return;
  session.in->set_rules(import_rules(number, world));
  session.in->start_reevaluation();
  while (!session.in->step_reevaluation(3)) step(5);
}

void Box::export_by(std::size_t number, const World& world) {
  if (!sessions_[number].up) return;
  core_.change_rules(table_of(number), {sessions_[number].id}, [&](PeerId) { return export_rules(number, world); });
}

// The whole set anew, and what follows for VPN routes.
void Box::want(std::size_t number, const World& world) {
  Session& session = sessions_[number];
  const Peer& peer = world.peer[number];
  if (!session.up || is_ce(number)) return;
  RouteTable& table = core_.table(public_instance, Family::rtc);
  if (!session.memberships)
    session.memberships = std::make_unique<AdjRibIn>(session.id, public_instance, table, core_.decision(),
                                                     ImportRules{.local_as = own, .router_id = 99});
  session.memberships->mark_stale();
  PathAttributes a = attributes_of(number, Route{});
  const AttributesRef received(core_.attributes(), core_.attributes().intern(a));
  std::vector<AnnouncedNlri> wanted;
  for (unsigned one : peer.wants) wanted.push_back({{{}, membership_of(own, target(one))}, 0, {}});
  if (peer.says_what_it_wants) session.memberships->announce(wanted, received.id());
  session.memberships->sweep_stale(SIZE_MAX);
  core_.interests().step(SIZE_MAX);
  core_.interests().take_changed();
  if (core_.group_of(table_of(number), session.id) != nullptr) export_by(number, world);
}

void Box::ask_again(std::size_t number, SyncKind kind) {
  if (!sessions_[number].up) return;
  core_.group_of(table_of(number), sessions_[number].id)->refresh(sessions_[number].id, kind);
  core_.request_work(table_of(number));
}

void Box::reach(unsigned next_hop, bool reachable) {
  reachable_[next_hop] = reachable;
  for (std::uint32_t i = 0; i != core_.next_hops().size(); ++i)
    if (core_.next_hops()[NextHopId{i}].address == next_hop_address(next_hop)) core_.next_hops().requeue(NextHopId{i});
  answer_lookups();
}

void Box::answer_lookups() {
  for (const auto& lookup : core_.next_hops().take_lookups(1000)) {
    const std::uint32_t number = lookup.address.v4_value() - next_hop_address(0).v4_value();
    std::optional<Resolution> answer;
    if (reachable_.at(number))
      answer = Resolution{.matched = Prefix::host(lookup.address), .hops = {{lookup.address, IfIndex{5}, {}}}};
    if (core_.next_hops().set(lookup.id, answer) == NextHopChange::reachability) core_.next_hop_changed(lookup.id);
  }
}

// ---- work

void Box::read(std::size_t number, std::size_t budget) {
  answer_lookups();
  Session& session = sessions_[number];
  if (!session.up) return;
  UpdateGroup* group = core_.group_of(table_of(number), session.id);
  OutBatch batch;
  if (!group->next_batch([&](PeerId id) { return id == session.id; }, budget, batch)) return;
  for (const OutRoute& route : batch.routes) {
    const Nlri nlri = table_of(number).nlri(route.dest);
    const bool own_route = route.source == session.id && route.attributes != AttrId::none;
    if (route.attributes == AttrId::none || (own_route && route.withdraw_from_source))
      session.held.erase(nlri);
    else if (!own_route)
      session.held[nlri] = {as_written(route), route.label};
  }
}

PathAttributes Box::as_written(const OutRoute& route) const {
  PathAttributes attributes = core_.attributes()[route.attributes].value();
  if (route.reflected_from != 0) reflect(route.reflected_from, cluster, attributes);
  return attributes;
}

void Box::finish() {
  const auto told = [&](std::size_t number) {
    return !sessions_[number].up || core_.group_of(table_of(number), sessions_[number].id)->told(sessions_[number].id);
  };
  bool more = true;
  while (more) {
    answer_lookups();
    step(100);
    for (std::size_t number = 0; number != peers; ++number) read(number, 1000);
    more = !core_.idle();
    for (std::size_t number = 0; number != peers; ++number) more |= !told(number);
  }
}

void Box::clear() {
  for (std::size_t number = 0; number != peers; ++number)
    if (sessions_[number].up) close(sessions_[number], table_of(number));
  for (std::size_t number = 0; number != instances; ++number) set_instance(number, {});
  finish();
}

// ---- what there is to see

std::string Box::text_of(const Nlri& nlri, const PathAttributes& attributes, Label label) const {
  std::string text = to_string(nlri.rd) + " " + to_string(nlri.prefix) + " via " + to_string(attributes.next_hop) +
                     " path " + to_string(attributes.as_path) + " preference " +
                     std::to_string(attributes.local_preference.value_or(0));
  if (attributes.originator_id) text += " from " + to_string(*attributes.originator_id);
  for (ExtendedCommunity community : attributes.extended_communities) text += " " + to_string(community);
  for (const LabelLeases::Row* row = swap_.next({}); row != nullptr; row = swap_.next(row->label))
    if (row->label == label)
      return text + " label for " + to_string(*row->next_hop) + " " + std::to_string(row->outgoing->value());
  return text + " label " + std::to_string(label.value());
}

std::string Box::view() const {
  std::vector<std::string> lines;
  const auto add_table = [&](const std::string& name, RouteTable& table, InstanceId owner) {
    for (DestId dest = 0; dest != table.limit(); ++dest)
      for (PathId p = table.in_use(dest) ? table.first(dest) : no_index; p != no_index; p = table.next(p)) {
        const Path& path = table.path(p);
        const auto& attributes = core_.attributes()[path.accepted() ? path.attributes : path.received].value();
        lines.push_back(name + " " + text_of(table.nlri(dest), attributes, table.extra(p).label) + " from " +
                        to_string(core_.sources()[path.source].address) + " " +
                        std::string(name_of(core_.decision().ineligible(table, path, owner))) +
                        (path.has(PathFlag::best) ? " best" : ""));
      }
  };
  add_table("vpn", core_.table(public_instance, Family::vpnv4), public_instance);
  add_table("rtc", core_.table(public_instance, Family::rtc), public_instance);
  for (std::size_t number = 0; number != instances; ++number)
    if (ids_[number])
      add_table("vrf " + std::to_string(number), core_.table(*ids_[number], Family::ipv4), *ids_[number]);
  for (std::size_t number = 0; number != peers; ++number)
    for (const auto& [nlri, held] : sessions_[number].held)
      lines.push_back("peer " + std::to_string(number) + " holds " + text_of(nlri, held.first, held.second));
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace vrfd::model
