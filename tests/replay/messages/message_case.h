// A recorded message and what is expected of it, in the form that the vectors' FORMAT.md describes; and what was
// decoded, in the same form, so that the two can be compared as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/bgp/wire/codec.h"

namespace vrfd::bgp {

using Json = nlohmann::json;

struct Outcome {
  std::string verdict;  // ok, attribute-discard, treat-as-withdraw, session-reset
  std::optional<Notification> notification;
};

Outcome outcome_of(const Decoded& decoded);
std::string to_string(const Outcome& outcome);

enum class Agreement : std::uint8_t { exact, accepted, different };

class MessageCase {
 public:
  explicit MessageCase(Json line) : line_(std::move(line)) {}

  std::string id() const { return line_.at("id"); }
  Bytes octets() const;
  SessionContext context() const;
  // Whether the outcome is the expected one or one of those accepted beside it.
  Agreement agreement(const Outcome& outcome) const;
  std::string expected_outcome() const;
  bool has_fields() const { return expectation().contains("decoded") && !expectation()["decoded"].is_null(); }
  // The fields that differ, one text each. The case has fields.
  std::vector<std::string> field_differences(const Message& message) const;

 private:
  const Json& expectation() const { return line_.at("expect"); }
  Json line_;
};

Bytes bytes_from_hex(const std::string& hex);
std::string hex_of(ByteView octets);

}  // namespace vrfd::bgp
