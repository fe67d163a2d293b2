#include "daemon/protocol/answers.h"

#include "daemon/protocol/json_writer.h"

namespace vrfd::protocol {

void write(JsonWriter& out, const VpnInstanceRow& row) {
  out.begin_object();
  out.field("name", row.name);
  out.field("description", row.description);
  out.field("rd", row.rd);
  out.field("import_targets", row.import_targets);
  out.field("export_targets", row.export_targets);
  out.field("table", row.table);
  out.field("vrf_device", row.vrf_device);
  out.field("device_state", row.device_state);
  out.field("interfaces", row.interfaces);
  out.field("label", row.label);
  out.field("label_mode", row.label_mode);
  out.field("routes", row.routes);
  out.field("fib_routes", row.fib_routes);
  out.field("maximum_prefixes", row.maximum_prefixes);
  out.field("limit_state", row.limit_state);
  out.field("over_limit", row.over_limit);
  out.end_object();
}

void write(JsonWriter& out, const VpnInstancesAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.show_vpn_instance/1");
  out.field("vpn_instances", answer.vpn_instances);
  out.end_object();
}

void write(JsonWriter& out, const HopRow& row) {
  out.begin_object();
  out.field("via", row.via);
  out.field("dev", row.dev);
  out.field("labels", row.labels);
  out.end_object();
}

void write(JsonWriter& out, const FibRow& row) {
  out.begin_object();
  out.field("vpn_instance", row.vpn_instance);
  out.field("table", row.table);
  out.field("prefix", row.prefix);
  out.field("state", row.state);
  out.field("next_hops", row.next_hops);
  out.field("error", row.error);
  out.end_object();
}

void write(JsonWriter& out, const LabelRow& row) {
  out.begin_object();
  out.field("label", row.label);
  out.field("vpn_instance", row.vpn_instance);
  out.field("mode", row.mode);
  out.field("prefix", row.prefix);
  out.field("next_hops", row.next_hops);
  out.field("state", row.state);
  out.field("error", row.error);
  out.end_object();
}

void write(JsonWriter& out, const NextHopRow& row) {
  out.begin_object();
  out.field("next_hop", row.next_hop);
  out.field("vpn_instance", row.vpn_instance);
  out.field("state", row.state);
  out.field("resolved_by", row.resolved_by);
  out.field("next_hops", row.next_hops);
  out.field("routes", row.routes);
  out.field("reason", row.reason);
  out.end_object();
}

void write(JsonWriter& out, const NextHopsAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.show_next_hops/1");
  out.field("next_hops", answer.next_hops);
  out.end_object();
}

void write(JsonWriter& out, const PolicyTerm& term) {
  out.begin_object();
  out.field("term", term.term);
  out.field("match", term.match);
  out.field("set", term.set);
  out.field("then", term.then);
  out.end_object();
}

void write(JsonWriter& out, const PolicyUse& use) {
  out.begin_object();
  out.field("peer", use.peer);
  out.field("vpn_instance", use.vpn_instance);
  out.field("family", use.family);
  out.field("direction", use.direction);
  out.end_object();
}

void write(JsonWriter& out, const PolicyRow& row) {
  out.begin_object();
  out.field("name", row.name);
  out.field("terms", row.terms);
  out.field("used_by", row.used_by);
  out.field("pending", row.pending);
  out.end_object();
}

void write(JsonWriter& out, const PoliciesAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.show_policy/1");
  out.field("policies", answer.policies);
  out.end_object();
}

void write(JsonWriter& out, const StatusKernel& kernel) {
  out.begin_object();
  out.field("state", kernel.state);
  out.field("vrf", kernel.vrf);
  out.field("mpls", kernel.mpls);
  out.field("installed", kernel.installed);
  out.field("pending", kernel.pending);
  out.field("failed", kernel.failed);
  out.field("overruns", kernel.overruns);
  out.end_object();
}

void write(JsonWriter& out, const StatusConfig& config) {
  out.begin_object();
  out.field("file", config.file);
  out.field("applied", config.applied);
  out.field("revision", config.revision);
  out.field("pending", config.pending);
  out.field("rollback_in_s", config.rollback_in_s);
  out.end_object();
}

void write(JsonWriter& out, const StatusAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.show_status/1");
  out.field("version", answer.version);
  out.field("started", answer.started);
  out.field("uptime_s", answer.uptime_s);
  out.field("as", answer.as);
  out.field("router_id", answer.router_id);
  out.field("peers", answer.peers);
  out.field("established", answer.established);
  out.field("vpn_instances", answer.vpn_instances);
  out.field("routes", answer.routes);
  out.field("jobs_running", answer.jobs_running);
  out.field("restart", answer.restart);
  out.field("cursor", answer.cursor);
  out.field("kernel", answer.kernel);
  out.field("config", answer.config);
  out.field("problems", answer.problems);
  out.end_object();
}

void write(JsonWriter& out, const AuditDifference& difference) {
  out.begin_object();
  out.field("vpn_instance", difference.vpn_instance);
  out.field("table", difference.table);
  out.field("prefix", difference.prefix);
  out.field("kind", difference.kind);
  out.field("repaired", difference.repaired);
  out.end_object();
}

void write(JsonWriter& out, const AuditAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.fib_audit/1");
  out.field("state", answer.state);
  out.field("examined", answer.examined);
  out.field("missing", answer.missing);
  out.field("foreign", answer.foreign);
  out.field("different", answer.different);
  out.field("repaired", answer.repaired);
  out.field("differences", answer.differences);
  out.field("problems", answer.problems);
  out.end_object();
}

void write(JsonWriter& out, const ConfigCheckAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.config_check/1");
  out.field("valid", answer.valid);
  out.field("warnings", answer.warnings);
  out.end_object();
}

void write(JsonWriter& out, const ConfigApplyAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.config_apply/1");
  out.field("revision", answer.revision);
  out.field("changes", answer.changes);
  out.field("pending", answer.pending);
  out.field("rollback_in_s", answer.rollback_in_s);
  out.field("warnings", answer.warnings);
  out.end_object();
}

}  // namespace vrfd::protocol
