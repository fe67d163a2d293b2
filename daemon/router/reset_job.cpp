#include "daemon/router/reset_job.h"

#include <algorithm>
#include <unordered_set>

#include "daemon/router/effect_watch.h"
#include "daemon/router/refresh_job.h"
#include "daemon/router/router.h"

namespace vrfd {

namespace {

// How long the answer waits for a session that was up to come up again. Whether it does is the peer's affair: one that
// stays away is named in the answer, and what it brought is gone.
constexpr Duration patience = std::chrono::seconds(5);
constexpr std::size_t destinations_per_step = 4096;

class ResetJob final : public Job {
 public:
  ResetJob(Router& router, const protocol::ResetRequest& request, const std::vector<Target>& targets, TimePoint now)
      : router_(router), request_(request), watch_(router), deadline_(now + patience) {
    answer.kind = "reset";
    answer.dry_run = request.dry_run;
    for (const Target& target : targets) begin(target);
    if (request.dry_run) plan_survey();
  }

  bool step(TimePoint now, bool& busy) override {
    if (request_.dry_run) return survey(busy);
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

  std::optional<TimePoint> next_deadline() const override {
    return request_.dry_run || session_stage_ended_ ? std::nullopt : std::optional(deadline_);
  }

  protocol::JobProgress progress() const override {
    if (session_stage_ended_) return watch_.progress(answer.job);
    const auto done = std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return row.back; });
    return {answer.job, "session", static_cast<std::uint64_t>(done), rows_.size()};
  }

 private:
  struct Row {
    Target target;
    std::size_t first;  // its rows in JobAnswer::peers
    std::size_t last;
    std::uint64_t established;  // how often it was, before
    bool back = false;
  };

  // Destinations of one table that the dry run has yet to look at.
  struct Survey {
    InstanceId instance;
    AddressFamily family;
    std::size_t at;  // in JobAnswer::vpn_instances
    DestId next = 0;
  };

  std::uint64_t elapsed(TimePoint now) const {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now - started).count());
  }

  void begin(const Target& target) {
    Peer& peer = *target.peer(router_);
    const bool was_up = peer.established();
    const std::size_t first = answer.peers.size();
    add_row(peer, target.family);
    // The session goes with all its families.
    for (const FamilyRow& row : families)
      if (const auto* state = peer.family(row.family); row.family != target.family && state && state->negotiated)
        add_row(peer, row.family);
    sources_.insert(peer.id());
    if (request_.dry_run) return;
    if (was_up) rows_.push_back({target, first, answer.peers.size(), peer.session().counters().established, false});
    peer.reset({.communication = request_.reason.value_or(""), .graceful = request_.graceful});
  }

  void add_row(const Peer& peer, Family family) {
    protocol::JobPeer row = job_row(peer, family);
    const AdjRibIn::Counts& counts = peer.family(family)->in.counts();
    row.routes = {counts.received, counts.accepted, counts.rejected(), counts.received, 0};
    row.method = {"session_reset"};
    if (!peer.established()) row.reason = "not_established";
    row.state = request_.dry_run || !peer.established() ? "done" : "running";
    answer.peers.push_back(row);
  }

  bool all_back(bool late) {
    bool all = true;
    for (Row& row : rows_) {
      if (row.back) continue;
      const Peer* peer = row.target.peer(router_);
      const bool is_back =
          peer != nullptr && peer->established() && peer->session().counters().established > row.established;
      row.back = is_back || peer == nullptr || late;
      if (!row.back) {
        all = false;
        continue;
      }
      for (std::size_t at = row.first; at != row.last; ++at) {
        answer.peers[at].state = "done";
        if (!is_back) answer.peers[at].reason = peer == nullptr ? "removed" : "not_established";
      }
    }
    return all;
  }

  void plan_survey() {
    for (Instance* instance : router_.instances()) {
      for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6})
        surveys_.push_back({instance->id(), family, answer.vpn_instances.size()});
      answer.vpn_instances.push_back({.name = instance->name_or_null()});
    }
  }

  // Prefixes that would change to another path, and those that would lose their only one, per instance. A slice; true
  // when all have been looked at.
  bool survey(bool& busy) {
    std::size_t budget = destinations_per_step;
    while (!surveys_.empty() && budget != 0) {
      Survey& next = surveys_.back();
      VpnInstance* instance = router_.core().instance(next.instance);
      if (instance == nullptr || look_at(instance->table(next.family), next, budget)) surveys_.pop_back();
    }
    busy = true;
    if (!surveys_.empty()) return false;
    std::erase_if(answer.vpn_instances, [](const auto& row) { return row.changed + row.withdrawn == 0; });
    return true;
  }

  // True when the table's end is reached.
  bool look_at(RouteTable& table, Survey& survey, std::size_t& budget) {
    for (; survey.next < table.limit() && budget != 0; ++survey.next, --budget) {
      const PathId best = table.in_use(survey.next) ? table.best(survey.next) : no_index;
      if (best == no_index || !goes(table, best)) continue;
      protocol::JobInstance& row = answer.vpn_instances[survey.at];
      ++(has_another(table, best, survey.instance) ? row.changed : row.withdrawn);
    }
    return survey.next >= table.limit();
  }

  bool goes(const RouteTable& table, PathId path) const { return sources_.contains(table.path(path).source); }

  bool has_another(const RouteTable& table, PathId best, InstanceId instance) const {
    Decision& decision = router_.core().decision();
    for (PathId p = table.next(best); p != no_index; p = table.next(p))
      if (!goes(table, p) && decision.ineligible(table, table.path(p), instance) == PathReason::none) return true;
    return false;
  }

  Router& router_;
  protocol::ResetRequest request_;
  EffectWatch watch_;
  std::vector<Row> rows_;
  std::unordered_set<PeerId> sources_;  // the peers
  std::vector<Survey> surveys_;
  TimePoint deadline_;
  bool session_stage_ended_ = false;
};

}  // namespace

std::unique_ptr<Job> make_reset_job(Router& router, const protocol::ResetRequest& request,
                                    const std::vector<Target>& targets, TimePoint now) {
  return std::make_unique<ResetJob>(router, request, targets, now);
}

}  // namespace vrfd
