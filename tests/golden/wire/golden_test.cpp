// Reads the messages of messages.json both ways: the octets must decode to the fields, and what was decoded must be
// written as the same octets. With --rewrite the fields in the file are replaced by those decoded.

#include <fstream>
#include <iostream>
#include <utility>

#include "tests/replay/messages/message_case.h"
#include "tests/replay/messages/message_fields.h"

namespace vrfd::bgp {
namespace {

Bytes write(const Update& update, const SessionContext& context) {
  Bytes out;
  for (const FamilyRoutes& row : update.withdrawn) encode_unreachable(row.family, row.routes, context, out);
  for (const FamilyRoutes& row : update.reachable)
    encode_reachable(row.family, encode_attributes(attributes_of(update, row), row.family, context), row.routes,
                     context, out);
  if (update.end_of_rib) encode_end_of_rib(*update.end_of_rib, out);
  return out;
}

template <class Value>
Bytes write(const Value& value, const SessionContext&) {
  return encode(value);
}

Bytes write(const Ignored&, const SessionContext&) { return {}; }

class GoldenCase {
 public:
  explicit GoldenCase(Json& row) : row_(row), context_(MessageCase(row).context()) {
    context_.add_path_send = context_.add_path_receive;
  }

  bool passes(bool rewrite) {
    const Bytes octets = bytes_from_hex(row_.at("hex"));
    const Decoded decoded = decode(octets, context_);
    const auto* message = std::get_if<Message>(&decoded);
    if (message == nullptr) return fail("is refused: " + to_string(outcome_of(decoded)));
    const Json fields = fields_of(*message, context_);
    if (rewrite) row_["fields"] = fields;
    if (fields != row_.value("fields", Json())) return fail("decodes to " + fields.dump());
    const Bytes written = std::visit([&](const auto& value) { return write(value, context_); }, *message);
    return written == octets || fail("is written as " + hex_of(written));
  }

 private:
  bool fail(const std::string& what) {
    std::cout << row_.at("name").get<std::string>() << " " << what << "\n";
    return false;
  }

  Json& row_;
  SessionContext context_;
};

// One line a message, so that a change shows as one.
void write_rows(const Json& rows, const std::string& path) {
  std::ofstream file(path);
  const char* separator = "[\n ";
  for (const Json& row : rows) file << std::exchange(separator, ",\n ") << row.dump();
  file << "\n]\n";
}

int run(const std::string& path, bool rewrite) {
  std::ifstream file(path);
  Json rows = Json::parse(file);
  std::size_t failures = 0;
  for (Json& row : rows) failures += !GoldenCase(row).passes(rewrite);
  std::cout << rows.size() << " messages, " << failures << " failures\n";
  if (rewrite) write_rows(rows, path);
  return rows.empty() || failures != 0 ? 1 : 0;
}

}  // namespace
}  // namespace vrfd::bgp

int main(int argc, char** argv) {
  const bool rewrite = argc > 2 && std::string_view(argv[2]) == "--rewrite";
  return argc < 2 ? 2 : vrfd::bgp::run(argv[1], rewrite);
}
