#include "daemon/protocol/job_answer.h"

#include "daemon/protocol/json_writer.h"

namespace vrfd::protocol {

void write(JsonWriter& out, const RouteCounts& counts) {
  out.begin_object();
  out.field("examined", counts.examined);
  out.field("accepted", counts.accepted);
  out.field("rejected", counts.rejected);
  out.field("changed", counts.changed);
  out.field("unchanged", counts.unchanged);
  out.end_object();
}

void write(JsonWriter& out, const JobPeer& peer) {
  out.begin_object();
  out.field("peer", peer.peer);
  out.field("vpn_instance", peer.vpn_instance);
  out.field("family", peer.family);
  out.field("as", peer.as);
  out.field("type", peer.type);
  out.field("group", peer.group);
  out.field("state", peer.state);
  out.field("reason", peer.reason);
  out.field("method", peer.method);
  out.field("routes", peer.routes);
  out.end_object();
}

void write(JsonWriter& out, const JobInstance& instance) {
  out.begin_object();
  out.field("name", instance.name);
  out.field("added", instance.added);
  out.field("changed", instance.changed);
  out.field("withdrawn", instance.withdrawn);
  out.end_object();
}

void write(JsonWriter& out, const JobFib& fib) {
  out.begin_object();
  out.field("added", fib.added);
  out.field("replaced", fib.replaced);
  out.field("deleted", fib.deleted);
  out.field("failed", fib.failed);
  out.field("acked", fib.acked);
  out.end_object();
}

void write(JsonWriter& out, const JobStage& stage) {
  out.begin_object();
  out.field("stage", stage.stage);
  out.field("ms", stage.ms);
  out.end_object();
}

void write(JsonWriter& out, const JobAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.job/1");
  out.field("job", answer.job);
  out.field("kind", answer.kind);
  out.field("direction", answer.direction);
  out.field("state", name_of(answer.state));
  out.field("dry_run", answer.dry_run);
  out.field("started", answer.started);
  out.field("elapsed_ms", answer.elapsed_ms);
  out.field("peers", answer.peers);
  out.field("vpn_instances", answer.vpn_instances);
  out.field("fib", answer.fib);
  out.field("stages", answer.stages);
  out.end_object();
}

void write(JsonWriter& out, const JobsAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.show_jobs/1");
  out.field("jobs", answer.jobs);
  out.end_object();
}

void write(JsonWriter& out, const JobProgress& progress) {
  out.begin_object();
  out.field("job", progress.job);
  out.field("stage", progress.stage);
  out.field("done", progress.done);
  out.field("total", progress.total);
  out.end_object();
}

}  // namespace vrfd::protocol
