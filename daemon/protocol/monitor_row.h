// The rows of `monitor`. Each begins with `cursor`, `at` and `topic`; the rest depends on the topic. `event` says what
// happened.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/protocol/json_writer.h"

namespace vrfd::protocol {

// `gap` is nothing that one asks for: it stands for rows that the client will not get.
enum class MonitorTopic : unsigned char { peers, routes, fib, jobs, gap };
inline constexpr std::array<std::string_view, 5> monitor_topics{"peers", "routes", "fib", "jobs", "gap"};
constexpr std::string_view name_of(MonitorTopic topic) { return monitor_topics[static_cast<std::size_t>(topic)]; }

struct PeerEvent {
  static constexpr MonitorTopic topic = MonitorTopic::peers;
  std::string_view event{};  // up down slow quick limit_warning limit_over
  std::string peer{};
  std::optional<std::string> vpn_instance{};
  std::uint32_t as = 0;
  std::optional<std::string> reason{};
};

// The best path of a prefix, after it came or changed; without one after it went.
struct RouteEvent {
  static constexpr MonitorTopic topic = MonitorTopic::routes;
  std::string_view event{};                   // added changed withdrawn
  std::optional<std::string> vpn_instance{};  // null: the public one
  std::string_view family{};
  std::string prefix{};
  std::optional<std::string> next_hop{};  // null: this router
  std::optional<std::string> peer{};
  std::optional<std::string> rd{};  // of an imported path
};

struct FibAuditCounts {
  std::uint64_t missing = 0;
  std::uint64_t foreign = 0;
  std::uint64_t different = 0;
  std::uint64_t repaired = 0;
};

// What the kernel confirmed or refused.
struct FibEvent {
  static constexpr MonitorTopic topic = MonitorTopic::fib;
  std::string_view event{};  // added replaced deleted failed audit
  std::optional<std::string> vpn_instance{};
  std::optional<std::uint32_t> table{};  // this and `prefix` are null of an audit
  std::optional<std::string> prefix{};
  std::optional<std::string> error{};     // the kernel's text
  std::optional<FibAuditCounts> audit{};  // of a comparison that found something
};

struct JobEvent {
  static constexpr MonitorTopic topic = MonitorTopic::jobs;
  std::string_view event{};  // started finished
  std::uint64_t job = 0;
  std::string kind{};
  std::optional<std::string> direction{};
  std::string state{};
  std::uint64_t elapsed_ms = 0;
};

// Rows up to `cursor` were not sent.
struct GapEvent {
  static constexpr MonitorTopic topic = MonitorTopic::gap;
  std::optional<std::uint64_t> missed{};  // of all topics; null where that is not known
  std::string_view reason{};              // dropped not_recorded restarted
};

void write_fields(JsonWriter& out, const PeerEvent& event);
void write_fields(JsonWriter& out, const RouteEvent& event);
void write(JsonWriter& out, const FibAuditCounts& counts);
void write_fields(JsonWriter& out, const FibEvent& event);
void write_fields(JsonWriter& out, const JobEvent& event);
void write_fields(JsonWriter& out, const GapEvent& event);

template <class Event>
std::string monitor_row(std::uint64_t cursor, std::string_view at, const Event& event) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  out.field("cursor", cursor);
  out.field("at", at);
  out.field("topic", name_of(Event::topic));
  write_fields(out, event);
  out.end_object();
  return text;
}

}  // namespace vrfd::protocol
