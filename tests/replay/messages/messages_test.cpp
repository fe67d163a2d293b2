// Reads the recorded messages (VRFD_VECTORS, else ../shared/vectors) and compares verdict, NOTIFICATION and fields
// with what is expected of them; then writes each accepted message and reads it again. Prints every difference and the
// counts; fails for what is not explained. Exits 77 where there are no recordings.

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>

#include "tests/replay/messages/explained.h"
#include "tests/replay/messages/message_case.h"
#include "tests/replay/messages/round_trip.h"

namespace vrfd::bgp {
namespace {

constexpr int skipped = 77;
constexpr std::array files{"messages.jsonl", "rfc-cases.jsonl", "frr-unit-and-rfc7606.jsonl", "cve-cases.jsonl"};

struct Counts {
  unsigned cases = 0;
  unsigned exact = 0;
  unsigned accepted = 0;     // by the recording, beside the first
  unsigned otherwise = 0;    // not accepted by it
  unsigned unexplained = 0;  // of the two before
  unsigned fields_compared = 0;
  unsigned fields_differ = 0;
  unsigned round_trips = 0;
  unsigned round_trips_differ = 0;
};

// The explanations that some case needed.
using Used = std::set<std::string_view>;

const Explained* explanation(const std::string& id) {
  const auto* row = std::find_if(explained.begin(), explained.end(), [&](const Explained& e) { return e.id == id; });
  return row == explained.end() ? nullptr : row;
}

void print_faults(const Decoded& decoded) {
  const auto* message = std::get_if<Message>(&decoded);
  if (const auto* update = message != nullptr ? std::get_if<Update>(message) : nullptr)
    for (const AttributeFault& fault : update->faults) std::cout << " [" << fault.text << "]";
}

void compare_outcome(const MessageCase& recorded, const Decoded& decoded, Used& used, Counts& counts) {
  const Outcome outcome = outcome_of(decoded);
  const Agreement agreement = recorded.agreement(outcome);
  if (agreement == Agreement::exact) {
    ++counts.exact;
    return;
  }
  ++(agreement == Agreement::accepted ? counts.accepted : counts.otherwise);
  const Explained* reason = explanation(recorded.id());
  std::cout << (reason != nullptr ? "explained " : "OUTCOME ") << recorded.id() << ": expected "
            << recorded.expected_outcome() << ", found " << to_string(outcome);
  print_faults(decoded);
  if (reason != nullptr) {
    std::cout << "; " << reason->reason;
    used.insert(reason->id);
  } else {
    ++counts.unexplained;
  }
  std::cout << "\n";
}

void compare_fields(const MessageCase& recorded, const Decoded& decoded, Counts& counts) {
  if (!recorded.has_fields() || std::holds_alternative<Notification>(decoded)) return;
  const auto differences = recorded.field_differences(std::get<Message>(decoded));
  ++counts.fields_compared;
  if (differences.empty()) return;
  ++counts.fields_differ;
  for (const std::string& difference : differences)
    std::cout << "FIELDS " << recorded.id() << " " << difference << "\n";
}

void compare_round_trip(const MessageCase& recorded, const Decoded& decoded, Counts& counts) {
  const auto* message = std::get_if<Message>(&decoded);
  if (message == nullptr) return;
  ++counts.round_trips;
  const auto difference = round_trip_difference(*message, recorded.context());
  if (!difference) return;
  ++counts.round_trips_differ;
  std::cout << "ROUND TRIP " << recorded.id() << ": " << *difference << "\n";
}

Counts replay(std::istream& lines, Used& used) {
  Counts counts;
  for (std::string line; std::getline(lines, line);) {
    const MessageCase recorded(Json::parse(line));
    const Decoded decoded = decode(recorded.octets(), recorded.context());
    ++counts.cases;
    compare_outcome(recorded, decoded, used, counts);
    compare_fields(recorded, decoded, counts);
    compare_round_trip(recorded, decoded, counts);
  }
  return counts;
}

void print(const char* name, const Counts& counts) {
  std::cout << name << ": " << counts.cases << " cases; outcome " << counts.exact << " exact, " << counts.accepted
            << " accepted beside it, " << counts.otherwise << " otherwise, " << counts.unexplained
            << " unexplained; fields of " << counts.fields_compared << " compared, " << counts.fields_differ
            << " different; " << counts.round_trips << " round trips, " << counts.round_trips_differ << " different\n";
}

std::size_t print_unneeded(const Used& used) {
  for (const Explained& row : explained)
    if (!used.contains(row.id)) std::cout << "UNNEEDED " << row.id << "\n";
  return explained.size() - used.size();
}

int run(const std::string& folder) {
  std::size_t failures = 0;
  Used used;
  for (const char* name : files) {
    std::ifstream lines(folder + "/" + name);
    if (!lines) {
      std::cout << "SKIPPED: no " << name << " in " << folder << "\n";
      return skipped;
    }
    const Counts counts = replay(lines, used);
    print(name, counts);
    failures += counts.unexplained + counts.fields_differ + counts.round_trips_differ;
  }
  return failures + print_unneeded(used) == 0 ? 0 : 1;
}

}  // namespace
}  // namespace vrfd::bgp

int main() {
  const char* given = std::getenv("VRFD_VECTORS");
  return vrfd::bgp::run(given != nullptr ? given : "../shared/vectors");
}
