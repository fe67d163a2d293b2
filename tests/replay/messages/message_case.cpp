#include "tests/replay/messages/message_case.h"

#include <algorithm>

#include "tests/replay/messages/message_fields.h"

namespace vrfd::bgp {

namespace {

bool flag_of(const Json& context, const char* key) { return context.value(key, false); }

std::optional<Family> family_from_pair(const Json& pair) {
  return family_from(pair.at(0).get<std::uint16_t>(), pair.at(1).get<std::uint8_t>());
}

FamilySet families_from(const Json& pairs) {
  FamilySet set;
  for (const Json& pair : pairs)
    if (const auto family = family_from_pair(pair)) set.add(*family);
  return set;
}

FamilySet all_families() {
  FamilySet set;
  for (const FamilyRow& row : families) set.add(row.family);
  return set;
}

std::string code_text(unsigned code, unsigned subcode) { return std::to_string(code) + "/" + std::to_string(subcode); }

std::string code_text(const Outcome& outcome) {
  return outcome.notification ? code_text(outcome.notification->code, outcome.notification->subcode) : "";
}

// An entry of `also_accept` names an outcome, perhaps with a remark after it.
bool names_outcome(const std::string& entry, const Outcome& outcome) {
  if (entry.starts_with("capability ignored")) return outcome.verdict == "ok";
  if (entry.starts_with("notification ")) return entry == "notification " + code_text(outcome);
  if (!entry.starts_with(outcome.verdict)) return false;
  return entry.size() == outcome.verdict.size() ||
         std::string(" ,:").find(entry[outcome.verdict.size()]) != std::string::npos;
}

}  // namespace

Outcome outcome_of(const Decoded& decoded) {
  static constexpr std::array<const char*, 4> names{"ok", "attribute-discard", "treat-as-withdraw", "session-reset"};
  if (const auto* notification = std::get_if<Notification>(&decoded)) return {"session-reset", *notification};
  const auto* update = std::get_if<Update>(&std::get<Message>(decoded));
  return {names[update == nullptr ? 0 : static_cast<std::size_t>(update->verdict)], std::nullopt};
}

std::string to_string(const Outcome& outcome) {
  return outcome.notification ? outcome.verdict + " " + code_text(outcome) : outcome.verdict;
}

Bytes MessageCase::octets() const { return bytes_from_hex(line_.at("hex")); }

SessionContext MessageCase::context() const {
  const Json& given = line_.at("context");
  SessionContext context;
  context.four_octet_as = given.value("as4", true);
  context.internal = given.value("ibgp", true);
  context.families = given.contains("families") ? families_from(given["families"]) : all_families();
  if (given.contains("addpath")) context.add_path_receive = families_from(given["addpath"]);
  context.several_labels = given.value("multiple_labels", true);
  context.extended_message = flag_of(given, "ext_msg");
  context.route_refresh = flag_of(given, "route_refresh");
  context.enhanced_refresh = flag_of(given, "enhanced");
  context.local_as = Asn{65000};
  context.peer_as = Asn{context.internal ? 65000u : 65001u};
  return context;
}

Agreement MessageCase::agreement(const Outcome& outcome) const {
  const Json& expected = expectation();
  bool exact = outcome.verdict == expected.at("verdict").get<std::string>();
  if (exact && expected.contains("notification") && !expected.value("notification_any", false)) {
    const Json& codes = expected["notification"];
    exact = code_text(outcome) == code_text(codes.at(0).get<unsigned>(), codes.at(1).get<unsigned>());
  }
  if (exact && line_.contains("notification_data"))
    exact = outcome.notification && line_["notification_data"] == Json(hex_of(outcome.notification->data));
  if (exact) return Agreement::exact;
  for (const Json& entry : expected.value("also_accept", Json::array()))
    if (names_outcome(entry, outcome)) return Agreement::accepted;
  return Agreement::different;
}

std::string MessageCase::expected_outcome() const {
  std::string text = expectation().at("verdict");
  if (expectation().contains("notification")) text += " " + expectation()["notification"].dump();
  if (expectation().contains("also_accept")) text += " or " + expectation()["also_accept"].dump();
  return text;
}

std::vector<std::string> MessageCase::field_differences(const Message& message) const {
  const Json expected = expected_fields(line_, message, context());
  const Json found = fields_of(message, context());
  std::vector<std::string> differences;
  for (const auto& [key, value] : expected.items())
    if (found.value(key, Json()) != value)
      differences.push_back(key + ": expected " + value.dump() + ", found " + found.value(key, Json()).dump());
  for (const auto& [key, value] : found.items())
    if (!expected.contains(key)) differences.push_back(key + ": found " + value.dump() + ", not expected");
  return differences;
}

Bytes bytes_from_hex(const std::string& hex) {
  Bytes octets;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    octets.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  return octets;
}

std::string hex_of(ByteView octets) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (const std::uint8_t octet : octets) {
    hex += digits[octet >> 4];
    hex += digits[octet & 0xF];
  }
  return hex;
}

}  // namespace vrfd::bgp
