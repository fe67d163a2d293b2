#include "daemon/protocol/explain_answer.h"

#include "daemon/protocol/json_writer.h"

namespace vrfd::protocol {

void write(JsonWriter& out, const ExplainNextHop& row) {
  out.begin_object();
  out.field("next_hop", row.next_hop);
  out.field("vpn_instance", row.vpn_instance);
  out.field("state", row.state);
  out.field("resolved_by", row.resolved_by);
  out.field("metric", row.metric);
  out.field("next_hops", row.next_hops);
  out.end_object();
}

void write(JsonWriter& out, const ExplainPath& path) {
  out.begin_object();
  out.field("source", path.source);
  out.field("peer", path.peer);
  out.field("rd", path.rd);
  out.field("vpn_instance", path.vpn_instance);
  out.field("local_kind", path.local_kind);
  out.field("verdict", path.verdict);
  out.field("reason", path.reason);
  out.field("policy", path.policy);
  out.field("stale", path.stale);
  out.field("route", path.route);
  out.field("resolution", path.resolution);
  out.end_object();
}

void write(JsonWriter& out, const ExplainVpnRoute& route) {
  out.begin_object();
  out.field("rd", route.rd);
  out.field("peer", route.peer);
  out.field("vpn_instance", route.vpn_instance);
  out.field("reason", route.reason);
  out.field("policy", route.policy);
  out.field("targets", route.targets);
  out.field("route", route.route);
  out.end_object();
}

void write(JsonWriter& out, const ExplainFib& fib) {
  out.begin_object();
  out.field("programmed", fib.programmed);
  out.field("table", fib.table);
  out.field("vrf_device", fib.vrf_device);
  out.field("state", fib.state);
  out.field("next_hops", fib.next_hops);
  out.field("error", fib.error);
  out.field("kernel_error", fib.kernel_error);
  out.end_object();
}

void write(JsonWriter& out, const ExplainExport& out_of_instance) {
  out.begin_object();
  out.field("exported", out_of_instance.exported);
  out.field("reason", out_of_instance.reason);
  out.field("policy", out_of_instance.policy);
  out.field("rd", out_of_instance.rd);
  out.field("targets", out_of_instance.targets);
  out.field("label", out_of_instance.label);
  out.field("label_state", out_of_instance.label_state);
  out.end_object();
}

void write(JsonWriter& out, const ExplainAudience& peer) {
  out.begin_object();
  out.field("peer", peer.peer);
  out.field("vpn_instance", peer.vpn_instance);
  out.field("family", peer.family);
  out.field("advertised", peer.advertised);
  out.field("reason", peer.reason);
  out.field("policy", peer.policy);
  out.end_object();
}

void write(JsonWriter& out, const ExplainAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.explain/1");
  out.field("vpn_instance", answer.vpn_instance);
  out.field("asked", answer.asked);
  out.field("prefix", answer.prefix);
  out.field("family", answer.family);
  out.field("verdict", name_of(answer.verdict));
  out.field("message", answer.message);
  out.field("unused_more_specific", answer.unused_more_specific);
  out.field("import_targets", answer.import_targets);
  out.field("path_count", answer.path_count);
  out.field("paths", answer.paths);
  out.field("vpn_route_count", answer.vpn_route_count);
  out.field("vpn_routes", answer.vpn_routes);
  out.field("fib", answer.fib);
  out.field("export", answer.vpn_export);
  out.field("advertised_to", answer.advertised_to);
  out.field("not_advertised_to", answer.not_advertised_to);
  out.field("peers", answer.peers);
  out.end_object();
}

}  // namespace vrfd::protocol
