#include "daemon/router/refresh_job.h"

#include <algorithm>

#include "daemon/router/effect_watch.h"
#include "daemon/router/router.h"

namespace vrfd {

namespace {

constexpr std::size_t routes_per_step = 4096;

struct Row {
  Target target;
  std::size_t at;  // in JobAnswer::peers
  bool judged = false;
  bool answered = true;  // the peer, if it was asked
};

void fail(protocol::JobPeer& row, std::string_view state, std::string_view reason) {
  row.state = state;
  row.reason = std::string(reason);
}

// Why nothing can be done for the peer; empty if something can.
std::string_view obstacle(const Peer& peer, Family family) {
  if (!peer.established()) return "not_established";
  const Peer::FamilyState* state = peer.family(family);
  return state != nullptr && state->negotiated ? "" : "family_not_negotiated";
}

// The instances whose own policies, between VRF and VPN, the refresh brings into force: all of them for a VPN family,
// one for all of its peers.
std::vector<Instance*> policies_meant(Router& router, const protocol::RefreshRequest& request) {
  if (vrfd::row_of(request.family).vpn) return router.instances();
  if (request.selector.kind != protocol::Selector::Kind::all) return {};
  return {router.instance(request.vpn_instance.value_or(""))};
}

// What both directions share: rows, stages, the wait for the effect.
class RefreshJob : public Job {
 public:
  RefreshJob(Router& router, const protocol::RefreshRequest& request, const std::vector<Target>& targets, TimePoint now)
      : router_(router), request_(request), watch_(router), stage_started_(now) {
    answer.kind = "refresh";
    answer.direction = std::string(protocol::name_of(request.direction));
    answer.dry_run = request.dry_run;
    for (const Target& target : targets) {
      const Peer& peer = *target.peer(router);
      answer.peers.push_back(job_row(peer, target.family));
      const std::string_view why = obstacle(peer, target.family);
      if (why.empty())
        rows_.push_back({target, answer.peers.size() - 1, false, true});
      else
        fail(answer.peers.back(), why == "not_established" ? "skipped" : "failed", why);
    }
  }

  protocol::JobProgress progress() const override {
    return stage_ == "fib" ? watch_.progress(answer.job) : stage_progress();
  }

 protected:
  // How far the present stage is, before that of the kernel.
  virtual protocol::JobProgress stage_progress() const = 0;
  protocol::JobPeer& row_of(const Row& row) { return answer.peers[row.at]; }
  // The row's family state; null, and the row failed, if the session is gone.
  Peer::FamilyState* state_of(Row& row) {
    Peer* peer = row.target.peer(router_);
    if (peer != nullptr && obstacle(*peer, row.target.family).empty()) return peer->family(row.target.family);
    const bool is_up = peer != nullptr && peer->established();
    if (row_of(row).state == "running") fail(row_of(row), "failed", is_up ? "family_not_negotiated" : "session_lost");
    row.judged = row.answered = true;
    return nullptr;
  }
  void end_stage(std::string name, TimePoint now) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - stage_started_).count();
    answer.stages.push_back({std::move(name), static_cast<std::uint64_t>(ms)});
    stage_started_ = now;
  }
  bool finish(TimePoint now) {
    if (!watch_.arrived()) return false;
    end_stage("fib", now);
    watch_.report(answer);
    for (auto& peer : answer.peers)
      if (peer.state == "running") peer.state = "done";
    return true;
  }

  Router& router_;
  protocol::RefreshRequest request_;
  EffectWatch watch_;
  std::vector<Row> rows_;
  std::string stage_;
  TimePoint stage_started_;
};

class ImportRefresh final : public RefreshJob {
 public:
  ImportRefresh(Router& router, const protocol::RefreshRequest& request, const std::vector<Target>& targets,
                TimePoint now)
      : RefreshJob(router, request, targets, now) {
    for (Row& row : rows_) begin(row, now);
    for (const Row& row : rows_) expected_ += row.target.peer(router)->family(row.target.family)->in.counts().received;
    if (!request.dry_run)
      for (Instance* instance : policies_meant(router, request)) instance->refresh_import_policy();
    stage_ = "reevaluate";
  }

  bool step(TimePoint now, bool& busy) override {
    if (request_.dry_run) return preview(busy);
    if (stage_ == "reevaluate") {
      if (!judge(busy)) return false;
      end_stage(std::exchange(stage_, "peer_refresh"), now);
    }
    if (stage_ == "peer_refresh") {
      if (!peers_answered()) return false;
      end_stage(std::exchange(stage_, "fib"), now);
    }
    return finish(now);
  }

 private:
  void begin(Row& row, TimePoint now) {
    Peer& peer = *row.target.peer(router_);
    Peer::FamilyState& state = *peer.family(row.target.family);
    protocol::JobPeer& answered = row_of(row);
    const bool asks = peer.context().route_refresh && !request_.local;
    const bool stored = state.in.rules().store_rejected;
    if (!stored && !asks) {
      row.judged = true;
      return fail(answered, "failed", "no_route_refresh");
    }
    if (stored) answered.method.push_back("stored");
    if (asks) answered.method.push_back("route_refresh");
    if (request_.dry_run) return;
    state.in.set_rules(peer.import_rules(row.target.family));
    state.in.start_reevaluation();
    row.answered = !asks || !peer.request_refresh(state, now);
  }

  static void count(protocol::RouteCounts& counts, const AdjRibIn::Outcome& outcome) {
    counts = {outcome.examined, outcome.accepted, outcome.rejected, outcome.changed, outcome.unchanged};
  }

  protocol::JobProgress stage_progress() const override {
    std::uint64_t done = 0;
    if (stage_ == "peer_refresh") {
      for (const Row& row : rows_) done += row.answered;
      return {answer.job, stage_, done, rows_.size()};
    }
    for (const auto& peer : answer.peers) done += peer.routes.examined;
    return {answer.job, stage_, done, std::max(done, expected_)};
  }

  // Each is one slice of the first peer that is not done; true when all are.
  bool preview(bool& busy) {
    for (Row& row : rows_) {
      if (row.judged) continue;
      Peer::FamilyState* state = state_of(row);
      if (state == nullptr || row_of(row).state != "running") continue;
      const ImportRules rules = row.target.peer(router_)->import_rules(row.target.family);
      row.judged = state->in.preview(rules, routes_per_step, trial_);
      count(row_of(row).routes, trial_.outcome);
      busy = true;
      if (!row.judged) return false;
      row_of(row).state = "done";
      trial_ = {};
    }
    return true;
  }

  bool judge(bool& busy) {
    for (Row& row : rows_) {
      if (row.judged) continue;
      Peer::FamilyState* state = state_of(row);
      if (state == nullptr) continue;
      row.judged = state->in.step_reevaluation(routes_per_step);
      count(row_of(row).routes, state->in.outcome());
      if (row.judged) continue;
      busy = true;
      return false;
    }
    return true;
  }

  bool peers_answered() {
    bool all = true;
    for (Row& row : rows_) {
      if (row.answered) continue;
      Peer::FamilyState* state = state_of(row);
      if (state == nullptr) continue;
      row.answered = state->refresh.idle() && !state->sweeping;
      if (row.answered && state->refresh.outcome() == PeerRefresh::Outcome::timed_out)
        fail(row_of(row), "failed", "timed_out");
      all &= row.answered;
    }
    return all;
  }

  std::uint64_t expected_ = 0;  // routes to be judged, when the job began
  AdjRibIn::Preview trial_;     // of the peer whose turn it is
};

class ExportRefresh final : public RefreshJob {
 public:
  ExportRefresh(Router& router, const protocol::RefreshRequest& request, const std::vector<Target>& targets,
                TimePoint now)
      : RefreshJob(router, request, targets, now) {
    stage_ = "export";
    if (request.dry_run) return;
    for (Instance* instance : policies_meant(router, request)) instance->refresh_export_policy();
    if (rows_.empty()) return;
    std::vector<PeerId> peers;
    for (const Row& row : rows_) peers.push_back(row.target.peer(router)->id());
    RouteTable& table = rows_.front().target.peer(router)->family(request.family)->in.table();
    router.core().change_rules(table, peers, [&](PeerId id) { return router.peer(id)->export_rules(request.family); });
  }

  bool step(TimePoint now, bool& busy) override {
    if (request_.dry_run) return preview(busy);
    if (stage_ == "export") {
      if (!told()) return false;
      end_stage(std::exchange(stage_, "fib"), now);
    }
    return finish(now);
  }

 private:
  static void count(protocol::JobPeer& row, const UpdateGroup::Outcome& outcome) {
    const std::uint64_t changed = outcome.announced + outcome.withdrawn;
    row.routes = {outcome.examined, outcome.accepted, outcome.examined - std::min(outcome.examined, outcome.accepted),
                  changed, outcome.examined - std::min(outcome.examined, changed)};
    row.method = {"stored"};
  }

  // Destinations that the groups of all peers have looked at.
  protocol::JobProgress stage_progress() const override {
    std::uint64_t total = 0;
    std::uint64_t behind = 0;
    for (const Row& row : rows_) {
      UpdateGroup* group = group_of(row);
      if (group == nullptr) continue;
      total += group->table().limit();
      behind += std::min<std::uint64_t>(group->behind(), group->table().limit());
    }
    return {answer.job, stage_, total - behind, total};
  }

  UpdateGroup* group_of(const Row& row) const {
    const Peer* peer = row.target.peer(router_);
    const Peer::FamilyState* state = peer != nullptr ? peer->family(row.target.family) : nullptr;
    return state != nullptr ? router_.core().group_of(state->in.table(), peer->id()) : nullptr;
  }

  // One slice of the first peer that is not done; true when all are.
  bool preview(bool& busy) {
    for (Row& row : rows_) {
      if (row.judged) continue;
      if (state_of(row) == nullptr) continue;
      UpdateGroup* group = group_of(row);
      row.judged = group == nullptr ||
                   group->preview(row.target.peer(router_)->export_rules(request_.family), routes_per_step, trial_);
      count(row_of(row), trial_.outcome);
      busy = true;
      if (!row.judged) return false;
      row_of(row).state = "done";
      trial_ = {};
    }
    return true;
  }

  bool told() {
    bool all = true;
    for (Row& row : rows_) {
      if (row.judged) continue;
      if (state_of(row) == nullptr) continue;
      const UpdateGroup* group = group_of(row);
      row.judged = group == nullptr || (group->evaluated() && group->told(row.target.peer(router_)->id()));
      if (group != nullptr && group->evaluated()) count(row_of(row), group->outcome());
      all &= row.judged;
    }
    return all;
  }

  UpdateGroup::Preview trial_;  // of the peer whose turn it is
};

}  // namespace

protocol::JobPeer job_row(const Peer& peer, Family family) {
  const config::Peer& config = peer.configured();
  protocol::JobPeer row;
  row.peer = config::name_of(config);
  row.vpn_instance = peer.instance().name_or_null();
  row.family = name_of(family);
  row.as = config.as.value();
  row.type = config.internal ? "internal" : "external";
  if (!config.group.empty()) row.group = config.group;
  row.state = "running";
  return row;
}

std::unique_ptr<Job> make_refresh_job(Router& router, const protocol::RefreshRequest& request,
                                      const std::vector<Target>& targets, TimePoint now) {
  if (request.direction == protocol::Direction::import_routes)
    return std::make_unique<ImportRefresh>(router, request, targets, now);
  return std::make_unique<ExportRefresh>(router, request, targets, now);
}

}  // namespace vrfd
