// refresh bgp …, reset bgp …, show jobs
#include "daemon/commands/context.h"
#include "daemon/protocol/show_requests.h"

namespace vrfd::commands {

namespace {

void answer(Router& router, const Jobs::Started& started, bool no_wait, control::Responder responder) {
  if (const auto* error = std::get_if<protocol::ErrorAnswer>(&started)) return responder.error(*error);
  const std::uint64_t job = std::get<std::uint64_t>(started);
  if (no_wait) return responder.result(*router.jobs().find(job));
  const auto kept = std::make_shared<control::Responder>(std::move(responder));
  router.jobs().wait(job, [kept](const protocol::JobAnswer& ended) { kept->result(ended); });
}

}  // namespace

void add_job_commands(control::Methods& methods, Context& context) {
  Router& router = context.router;
  methods.add<protocol::RefreshRequest>(
      [&router](const protocol::RefreshRequest& request, control::Responder responder) {
        answer(router, router.jobs().refresh(request, Clock::now()), request.no_wait, std::move(responder));
      });
  methods.add<protocol::ResetRequest>([&router](const protocol::ResetRequest& request, control::Responder responder) {
    answer(router, router.jobs().reset(request, Clock::now()), request.no_wait, std::move(responder));
  });
  methods.add<protocol::ShowJobsRequest>(
      [&router](const protocol::ShowJobsRequest& request, control::Responder responder) {
        if (!request.job) return responder.result(protocol::JobsAnswer{router.jobs().all()});
        const auto job = router.jobs().find(*request.job);
        const std::string number = std::to_string(*request.job);
        if (!job) return responder.error(protocol::ErrorCode::unknown_job, "no job " + number, number);
        responder.result(protocol::JobsAnswer{{*job}});
      });
}

}  // namespace vrfd::commands
