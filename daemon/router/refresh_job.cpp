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
  return peer.family(family)->negotiated ? "" : "family_not_negotiated";
}

// The instances whose own policies, between VRF and VPN, the refresh brings into force: all of them for a VPN family,
// one for all of its peers.
std::vector<Instance*> policies_meant(Router& router, const protocol::RefreshRequest& request) {
  if (vrfd::row_of(request.family).vpn) return router.instances();
  if (request.selector.kind != protocol::Selector::Kind::all || !request.vpn_instance) return {};
  return {router.instance(*request.vpn_instance)};
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
    std::uint64_t examined = 0;
    for (const auto& peer : answer.peers) examined += peer.routes.examined;
    return {answer.job, stage_, examined, std::nullopt};
  }

 protected:
  protocol::JobPeer& row_of(const Row& row) { return answer.peers[row.at]; }
  // The row's family state; null, and the row failed, if the session is gone.
  Peer::FamilyState* state_of(Row& row) {
    Peer* peer = row.target.peer(router_);
    if (peer != nullptr && obstacle(*peer, row.target.family).empty()) return peer->family(row.target.family);
    if (row_of(row).state == "running") fail(row_of(row), "failed", "session_lost");
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
    if (!request.dry_run)
      for (Instance* instance : policies_meant(router, request)) instance->refresh_import_policy();
    stage_ = "reevaluate";
  }

  bool step(TimePoint now, bool& busy) override {
    if (request_.dry_run) return preview();
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
    const bool stored = peer.configured().store_rejected;
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

  bool preview() {
    for (Row& row : rows_) {
      Peer& peer = *row.target.peer(router_);
      if (row_of(row).state != "running") continue;
      count(row_of(row).routes, peer.family(row.target.family)->in.preview(peer.import_rules(row.target.family)));
      row_of(row).state = "done";
    }
    return true;
  }

  // One slice of the first peer that is not done; true when all are.
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

  bool step(TimePoint now, bool&) override {
    if (request_.dry_run) return preview();
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

  bool preview() {
    for (Row& row : rows_) {
      Peer& peer = *row.target.peer(router_);
      UpdateGroup* group = router_.core().group_of(peer.family(request_.family)->in.table(), peer.id());
      if (group != nullptr) count(row_of(row), group->preview(peer.export_rules(request_.family)));
      row_of(row).state = "done";
    }
    return true;
  }

  bool told() {
    bool all = true;
    for (Row& row : rows_) {
      if (row.judged) continue;
      Peer::FamilyState* state = state_of(row);
      if (state == nullptr) continue;
      const PeerId id = row.target.peer(router_)->id();
      UpdateGroup* group = router_.core().group_of(state->in.table(), id);
      row.judged = group == nullptr || (group->evaluated() && group->told(id));
      if (group != nullptr && group->evaluated()) count(row_of(row), group->outcome());
      all &= row.judged;
    }
    return all;
  }
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
