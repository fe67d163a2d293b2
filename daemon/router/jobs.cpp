#include "daemon/router/jobs.h"

#include <algorithm>

#include "daemon/router/refresh_job.h"
#include "daemon/router/reset_job.h"
#include "daemon/router/router.h"
#include "daemon/router/selection.h"

namespace vrfd {

namespace {

std::uint64_t milliseconds(Duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

// From the rows of the peers: what was skipped does not count.
protocol::JobState state_of(const protocol::JobAnswer& answer) {
  const auto is = [](std::string_view state) {
    return [state](const protocol::JobPeer& p) { return p.state == state; };
  };
  const auto& peers = answer.peers;
  const auto failed = std::count_if(peers.begin(), peers.end(), is("failed"));
  if (failed == 0) return protocol::JobState::done;
  const bool all_timed_out = std::all_of(peers.begin(), peers.end(), [](const protocol::JobPeer& p) {
    return p.state == "failed" && p.reason == "timed_out";
  });
  if (all_timed_out) return protocol::JobState::timed_out;
  return std::any_of(peers.begin(), peers.end(), is("done")) ? protocol::JobState::partial : protocol::JobState::failed;
}

}  // namespace

Jobs::~Jobs() = default;

Jobs::Started Jobs::refresh(const protocol::RefreshRequest& request, TimePoint now) {
  auto selected = select(router_, request.vpn_instance, request.family, request.selector);
  if (auto* error = std::get_if<protocol::ErrorAnswer>(&selected)) return *error;
  return start(make_refresh_job(router_, request, std::get<std::vector<Target>>(selected), now), now);
}

Jobs::Started Jobs::reset(const protocol::ResetRequest& request, TimePoint now) {
  auto selected = select(router_, request.vpn_instance, request.family, request.selector);
  if (auto* error = std::get_if<protocol::ErrorAnswer>(&selected)) return *error;
  auto targets = std::get<std::vector<Target>>(selected);
  if (request.slow_peer) {
    std::erase_if(targets, [&](const Target& t) { return !t.peer(router_)->slow(); });
    if (targets.empty() && request.selector.kind == protocol::Selector::Kind::peer)
      return protocol::ErrorAnswer{protocol::ErrorCode::not_slow,
                                   "peer " + to_string(request.selector.peer) + " is not slow; it is left alone",
                                   to_string(request.selector.peer)};
  }
  return start(make_reset_job(router_, request, targets, now), now);
}

std::uint64_t Jobs::start(std::unique_ptr<Job> job, TimePoint now) {
  job->answer.job = ++last_;
  job->answer.started = rfc3339(std::chrono::system_clock::now());
  job->started = now;
  router_.log().write(LogEvent::job_started, {{"job", last_}, {"kind", job->answer.kind}});
  tell("started", job->answer);
  running_.push_back({.job = std::move(job), .next_progress = now + progress_interval});
  bool busy = false;
  if (running_.back().job->step(now, busy)) {
    finish(running_.back(), now);
    running_.pop_back();
  }
  router_.wake();
  return last_;
}

void Jobs::tell(std::string_view event, const protocol::JobAnswer& answer) {
  router_.feed().add(protocol::JobEvent{.event = event,
                                        .job = answer.job,
                                        .kind = std::string(answer.kind),
                                        .direction = answer.direction,
                                        .state = std::string(protocol::name_of(answer.state)),
                                        .elapsed_ms = answer.elapsed_ms});
}

bool Jobs::wait(std::uint64_t job, Waiter waiter) {
  for (Running& running : running_)
    if (running.job->answer.job == job) {
      running.waiters.push_back(std::move(waiter));
      return true;
    }
  const auto ended = find(job);
  if (ended) waiter.answer(*ended);
  return ended.has_value();
}

void Jobs::finish(Running& running, TimePoint now) {
  protocol::JobAnswer& answer = running.job->answer;
  answer.state = state_of(answer);
  answer.elapsed_ms = milliseconds(now - running.job->started);
  router_.log().write(LogEvent::job_finished, {{"job", answer.job},
                                               {"kind", answer.kind},
                                               {"state", protocol::name_of(answer.state)},
                                               {"elapsed_ms", answer.elapsed_ms}});
  tell("finished", answer);
  ended_.push_back(answer);
  if (ended_.size() > kept) ended_.pop_front();
  for (Waiter& waiter : running.waiters) waiter.answer(answer);
}

void Jobs::tell_waiters(Running& running, TimePoint now) {
  std::erase_if(running.waiters, [&](const Waiter& waiter) {
    if (!waiter.until || now < *waiter.until) return false;
    protocol::JobAnswer so_far = running.job->answer;
    so_far.state = protocol::JobState::timed_out;
    so_far.elapsed_ms = milliseconds(now - running.job->started);
    waiter.answer(so_far);
    return true;
  });
  if (now < running.next_progress) return;
  running.next_progress = now + progress_interval;
  const protocol::JobProgress progress = running.job->progress();
  for (const Waiter& waiter : running.waiters)
    if (waiter.progress) waiter.progress(progress);
}

bool Jobs::step(TimePoint now) {
  bool busy = false;
  for (std::size_t i = 0; i < running_.size();) {
    if (!running_[i].job->step(now, busy)) {
      tell_waiters(running_[i], now);
      ++i;
      continue;
    }
    Running ended = std::move(running_[i]);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    finish(ended, now);
  }
  return busy;
}

std::optional<TimePoint> Jobs::Running::next_deadline() const {
  std::optional<TimePoint> next = job->next_deadline();
  const auto at_latest = [&](TimePoint at) { next = next ? std::min(*next, at) : at; };
  for (const Waiter& waiter : waiters) {
    if (waiter.progress) at_latest(next_progress);
    if (waiter.until) at_latest(*waiter.until);
  }
  return next;
}

std::optional<TimePoint> Jobs::next_deadline() const {
  std::optional<TimePoint> next;
  for (const Running& running : running_) {
    const auto deadline = running.next_deadline();
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  return next;
}

std::vector<protocol::JobAnswer> Jobs::all() const {
  std::vector<protocol::JobAnswer> answers(ended_.begin(), ended_.end());
  for (const Running& running : running_) answers.push_back(running.job->answer);
  std::sort(answers.begin(), answers.end(), [](const auto& a, const auto& b) { return a.job < b.job; });
  return answers;
}

std::optional<protocol::JobAnswer> Jobs::find(std::uint64_t job) const {
  for (const protocol::JobAnswer& answer : all())
    if (answer.job == job) return answer;
  return std::nullopt;
}

}  // namespace vrfd
