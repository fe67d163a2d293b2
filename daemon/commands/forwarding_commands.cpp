// show fib, show labels, show next-hops, fib audit
#include "daemon/commands/fib_stream.h"
#include "daemon/commands/label_stream.h"
#include "daemon/commands/next_hop_list.h"
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
      [&context](const protocol::ShowNextHopsRequest&, control::Responder responder) {
        std::make_shared<NextHopList>(context, std::move(responder))->go_on();
      });
  methods.add<protocol::FibAuditRequest>([&router](const protocol::FibAuditRequest&, control::Responder responder) {
    audit(router, false, std::move(responder));
  });
  methods.add<protocol::FibRepairRequest>([&router](const protocol::FibRepairRequest&, control::Responder responder) {
    audit(router, true, std::move(responder));
  });
}

}  // namespace vrfd::commands
