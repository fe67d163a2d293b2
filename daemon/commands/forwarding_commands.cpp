// show fib, show labels, show next-hops, fib audit
#include "daemon/commands/fib_stream.h"
#include "daemon/commands/label_stream.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

namespace {

void show_fib(Context& context, const protocol::ShowFibRequest& request, control::Responder responder) {
  std::vector<std::string> names;
  if (request.vpn_instance) {
    const auto found = find_instance(context.router, request.vpn_instance);
    if (const auto* error = std::get_if<protocol::ErrorAnswer>(&found)) return responder.error(*error);
    names = {*request.vpn_instance};
  } else {
    for (const Instance* instance : context.router.instances()) names.push_back(instance->name());
  }
  std::make_shared<FibStream>(context, request.drift, std::move(names), std::move(responder))->go_on();
}

protocol::NextHopRow next_hop_row(Router& router, const NextHop& next_hop) {
  protocol::NextHopRow row;
  row.next_hop = to_string(next_hop.address);
  if (const Instance* instance = router.instance(next_hop.instance)) row.vpn_instance = instance->name_or_null();
  const bool reachable = next_hop.state == NextHopState::reachable;
  row.state = reachable || next_hop.state == NextHopState::assumed ? "resolved" : "unresolved";
  if (reachable) {
    row.resolved_by = to_string(next_hop.resolution.matched);
    row.next_hops = hop_rows(router, next_hop.resolution.hops);
  }
  if (next_hop.state == NextHopState::pending) row.reason = std::string(name_of(PendingReason::next_hop_unknown));
  if (next_hop.state == NextHopState::unreachable)
    row.reason = std::string(name_of(PendingReason::next_hop_unreachable));
  return row;
}

void show_next_hops(Router& router, control::Responder responder) {
  protocol::NextHopsAnswer answer;
  const NextHopTable& table = router.core().next_hops();
  for (std::uint32_t i = 0; i != table.size(); ++i)
    if (!table[NextHopId{i}].dormant) answer.next_hops.push_back(next_hop_row(router, table[NextHopId{i}]));
  responder.result(answer);
}

void audit(Router& router, bool repair, control::Responder responder) {
  const auto kept = std::make_shared<control::Responder>(std::move(responder));
  router.kernel().audit(repair, [kept, &router, repair](const AuditSummary& summary) {
    const FibDifference& d = summary.difference;
    protocol::AuditAnswer answer;
    answer.state = d.clean() ? "clean" : repair ? "repaired" : "drift";
    answer.examined = summary.examined;
    answer.missing = d.missing;
    answer.foreign = d.foreign + d.stale;
    answer.different = d.different;
    answer.repaired = repair ? d.missing + d.stale + d.different + d.foreign : 0;
    for (const AuditSummary::Row& row : summary.rows) {
      const Instance* instance = router.instance(row.instance);
      answer.differences.push_back({instance != nullptr ? instance->name_or_null() : std::nullopt, row.table.value(),
                                    row.what, row.kind, repair});
    }
    answer.problems = router.kernel().problems();
    kept->result(answer);
  });
  router.wake();
}

}  // namespace

void add_forwarding_commands(control::Methods& methods, Context& context) {
  Router& router = context.router;
  methods.add<protocol::ShowFibRequest>(
      [&context](const protocol::ShowFibRequest& request, control::Responder responder) {
        show_fib(context, request, std::move(responder));
      });
  methods.add<protocol::ShowLabelsRequest>(
      [&context](const protocol::ShowLabelsRequest&, control::Responder responder) {
        std::make_shared<LabelStream>(context, std::move(responder))->go_on();
      });
  methods.add<protocol::ShowNextHopsRequest>(
      [&router](const protocol::ShowNextHopsRequest&, control::Responder responder) {
        show_next_hops(router, std::move(responder));
      });
  methods.add<protocol::FibAuditRequest>([&router](const protocol::FibAuditRequest&, control::Responder responder) {
    audit(router, false, std::move(responder));
  });
  methods.add<protocol::FibRepairRequest>([&router](const protocol::FibRepairRequest&, control::Responder responder) {
    audit(router, true, std::move(responder));
  });
}

}  // namespace vrfd::commands
