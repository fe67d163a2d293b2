#include "daemon/protocol/monitor_row.h"

namespace vrfd::protocol {

void write_fields(JsonWriter& out, const PeerEvent& event) {
  out.field("event", event.event);
  out.field("peer", event.peer);
  out.field("vpn_instance", event.vpn_instance);
  out.field("as", event.as);
  out.field("reason", event.reason);
}

void write_fields(JsonWriter& out, const RouteEvent& event) {
  out.field("event", event.event);
  out.field("vpn_instance", event.vpn_instance);
  out.field("family", event.family);
  out.field("prefix", event.prefix);
  out.field("next_hop", event.next_hop);
  out.field("peer", event.peer);
  out.field("rd", event.rd);
}

void write(JsonWriter& out, const FibAuditCounts& counts) {
  out.begin_object();
  out.field("missing", counts.missing);
  out.field("foreign", counts.foreign);
  out.field("different", counts.different);
  out.field("repaired", counts.repaired);
  out.end_object();
}

void write_fields(JsonWriter& out, const FibEvent& event) {
  out.field("event", event.event);
  out.field("vpn_instance", event.vpn_instance);
  out.field("table", event.table);
  out.field("prefix", event.prefix);
  out.field("error", event.error);
  out.field("audit", event.audit);
}

void write_fields(JsonWriter& out, const JobEvent& event) {
  out.field("event", event.event);
  out.field("job", event.job);
  out.field("kind", event.kind);
  out.field("direction", event.direction);
  out.field("state", event.state);
  out.field("elapsed_ms", event.elapsed_ms);
}

void write_fields(JsonWriter& out, const GapEvent& event) {
  out.field("missed", event.missed);
  out.field("reason", event.reason);
}

}  // namespace vrfd::protocol
