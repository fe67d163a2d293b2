// The answer of refresh and of reset, and a row of `show jobs`: what was done to which peer, and what became of it in
// the instances and in the kernel.
//
// Counts: each route is examined once; accepted + rejected = examined = changed + unchanged. On export, `examined` are
// the routes that could go out and `changed` the announcements and withdrawals sent. Of a reset, a dry run's
// `vpn_instances` rows say how many prefixes would change to another path and how many would lose their only one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/protocol/error_code.h"

namespace vrfd::protocol {

class JsonWriter;

enum class JobState : unsigned char { running, done, partial, failed, timed_out };

struct JobStateRow {
  JobState state{};
  std::string_view name{};
  ExitCode exit{};
};

inline constexpr std::array<JobStateRow, 5> job_states{{
    {JobState::running, "running", ExitCode::done},
    {JobState::done, "done", ExitCode::done},
    {JobState::partial, "partial", ExitCode::partial},
    {JobState::failed, "failed", ExitCode::failed},
    {JobState::timed_out, "timed_out", ExitCode::timed_out},
}};

constexpr std::string_view name_of(JobState state) { return job_states[static_cast<std::size_t>(state)].name; }

struct RouteCounts {
  std::uint64_t examined = 0;
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t changed = 0;
  std::uint64_t unchanged = 0;
};

struct JobPeer {
  std::string peer{};
  std::optional<std::string> vpn_instance{};
  std::string family{};
  std::uint32_t as = 0;
  std::string type{};  // internal external
  std::optional<std::string> group{};
  std::string state{};                  // done running skipped failed
  std::optional<std::string> reason{};  // not_established no_route_refresh family_not_negotiated timed_out …
  std::vector<std::string> method{};    // stored route_refresh
  RouteCounts routes{};
};

struct JobInstance {
  std::optional<std::string> name{};  // null: the public instance
  std::uint64_t added = 0;
  std::uint64_t changed = 0;
  std::uint64_t withdrawn = 0;
};

struct JobFib {
  std::uint64_t added = 0;
  std::uint64_t replaced = 0;
  std::uint64_t deleted = 0;
  std::uint64_t failed = 0;
  std::uint64_t acked = 0;
};

struct JobStage {
  std::string stage{};  // reevaluate peer_refresh export session fib
  std::uint64_t ms = 0;
};

struct JobAnswer {
  std::uint64_t job = 0;
  std::string kind{};                      // refresh reset
  std::optional<std::string> direction{};  // import export; null for a reset
  JobState state = JobState::running;
  bool dry_run = false;
  std::string started{};  // RFC 3339, UTC
  std::uint64_t elapsed_ms = 0;
  std::vector<JobPeer> peers{};
  std::vector<JobInstance> vpn_instances{};
  JobFib fib{};
  std::vector<JobStage> stages{};
};

struct JobsAnswer {
  std::vector<JobAnswer> jobs{};
};

// What a waiting client is told in between; `total` is null where it is not known.
struct JobProgress {
  std::uint64_t job = 0;
  std::string stage{};
  std::uint64_t done = 0;
  std::optional<std::uint64_t> total{};
};

void write(JsonWriter& out, const RouteCounts& counts);
void write(JsonWriter& out, const JobPeer& peer);
void write(JsonWriter& out, const JobInstance& instance);
void write(JsonWriter& out, const JobFib& fib);
void write(JsonWriter& out, const JobStage& stage);
void write(JsonWriter& out, const JobAnswer& answer);
void write(JsonWriter& out, const JobsAnswer& answer);
void write(JsonWriter& out, const JobProgress& progress);

}  // namespace vrfd::protocol
