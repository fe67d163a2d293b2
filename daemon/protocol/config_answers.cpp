#include "daemon/protocol/config_answers.h"

#include "daemon/protocol/json_writer.h"

namespace vrfd::protocol {

void write(JsonWriter& out, const ConfigShowAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.config_show/1");
  out.field("file", answer.file);
  out.field("revision", answer.revision);
  out.field("text", answer.text);
  out.end_object();
}

void write(JsonWriter& out, const ConfigDiffAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.config_diff/1");
  out.field("changes", answer.changes);
  out.end_object();
}

void write(JsonWriter& out, const ConfigConfirmAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.config_confirm/1");
  out.field("revision", answer.revision);
  out.end_object();
}

void write(JsonWriter& out, const ConfigRevision& revision) {
  out.begin_object();
  out.field("revision", revision.revision);
  out.field("applied", revision.applied);
  out.end_object();
}

void write(JsonWriter& out, const ConfigHistoryAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.config_history/1");
  out.field("revisions", answer.revisions);
  out.end_object();
}

void write(JsonWriter& out, const DoctorAnswer& answer) {
  out.begin_object();
  out.field("schema", "vrfd.doctor/1");
  out.field("problems", answer.problems);
  out.end_object();
}

}  // namespace vrfd::protocol
