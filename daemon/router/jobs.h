// Refreshes and resets under way, and those that ended lately: the job is what a client waits for, lists and gets as
// answer.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "daemon/base/clock.h"
#include "daemon/protocol/job_answer.h"
#include "daemon/protocol/refresh_request.h"

namespace vrfd {

class Router;

class Job {
 public:
  virtual ~Job() = default;
  // Goes on; true when it has ended. `busy` is set if it could go on at once.
  virtual bool step(TimePoint now, bool& busy) = 0;
  // When step() must be called at the latest.
  virtual std::optional<TimePoint> next_deadline() const { return std::nullopt; }
  virtual protocol::JobProgress progress() const = 0;

  protocol::JobAnswer answer;
  TimePoint started{};
};

class Jobs {
 public:
  explicit Jobs(Router& router) : router_(router) {}
  ~Jobs();

  using Started = std::variant<std::uint64_t, protocol::ErrorAnswer>;
  // Begins the job and returns its number.
  Started refresh(const protocol::RefreshRequest& request, TimePoint now);
  Started reset(const protocol::ResetRequest& request, TimePoint now);

  struct Waiter {
    // Called once: with what came of the job, or at `until` with the state timed_out; the job goes on then.
    std::function<void(const protocol::JobAnswer&)> answer{};
    std::optional<TimePoint> until{};
    // Called now and then before.
    std::function<void(const protocol::JobProgress&)> progress{};
  };
  // At once if the job has ended. False if there is no such job.
  bool wait(std::uint64_t job, Waiter waiter);

  // True while some job could go on at once.
  bool step(TimePoint now);
  std::optional<TimePoint> next_deadline() const;

  std::size_t running() const { return running_.size(); }
  // Oldest first; null if it is not known (any more).
  std::vector<protocol::JobAnswer> all() const;
  std::optional<protocol::JobAnswer> find(std::uint64_t job) const;

 private:
  static constexpr std::size_t kept = 100;
  static constexpr Duration progress_interval = std::chrono::milliseconds(200);
  struct Running {
    std::unique_ptr<Job> job;
    std::vector<Waiter> waiters{};
    TimePoint next_progress{};

    std::optional<TimePoint> next_deadline() const;
  };

  std::uint64_t start(std::unique_ptr<Job> job, TimePoint now);
  void finish(Running& running, TimePoint now);
  // Those who have waited long enough, and how far it is for the others.
  void tell_waiters(Running& running, TimePoint now);
  void tell(std::string_view event, const protocol::JobAnswer& answer);

  Router& router_;
  std::uint64_t last_ = 0;
  std::vector<Running> running_;
  std::deque<protocol::JobAnswer> ended_;
};

}  // namespace vrfd
