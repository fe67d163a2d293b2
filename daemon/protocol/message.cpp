#include "daemon/protocol/message.h"

#include "daemon/protocol/json_writer.h"

namespace vrfd::protocol {
namespace {

std::string notification(std::string_view method, std::string_view id, std::string_view json) {
  std::string line;
  line.reserve(json.size() + id.size() + 80);
  line.append(R"({"jsonrpc":"2.0","method":")").append(method).append(R"(","params":{"id":)").append(id);
  line.append(",\"").append(method).append("\":").append(json).append("}}\n");
  return line;
}

}  // namespace

std::string result_line(std::string_view id, std::string_view result_json) {
  std::string line;
  line.reserve(result_json.size() + id.size() + 40);
  line.append(R"({"jsonrpc":"2.0","id":)").append(id).append(R"(,"result":)").append(result_json).append("}\n");
  return line;
}

std::string error_line(std::string_view id, const ErrorAnswer& error) {
  std::string line;
  JsonWriter out(line);
  out.begin_object();
  out.field("jsonrpc", "2.0");
  out.key("id");
  out.literal(id);
  out.key("error");
  out.begin_object();
  out.field("code", row_of(error.code).number);
  out.field("message", error.message);
  out.field("data", error);
  out.end_object();
  out.end_object();
  line += '\n';
  return line;
}

std::string row_line(std::string_view id, std::string_view row_json) { return notification("row", id, row_json); }

std::string progress_line(std::string_view id, std::string_view progress_json) {
  return notification("progress", id, progress_json);
}

std::string call_line(std::uint64_t id, std::string_view method, std::string_view params_json) {
  std::string line;
  JsonWriter out(line);
  out.begin_object();
  out.field("jsonrpc", "2.0");
  out.field("id", id);
  out.field("method", method);
  out.key("params");
  out.literal(params_json);
  out.end_object();
  line += '\n';
  return line;
}

void write(JsonWriter& out, const RowsAnswer& answer) {
  out.begin_object();
  out.field("schema", answer.schema);
  out.field("rows", answer.rows);
  out.end_object();
}

std::string schema_of(std::string_view method) { return "vrfd." + std::string(method) + "/1"; }

}  // namespace vrfd::protocol
