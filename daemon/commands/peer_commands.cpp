// show bgp peer
#include <algorithm>

#include "daemon/bgp/wire/open.h"
#include "daemon/commands/context.h"
#include "daemon/protocol/bgp_rows.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

namespace {

using protocol::PeerRow;

std::vector<std::string> capability_names(const bgp::Open* open) {
  return open == nullptr ? std::vector<std::string>() : bgp::names_of(open->capabilities);
}

protocol::PeerFamily family_row(Router& router, const Peer& peer, const Peer::FamilyState& state) {
  const AdjRibIn::Counts& counts = state.in.counts();
  protocol::PeerFamily row;
  row.family = name_of(state.family);
  row.received = counts.received;
  row.accepted = counts.accepted;
  row.rejected = counts.rejected();
  RouteTable& table = router.core().table(peer.instance().id(), state.family);
  if (UpdateGroup* group = router.core().group_of(table, peer.id())) {
    row.advertised = group->advertised(peer.id());
    row.update_group = group->number();
  }
  row.refresh_sent = state.refresh_sent;
  row.refresh_received = state.refresh_received;
  if (const auto& limit = peer.configured().families.at(state.family).maximum_prefixes) {
    row.maximum_prefixes = limit->limit;
    row.limit_state = std::string(name_of(state.limit.state()));
  }
  row.stale = name_of(state.stale.state());
  if (const auto end = state.stale.deadline())
    row.stale_ends_in_s = static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::seconds>(*end - Clock::now()).count()));
  return row;
}

std::optional<protocol::PeerGracefulRestart> graceful_restart(const Peer& peer) {
  if (!peer.restarts_gracefully()) return std::nullopt;
  const bgp::Capabilities& theirs = peer.remote_open()->capabilities;
  protocol::PeerGracefulRestart row;
  row.restart_time_s = theirs.graceful_restart->restart_time_s;
  row.restarting = theirs.graceful_restart->restarted;
  row.notification =
      theirs.graceful_restart->notification && peer.local_open()->capabilities.graceful_restart->notification;
  for (const auto& family : theirs.graceful_restart->families) {
    row.families.emplace_back(name_of(family.family));
    if (family.forwarding_preserved) row.preserved.emplace_back(name_of(family.family));
  }
  if (theirs.long_lived)
    for (const auto& family : theirs.long_lived->families) row.long_lived.emplace_back(name_of(family.family));
  return row;
}

protocol::LastReset last_reset(const bgp::Ending& ending) {
  protocol::LastReset row;
  row.at = wall_time(ending.at);
  row.by = name_of(ending.by);
  if (ending.notification) {
    // A hard reset (RFC 8538) is how the cause travels: the cause is what is asked for.
    const auto enclosed = bgp::enclosed_in_hard_reset(*ending.notification);
    const bgp::Notification& cause = enclosed ? *enclosed : *ending.notification;
    row.notification = {cause.code, cause.subcode, bgp::name_of(cause)};
    row.message = bgp::shutdown_communication(cause);
  }
  if (!row.message && !ending.message.empty()) row.message = ending.message;
  return row;
}

std::string state_of(const Peer& peer) {
  const bool shut = peer.configured().shutdown && !peer.established();
  return shut ? "shutdown" : std::string(name_of(peer.session().state()));
}

PeerRow peer_row(Router& router, const Peer& peer) {
  const config::Peer& config = peer.configured();
  const bgp::Session& session = peer.session();
  PeerRow row;
  row.peer = config::name_of(config);
  row.vpn_instance = peer.instance().name_or_null();
  row.as = config.as.value();
  row.type = config.internal ? "internal" : "external";
  if (!config.group.empty()) row.group = config.group;
  if (!config.description.empty()) row.description = config.description;
  row.state = state_of(peer);
  if (peer.established()) {
    row.uptime_s = seconds_since(session.established_at());
    row.router_id = to_string(peer.remote_open()->router_id);
    row.hold_time_s =
        static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(peer.hold_time()).count());
    row.capabilities = {capability_names(peer.local_open()), capability_names(peer.remote_open())};
    row.graceful_restart = graceful_restart(peer);
  }
  for (const auto& [family, settings] : config.families)
    if (const auto* state = peer.family(family)) row.families.push_back(family_row(router, peer, *state));
  const auto& malformed = session.counters().malformed;
  const auto of = [&](bgp::Verdict verdict) { return malformed[static_cast<std::size_t>(verdict)]; };
  row.malformed = {of(bgp::Verdict::attribute_discard), of(bgp::Verdict::treat_as_withdraw),
                   of(bgp::Verdict::session_reset)};
  if (session.last_reset()) row.last_reset = last_reset(*session.last_reset());
  row.restart_in_s = peer.restart_in_s(Clock::now());
  if (config.joined_from) row.range = to_string(*config.joined_from);
  row.slow = peer.slow();
  row.output_queue = peer.output_queue();
  return row;
}

void show_peers(Router& router, const protocol::ShowPeersRequest& request, control::Responder responder) {
  protocol::PeersAnswer answer;
  std::vector<Instance*> instances = router.instances();
  if (request.vpn_instance) {
    const auto found = find_instance(router, request.vpn_instance);
    if (const auto* error = std::get_if<protocol::ErrorAnswer>(&found)) return responder.error(*error);
    instances = {std::get<Instance*>(found)};
  }
  for (Instance* instance : instances)
    for (const auto& [address, peer] : instance->peers())
      if (!request.peer || *request.peer == address) answer.peers.push_back(peer_row(router, *peer));
  if (request.peer && answer.peers.empty())
    return responder.error(
        unknown_peer(request.vpn_instance ? *instances.front() : *router.instance(""), *request.peer));
  responder.result(answer);
}

// A row for each family of a slow peer.
void add_slow_rows(Router& router, const Peer& peer, protocol::SlowPeersAnswer& answer) {
  const SlowPeerWatch& watch = peer.slowness();
  if (!watch.slow()) return;
  const TimePoint now = Clock::now();
  for (const auto& [family, settings] : peer.configured().families) {
    const auto* state = peer.family(family);
    if (state == nullptr || !state->negotiated) continue;
    const UpdateGroup* group = router.core().group_of(state->in.table(), peer.id());
    protocol::SlowPeerRow row;
    row.peer = config::name_of(peer.configured());
    row.vpn_instance = peer.instance().name_or_null();
    row.family = name_of(family);
    row.as = peer.configured().as.value();
    row.reason = name_of(*watch.reason());
    row.since = wall_time(watch.since());
    row.count = watch.count();
    row.lag = group == nullptr ? 0 : group->lag(peer.id());
    if (watch.last_end()) row.last_end = wall_time(*watch.last_end());
    if (peer.output_queue() == 0 && row.lag == 0 && peer.configured().slow_peer)
      row.returns_in_s = static_cast<std::uint64_t>(
          std::chrono::duration_cast<std::chrono::seconds>(watch.returns_in(*peer.configured().slow_peer, now))
              .count());
    answer.slow_peers.push_back(std::move(row));
  }
}

}  // namespace

void add_peer_commands(control::Methods& methods, Context& context) {
  Router& router = context.router;
  methods.add<protocol::ShowPeersRequest>(
      [&router](const protocol::ShowPeersRequest& request, control::Responder responder) {
        show_peers(router, request, std::move(responder));
      });
  methods.add<protocol::ShowSlowPeersRequest>(
      [&router](const protocol::ShowSlowPeersRequest&, control::Responder responder) {
        protocol::SlowPeersAnswer answer;
        router.each_peer([&](Peer& peer) { add_slow_rows(router, peer, answer); });
        responder.result(answer);
      });
}

}  // namespace vrfd::commands
