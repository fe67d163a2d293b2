#include "daemon/protocol/bgp_rows.h"

#include "daemon/protocol/json_writer.h"

namespace vrfd::protocol {

void write(JsonWriter& out, const PeerFamily& family) {
  out.begin_object();
  out.field("family", family.family);
  out.field("received", family.received);
  out.field("accepted", family.accepted);
  out.field("rejected", family.rejected);
  out.field("advertised", family.advertised);
  out.field("update_group", family.update_group);
  out.field("refresh_sent", family.refresh_sent);
  out.field("refresh_received", family.refresh_received);
  out.field("maximum_prefixes", family.maximum_prefixes);
  out.field("limit_state", family.limit_state);
  out.field("stale", family.stale);
  out.field("stale_ends_in_s", family.stale_ends_in_s);
  out.end_object();
}

void write(JsonWriter& out, const PeerCapabilities& capabilities) {
  out.begin_object();
  out.field("advertised", capabilities.advertised);
  out.field("received", capabilities.received);
  out.end_object();
}

void write(JsonWriter& out, const PeerGracefulRestart& restart) {
  out.begin_object();
  out.field("restart_time_s", restart.restart_time_s);
  out.field("restarting", restart.restarting);
  out.field("notification", restart.notification);
  out.field("families", restart.families);
  out.field("preserved", restart.preserved);
  out.field("long_lived", restart.long_lived);
  out.end_object();
}

void write(JsonWriter& out, const PeerMalformed& malformed) {
  out.begin_object();
  out.field("attribute_discard", malformed.attribute_discard);
  out.field("treat_as_withdraw", malformed.treat_as_withdraw);
  out.field("session_reset", malformed.session_reset);
  out.end_object();
}

void write(JsonWriter& out, const PeerNotification& notification) {
  out.begin_object();
  out.field("code", notification.code);
  out.field("subcode", notification.subcode);
  out.field("name", notification.name);
  out.end_object();
}

void write(JsonWriter& out, const LastReset& reset) {
  out.begin_object();
  out.field("at", reset.at);
  out.field("by", reset.by);
  out.field("notification", reset.notification);
  out.field("message", reset.message);
  out.end_object();
}

void write(JsonWriter& out, const PeerRow& row) {
  out.begin_object();
  out.field("peer", row.peer);
  out.field("vpn_instance", row.vpn_instance);
  out.field("as", row.as);
  out.field("type", row.type);
  out.field("group", row.group);
  out.field("description", row.description);
  out.field("state", row.state);
  out.field("uptime_s", row.uptime_s);
  out.field("router_id", row.router_id);
  out.field("hold_time_s", row.hold_time_s);
  out.field("families", row.families);
  out.field("capabilities", row.capabilities);
  out.field("graceful_restart", row.graceful_restart);
  out.field("malformed", row.malformed);
  out.field("last_reset", row.last_reset);
  out.field("restart_in_s", row.restart_in_s);
  out.field("range", row.range);
  out.field("slow", row.slow);
  out.field("output_queue", row.output_queue);
  out.end_object();
}

void write(JsonWriter& out, const PeersAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.show_bgp_peer/1");
  out.field("peers", answer.peers);
  out.end_object();
}

void write(JsonWriter& out, const PendingRow& row) {
  out.begin_object();
  out.field("peer", row.peer);
  out.field("vpn_instance", row.vpn_instance);
  out.field("family", row.family);
  out.field("direction", row.direction);
  out.field("change", row.change);
  out.field("since", row.since);
  out.field("command", row.command);
  out.end_object();
}

void write(JsonWriter& out, const PendingAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.show_pending/1");
  out.field("pending", answer.pending);
  out.end_object();
}

void write(JsonWriter& out, const SlowPeerRow& row) {
  out.begin_object();
  out.field("peer", row.peer);
  out.field("vpn_instance", row.vpn_instance);
  out.field("family", row.family);
  out.field("as", row.as);
  out.field("reason", row.reason);
  out.field("since", row.since);
  out.field("count", row.count);
  out.field("lag", row.lag);
  out.field("last_end", row.last_end);
  out.field("returns_in_s", row.returns_in_s);
  out.end_object();
}

void write(JsonWriter& out, const SlowPeersAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.show_slow_peers/1");
  out.field("slow_peers", answer.slow_peers);
  out.end_object();
}

}  // namespace vrfd::protocol
