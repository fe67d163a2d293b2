#include "daemon/router/reset_job.h"

#include <algorithm>
#include <map>

#include "daemon/router/effect_watch.h"
#include "daemon/router/refresh_job.h"
#include "daemon/router/router.h"

namespace vrfd {

namespace {

// How long the answer waits for a session that was up to come up again. Whether it does is the peer's affair: one that
// stays away is named in the answer, and what it brought is gone.
constexpr Duration patience = std::chrono::seconds(5);

class ResetJob final : public Job {
 public:
  ResetJob(Router& router, const protocol::ResetRequest& request, const std::vector<Target>& targets, TimePoint now)
      : router_(router), request_(request), watch_(router), deadline_(now + patience) {
    answer.kind = "reset";
    answer.dry_run = request.dry_run;
    for (const Target& target : targets) begin(target);
    if (request.dry_run) report_losses(targets);
  }

  bool step(TimePoint now, bool&) override {
    if (request_.dry_run) return true;
    if (!session_stage_ended_) {
      const bool late = now >= deadline_;
      if (!all_back(late)) return false;
      session_stage_ended_ = true;
      answer.stages.push_back({"session", elapsed(now)});
    }
    if (!watch_.arrived()) return false;
    answer.stages.push_back({"fib", elapsed(now) - answer.stages.front().ms});
    watch_.report(answer);
    return true;
  }

  std::optional<TimePoint> next_deadline() const override { return deadline_; }

  protocol::JobProgress progress() const override {
    const auto done = std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return row.back; });
    return {answer.job, "session", static_cast<std::uint64_t>(done), rows_.size()};
  }

 private:
  struct Row {
    Target target;
    std::size_t at;
    std::uint64_t established;  // how often it was, before
    bool back = false;
  };

  std::uint64_t elapsed(TimePoint now) const {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now - started).count());
  }

  void begin(const Target& target) {
    Peer& peer = *target.peer(router_);
    protocol::JobPeer row = job_row(peer, target.family);
    const AdjRibIn::Counts& counts = peer.family(target.family)->in.counts();
    row.routes = {counts.received, counts.accepted, counts.rejected(), counts.received, 0};
    row.method = {"session_reset"};
    if (!peer.established()) row.reason = "not_established";
    const bool was_up = peer.established();
    row.state = request_.dry_run || !was_up ? "done" : "running";
    answer.peers.push_back(row);
    if (request_.dry_run) return;
    if (was_up) rows_.push_back({target, answer.peers.size() - 1, peer.session().counters().established, false});
    peer.reset({.communication = request_.reason.value_or(""), .graceful = request_.graceful});
  }

  bool all_back(bool late) {
    bool all = true;
    for (Row& row : rows_) {
      if (row.back) continue;
      protocol::JobPeer& answered = answer.peers[row.at];
      const Peer* peer = row.target.peer(router_);
      const bool is_back =
          peer != nullptr && peer->established() && peer->session().counters().established > row.established;
      row.back = is_back || peer == nullptr || late;
      if (!row.back) {
        all = false;
        continue;
      }
      answered.state = "done";
      if (!is_back) answered.reason = peer == nullptr ? "removed" : "not_established";
    }
    return all;
  }

  // Prefixes that would change to another path, and those that would lose their only one, per instance.
  void report_losses(const std::vector<Target>& targets) {
    std::vector<PeerId> sources;
    for (const Target& target : targets) sources.push_back(target.peer(router_)->id());
    for (Instance* instance : router_.instances()) {
      protocol::JobInstance row{.name = instance->name_or_null()};
      for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6})
        add_losses(router_.core().instance(instance->id())->table(family), *instance, sources, row);
      if (row.changed + row.withdrawn != 0) answer.vpn_instances.push_back(row);
    }
  }

  void add_losses(RouteTable& table, const Instance& instance, const std::vector<PeerId>& sources,
                  protocol::JobInstance& row) {
    const auto goes = [&](PathId p) {
      return std::find(sources.begin(), sources.end(), table.path(p).source) != sources.end();
    };
    for (DestId dest = 0; dest != table.limit(); ++dest) {
      const PathId best = table.in_use(dest) ? table.best(dest) : no_index;
      if (best == no_index || !goes(best)) continue;
      bool another = false;
      for (PathId p = table.next(best); p != no_index; p = table.next(p))
        another |=
            !goes(p) && router_.core().decision().ineligible(table, table.path(p), instance.id()) == PathReason::none;
      ++(another ? row.changed : row.withdrawn);
    }
  }

  Router& router_;
  protocol::ResetRequest request_;
  EffectWatch watch_;
  std::vector<Row> rows_;
  TimePoint deadline_;
  bool session_stage_ended_ = false;
};

}  // namespace

std::unique_ptr<Job> make_reset_job(Router& router, const protocol::ResetRequest& request,
                                    const std::vector<Target>& targets, TimePoint now) {
  return std::make_unique<ResetJob>(router, request, targets, now);
}

}  // namespace vrfd
