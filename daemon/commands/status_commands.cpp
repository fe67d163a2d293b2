// show status, doctor
#include "daemon/commands/context.h"
#include "daemon/commands/pending.h"
#include "daemon/protocol/config_answers.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

namespace {

void count_routes(Router& router, protocol::StatusAnswer& answer) {
  for (const Instance* instance : router.instances())
    for (AddressFamily family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
      answer.routes += router.core().instance(instance->id())->table(family).path_count();
      const Fib* fib = router.kernel().fib(instance->id(), family);
      if (fib == nullptr) continue;
      answer.kernel.installed += fib->installed();
      answer.kernel.pending += fib->wished() - fib->installed();
    }
  for (Family family : {Family::vpnv4, Family::vpnv6})
    answer.routes += router.core().table(public_instance, family).path_count();
}

protocol::StatusAnswer status(Context& context) {
  Router& router = context.router;
  protocol::StatusAnswer answer;
  answer.version = VRFD_VERSION;
  answer.started = wall_time(router.started());
  answer.uptime_s = seconds_since(router.started());
  answer.as = router.configured().as.value();
  answer.router_id = to_string(router.configured().router_id);
  router.each_peer([&](Peer& peer) {
    ++answer.peers;
    answer.established += peer.established();
  });
  answer.vpn_instances = router.instances().size() - 1;
  answer.jobs_running = router.jobs().running();
  answer.restart = router.restart().state();
  answer.cursor = router.feed().last();
  answer.kernel.state = router.kernel().sync_state();
  answer.kernel.vrf = router.kernel().support().vrf;
  answer.kernel.mpls = router.kernel().support().mpls;
  answer.kernel.failed = router.kernel().counters().failed;
  answer.kernel.overruns = router.kernel().overruns();
  count_routes(router, answer);
  answer.config.file = context.config.file().string();
  answer.config.applied = rfc3339(context.config.applied());
  answer.config.revision = context.config.revision();
  answer.config.pending = pending_rows(router).size();
  if (context.config.rollback_at())
    answer.config.rollback_in_s = static_cast<std::uint64_t>(
        std::chrono::ceil<std::chrono::seconds>(*context.config.rollback_at() - Clock::now()).count());
  answer.problems = router.kernel().problems();
  return answer;
}

}  // namespace

void add_status_commands(control::Methods& methods, Context& context) {
  methods.add<protocol::ShowStatusRequest>(
      [&context](const protocol::ShowStatusRequest&, control::Responder responder) {
        responder.result(status(context));
      });
  methods.add<protocol::DoctorRequest>([&context](const protocol::DoctorRequest&, control::Responder responder) {
    context.router.kernel().check_settings(false);
    responder.result(protocol::DoctorAnswer{context.router.kernel().problems()});
  });
}

}  // namespace vrfd::commands
